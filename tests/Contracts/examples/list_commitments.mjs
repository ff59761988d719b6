import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const definition = protoLoader.loadSync("rcp/commitments/v1/commitments_service.proto", { includeDirs: ["protos"] });
const { CommitmentsService } = grpc.loadPackageDefinition(definition).rcp.commitments.v1;

const client = new CommitmentsService("127.0.0.1:5100", grpc.credentials.createInsecure());
const token = new grpc.Metadata();
token.set("authorization", "Bearer " + process.env.PLATFORM_TOKEN);
client.listCommitments({ concerning: "participants/idn" }, token, { deadline: Date.now() + 20_000 }, (error, answer) => {
  if (error) throw error;
  for (const commitment of answer.commitments) console.log(commitment.name, "-", commitment.title);
});
