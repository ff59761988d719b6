using Dapper;
using Grpc.Core;
using Npgsql;
using Platform.Commitments.V1;

namespace Platform.Benchmarks;

/// <summary>The read and the write with Dapper: a command with named parameters, an explicit transaction.</summary>
internal sealed class DapperAccess(NpgsqlDataSource database) : CommitmentsService.CommitmentsServiceBase
{
    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest request, ServerCallContext context)
    {
        await using var connection = await database.OpenConnectionAsync(context.CancellationToken);
        var state = await connection.QuerySingleAsync<byte[]>(new CommandDefinition(
            "select state from record where name = @Name and type = @Type", new { request.Name, Type = nameof(Commitment) },
                cancellationToken: context.CancellationToken));
        return new() { Commitment = Commitment.Parser.ParseFrom(state) };
    }

    public override async Task<CreateProgressUpdateResponse> CreateProgressUpdate(CreateProgressUpdateRequest request,
        ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        var rows = new Rows(request);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into record (name, type, parent, version, state) values (@Name, @Type, @Parent, 1, @State)",
            new { rows.Name, Rows.Type, rows.Parent, rows.State }, transaction, cancellationToken: cancel));
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into change (change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, "
                + "request_id, request_hash, state) values (@ChangeId, @Name, @Type, 1, @Created, @EffectiveDate, @RecordTime, @Actor, "
                + "@RequestId, @RequestHash, @State)",
            new
            {
                rows.ChangeId,
                rows.Name,
                Rows.Type,
                Rows.Created,
                rows.Update.EffectiveDate,
                rows.RecordTime,
                Rows.Actor,
                rows.RequestId,
                Rows.RequestHash,
                rows.State,
            },
            transaction, cancellationToken: cancel));
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into record_key (type, key, value, name) values (@Type, @Key1, @Value1, @Name), (@Type, @Key2, @Value2, @Name)",
            new
            {
                Rows.Type,
                rows.Name,
                Key1 = rows.Keys[0].Key,
                Value1 = rows.Keys[0].Value,
                Key2 = rows.Keys[1].Key,
                Value2 = rows.Keys[1].Value
            }, transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return new() { ProgressUpdate = rows.Update };
    }
}
