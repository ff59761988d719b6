using Grpc.Core;
using Npgsql;
using Platform.Commitments.V1;

namespace Platform.Benchmarks;

/// <summary>The read and the write with nothing between gRPC and Npgsql: one command, one batch.</summary>
internal sealed class NpgsqlAccess(NpgsqlDataSource database) : CommitmentsService.CommitmentsServiceBase
{
    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest request, ServerCallContext context)
    {
        await using var command = database.CreateCommand("select state from record where name = $1 and type = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = nameof(Commitment) });
        await using var reader = await command.ExecuteReaderAsync(context.CancellationToken);
        if (!await reader.ReadAsync(context.CancellationToken))
            throw new RpcException(new Status(StatusCode.NotFound, request.Name));
        return new() { Commitment = Commitment.Parser.ParseFrom(await reader.GetFieldValueAsync<byte[]>(0, context.CancellationToken)) };
    }

    public override async Task<CreateProgressUpdateResponse> CreateProgressUpdate(CreateProgressUpdateRequest request,
        ServerCallContext context)
    {
        var rows = new Rows(request);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("insert into record (name, type, parent, version, state) values ($1, $2, $3, 1, $4)")
        {
            Parameters = { Of(rows.Name), Of(Rows.Type), Of(rows.Parent), Of(rows.State) },
        });
        batch.BatchCommands.Add(
            new("insert into change (change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, "
                + "actor, request_id, request_hash, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            {
                Parameters =
            {
                Of(rows.ChangeId), Of(rows.Name), Of(Rows.Type), Of(1L), Of(Rows.Created), Of(rows.Update.EffectiveDate),
                Of(rows.RecordTime), Of(Rows.Actor), Of(rows.RequestId), Of(Rows.RequestHash), Of(rows.State),
            },
            });
        batch.BatchCommands.Add(new("insert into record_key (type, name, key, value) values ($1, $2, $3, $4), ($1, $2, $5, $6)")
        {
            Parameters = { Of(Rows.Type), Of(rows.Name), Of(rows.Keys[0].Key), Of(rows.Keys[0].Value), Of(rows.Keys[1].Key),
                Of(rows.Keys[1].Value) },
        });
        await batch.ExecuteNonQueryAsync(context.CancellationToken);
        return new() { ProgressUpdate = rows.Update };
    }

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}
