using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using Platform.Commitments.V1;

namespace Platform.Benchmarks;

/// <summary>The read and the write with EF Core as fast as it goes: pooled contexts, a compiled query, one SaveChanges.</summary>
internal sealed class EntityFrameworkAccess(NpgsqlDataSource database) : CommitmentsService.CommitmentsServiceBase
{
    private static readonly Func<RecordContext, string, string, CancellationToken, Task<byte[]>> Find =
        EF.CompileAsyncQuery((RecordContext context, string name, string type, CancellationToken cancel) =>
            context.Records.AsNoTracking().Where(r => r.Name == name && r.Type == type).Select(r => r.State).Single());

    private readonly PooledDbContextFactory<RecordContext> _contexts =
        new(new DbContextOptionsBuilder<RecordContext>().UseNpgsql(database).Options);

    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest request, ServerCallContext context)
    {
        await using var records = await _contexts.CreateDbContextAsync(context.CancellationToken);
        return new()
        {
            Commitment = Commitment.Parser.ParseFrom(await Find(records, request.Name, nameof(Commitment), context.CancellationToken)),
        };
    }

    public override async Task<CreateProgressUpdateResponse> CreateProgressUpdate(CreateProgressUpdateRequest request,
        ServerCallContext context)
    {
        var rows = new Rows(request);
        await using var records = await _contexts.CreateDbContextAsync(context.CancellationToken);
        records.Add(new RecordRow { Name = rows.Name, Type = Rows.Type, Parent = rows.Parent, Version = 1, State = rows.State });
        records.Add(new LogRow
        {
            ChangeId = rows.ChangeId,
            ResourceName = rows.Name,
            ResourceType = Rows.Type,
            ResourceVersion = 1,
            Kind = Rows.Created,
            EffectiveDate = rows.Update.EffectiveDate,
            RecordTime = rows.RecordTime,
            Actor = Rows.Actor,
            RequestId = rows.RequestId,
            RequestHash = Rows.RequestHash,
            State = rows.State,
        });
        foreach (var (key, value) in rows.Keys)
            records.Add(new KeyRow { Type = Rows.Type, Key = key, Value = value, Name = rows.Name });
        await records.SaveChangesAsync(context.CancellationToken);
        return new() { ProgressUpdate = rows.Update };
    }

    private sealed class RecordContext(DbContextOptions<RecordContext> options) : DbContext(options)
    {
        public DbSet<RecordRow> Records => Set<RecordRow>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<RecordRow>(r =>
            {
                r.ToTable("record").HasKey(x => x.Name);
                r.Property(x => x.Name).HasColumnName("name");
                r.Property(x => x.Type).HasColumnName("type");
                r.Property(x => x.Parent).HasColumnName("parent");
                r.Property(x => x.Version).HasColumnName("version");
                r.Property(x => x.State).HasColumnName("state");
            });
            modelBuilder.Entity<LogRow>(c =>
            {
                c.ToTable("change").HasKey(x => x.Id);
                c.Property(x => x.Id).HasColumnName("id").UseIdentityAlwaysColumn();
                c.Property(x => x.ChangeId).HasColumnName("change_id");
                c.Property(x => x.ResourceName).HasColumnName("resource_name");
                c.Property(x => x.ResourceType).HasColumnName("resource_type");
                c.Property(x => x.ResourceVersion).HasColumnName("resource_version");
                c.Property(x => x.Kind).HasColumnName("kind");
                c.Property(x => x.EffectiveDate).HasColumnName("effective_date");
                c.Property(x => x.RecordTime).HasColumnName("recorded_time");
                c.Property(x => x.Actor).HasColumnName("actor");
                c.Property(x => x.RequestId).HasColumnName("request_id");
                c.Property(x => x.RequestHash).HasColumnName("request_hash");
                c.Property(x => x.State).HasColumnName("state");
            });
            modelBuilder.Entity<KeyRow>(k =>
            {
                k.ToTable("record_key").HasKey(x => new { x.Type, x.Key, x.Value, x.Name });
                k.Property(x => x.Type).HasColumnName("type");
                k.Property(x => x.Key).HasColumnName("key");
                k.Property(x => x.Value).HasColumnName("value");
                k.Property(x => x.Name).HasColumnName("name");
                k.HasOne<RecordRow>().WithMany().HasForeignKey(x => x.Name);
            });
        }
    }

    private sealed class RecordRow
    {
        public required string Name { get; init; }

        public required string Type { get; init; }

        public required string? Parent { get; init; }

        public required long Version { get; init; }

        public required byte[] State { get; init; }
    }

    private sealed class LogRow
    {
        public long Id { get; init; }

        public required Guid ChangeId { get; init; }

        public required string ResourceName { get; init; }

        public required string ResourceType { get; init; }

        public required long ResourceVersion { get; init; }

        public required short Kind { get; init; }

        public required string EffectiveDate { get; init; }

        public required DateTimeOffset RecordTime { get; init; }

        public required string Actor { get; init; }

        public required string RequestId { get; init; }

        public required byte[] RequestHash { get; init; }

        public required byte[] State { get; init; }
    }

    private sealed class KeyRow
    {
        public required string Type { get; init; }

        public required string Key { get; init; }

        public required string Value { get; init; }

        public required string Name { get; init; }
    }
}
