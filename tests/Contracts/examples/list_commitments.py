import os, sys
import grpc

sys.path.insert(0, "stubs")
from rcp.commitments.v1 import commitments_service_pb2 as pb, commitments_service_pb2_grpc as rpc

token = [("authorization", "Bearer " + os.environ["PLATFORM_TOKEN"])]
with grpc.insecure_channel("127.0.0.1:5100") as channel:
    answer = rpc.CommitmentsServiceStub(channel).ListCommitments(
        pb.ListCommitmentsRequest(concerning="participants/idn"), metadata=token, timeout=20)
    for commitment in answer.commitments:
        print(commitment.name, "-", commitment.title)
