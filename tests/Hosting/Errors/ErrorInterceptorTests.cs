using System.Data.Common;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Status = Grpc.Core.Status;

namespace Platform.Hosting.Tests.Errors;

public sealed class ErrorInterceptorTests
{
    public static TheoryData<string, StatusCode, string, string, string> Rows { get; } = new()
    {
        { "fields", StatusCode.InvalidArgument, "FIELD_INVALID", "", "" },
        { "page", StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", "", "" },
        { "reference", StatusCode.FailedPrecondition, "REFERENCE_NOT_FOUND", "resource", "participants/xyz" },
        { "rule", StatusCode.FailedPrecondition, "RULE_VIOLATED", "rule", "COMMITMENT_CLOSED" },
        { "missing", StatusCode.NotFound, "RESOURCE_NOT_FOUND", "resource", "meetings/m" },
        { "exists", StatusCode.AlreadyExists, "RESOURCE_EXISTS", "resource", "meetings/m" },
        { "stale", StatusCode.Aborted, "ETAG_STALE", "resource", "meetings/m" },
        { "reused", StatusCode.FailedPrecondition, "REQUEST_ID_REUSED", "request_id", "r-1" },
        { "token", StatusCode.Unauthenticated, "TOKEN_INVALID", "", "" },
        { "role", StatusCode.PermissionDenied, "ROLE_INSUFFICIENT", "method", "a.B/C" },
        { "other", StatusCode.PermissionDenied, "OTHER_PARTY", "party", "participants/idn" },
        { "limit", StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", "limit", "names" },
        { "away", StatusCode.Unavailable, "DEPENDENCY_UNAVAILABLE", "dependency", "membership service" },
        { "position", StatusCode.OutOfRange, "POSITION_OUT_OF_RANGE", "latest_position", "7" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Refusal_EachReason_HasItsRowOfTheTable(string kind, StatusCode code, string reason, string key, string value)
    {
        await using var process = await TestProcess.StartAsync();
        var refusal = Make(kind);
        process.Probe.Ask = (_, _) => throw refusal;

        var failure = await process.FailureAsync();

        Assert.Equal(code, failure.StatusCode);
        Assert.Equal(refusal.Message, failure.Status.Detail);
        Assert.Equal((int)code, failure.Details().Code);
        Assert.Equal(refusal.Message, failure.Details().Message);
        var info = failure.Detail<ErrorInfo>()!;
        Assert.Equal(reason, info.Reason);
        Assert.Equal("rcp-platform", info.Domain);
        if (key.Length > 0)
            Assert.Equal(value, info.Metadata[key]);
        Assert.DoesNotContain(process.Log.Entries, e => e.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Refusal_InvalidFields_ListsEachField()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) =>
            throw ApiError.InvalidFields([new("meeting.title", "Must not be empty."), new("meeting.name", "Is no name.")]);

        var violations = (await process.FailureAsync()).Detail<BadRequest>()!.FieldViolations;

        Assert.Equal(["meeting.title", "meeting.name"], violations.Select(v => v.Field));
        Assert.Equal("Must not be empty.", violations[0].Description);
    }

    [Fact]
    public async Task Refusal_ManyFieldsInAnyScript_StaysWithinTheHeadersThatClientsAccept()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) =>
            throw ApiError.InvalidFields([.. Enumerable.Range(0, 500)
            .Select(i => new FieldViolation($"names[{i}]", $"\"អង្គប្រជុំ {i}\" is no name."))]);

        var failure = await process.FailureAsync();

        Assert.Equal("names[0]", failure.Detail<BadRequest>()!.FieldViolations[0].Field);
        Assert.EndsWith(" …", failure.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(Uri.EscapeDataString(failure.Status.Detail).Length + (
            failure.Trailers.GetValueBytes("grpc-status-details-bin")!.Length * 4 / 3), 0, 7000);
    }

    [Fact]
    public async Task Refusal_Unavailable_SaysWhenToTryAgain()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) => throw ApiError.Unavailable("membership service");

        Assert.Equal(1, (await process.FailureAsync()).Detail<RetryInfo>()!.RetryDelay.Seconds);
    }

    [Fact]
    public async Task Unexpected_AnyException_LeaksNothingAndIsLoggedOnceWithItsTraceId()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) => throw new InvalidOperationException("secret: select * from commitments");

        var failure = await process.FailureAsync();

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Equal("INTERNAL", failure.Reason());
        Assert.DoesNotContain("secret", failure.Status.Detail + failure.Details(), StringComparison.OrdinalIgnoreCase);
        var logged = Assert.Single(process.Log.Entries, e => e.Level >= LogLevel.Warning);
        Assert.Equal(LogLevel.Error, logged.Level);
        Assert.Contains(failure.Detail<ErrorInfo>()!.Metadata["trace_id"], logged.Text, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(logged.Exception);
    }

    [Fact]
    public async Task Unexpected_InAStream_LeaksNothing()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Follow = (_, _, _) => throw new InvalidOperationException("secret");

        using var call = process.Client.Follow(new AskRequest(), process.As(Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal("INTERNAL", failure.Reason());
        Assert.DoesNotContain("secret", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, StatusCode.Unavailable, "DEPENDENCY_UNAVAILABLE")]
    [InlineData(StatusCode.NotFound, StatusCode.Internal, "INTERNAL")]
    [InlineData(StatusCode.PermissionDenied, StatusCode.Internal, "INTERNAL")]
    [InlineData(StatusCode.Unknown, StatusCode.Internal, "INTERNAL")]
    public async Task InnerCall_FailureThatNobodyHandled_IsNotPassedOn(StatusCode inner, StatusCode outer, string reason)
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) => throw new RpcException(new Status(inner, "inner secret"));

        var failure = await process.FailureAsync();

        Assert.Equal(outer, failure.StatusCode);
        Assert.Equal(reason, failure.Reason());
        Assert.DoesNotContain("secret", failure.Status.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<DbException, StatusCode> StoreFaults { get; } = new()
    {
        { new NpgsqlException("Failed to connect", new TimeoutException()), StatusCode.Unavailable },
        { new NpgsqlException("Exception while reading", new IOException()), StatusCode.Unavailable },
        { new PostgresException("the database system is starting up", "FATAL", "FATAL", "57P03"), StatusCode.Unavailable },
        { new SqliteException("database is locked", 5), StatusCode.Unavailable },
        { new PostgresException("syntax error at or near secret", "ERROR", "ERROR", "42601"), StatusCode.Internal },
        { new SqliteException("no such table: secret", 1), StatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(StoreFaults))]
    public async Task StoreFault_AwayOrBroken_IsUnavailableOrInternal(DbException fault, StatusCode code)
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = (_, _) => throw fault;

        var failure = await process.FailureAsync();

        Assert.Equal(code, failure.StatusCode);
        Assert.DoesNotContain(fault.Message, failure.Status.Detail, StringComparison.Ordinal);
        if (code == StatusCode.Unavailable)
            Assert.Equal("store", failure.Detail<ErrorInfo>()!.Metadata["dependency"]);
    }

    [Fact]
    public async Task CallEnded_CallerCancels_IsNoError()
    {
        await using var process = await TestProcess.StartAsync();
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        process.Probe.Ask = async (_, context) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }
            finally
            {
                left.SetResult();
            }
            return new AskResponse();
        };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var call = process.Client.AskAsync(new AskRequest(), process.As(Role.Officer), cancellationToken: cancel.Token).ResponseAsync;
        await entered.Task;
        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await left.Task;
        await process.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(process.Log.Entries, e => e.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task CallEnded_DeadlinePasses_IsNoError()
    {
        await using var process = await TestProcess.StartAsync();
        process.Probe.Ask = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new AskResponse();
        };

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await process.Client.AskAsync(
            new AskRequest(), process.As(Role.Officer), DateTime.UtcNow.AddMilliseconds(300), TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await process.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(process.Log.Entries, e => e.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Framework_UnknownMethod_HasDetails()
    {
        await using var process = await TestProcess.StartAsync();
        var unknown = new PeerService.PeerServiceClient(process.Channel);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await unknown.AskAsync(new AskRequest(),
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Equal("METHOD_UNKNOWN", failure.Reason());
        Assert.Equal(failure.Status.Detail, failure.Details().Message);
    }

    [Fact]
    public async Task Framework_RequestTooLarge_HasDetails()
    {
        await using var process = await TestProcess.StartAsync(settings: "--Listen:MaxRequestBytes=65536");

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await process.Client.AskAsync(
            new AskRequest { Text = new string('x', 70_000) }, process.As(Role.Officer),
                cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal("LIMIT_EXCEEDED", failure.Reason());
    }

    [Fact]
    public async Task Framework_BytesThatAreNoMessage_AreInvalidAndNoFaultOfTheServer()
    {
        await using var process = await TestProcess.StartAsync();
        var bytes = Marshallers.Create(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, ProbeService.Descriptor.FullName, "Ask", bytes, bytes);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await process.Channel.CreateCallInvoker()
                .AsyncUnaryCall(method, null, new CallOptions(process.As(Role.Officer),
                cancellationToken: TestContext.Current.CancellationToken), [0xff, 0xff, 0xff]));

        Assert.Equal((StatusCode.InvalidArgument, "FIELD_INVALID"), (failure.StatusCode, failure.Reason()));
        Assert.DoesNotContain(process.Log.Entries, e => e.Level >= LogLevel.Error);
    }

    private static ApiException Make(string kind) => kind switch
    {
        "fields" => ApiError.InvalidField("meeting.title", "Must not be empty."),
        "page" => ApiError.InvalidPageToken(),
        "reference" => ApiError.ReferenceNotFound("commitment.owner", "participants/xyz"),
        "rule" => ApiError.RuleViolated(Rule.CommitmentClosed, "The commitment is closed."),
        "missing" => ApiError.NotFound("meetings/m"),
        "exists" => ApiError.Exists("meetings/m"),
        "stale" => ApiError.Stale("meetings/m"),
        "reused" => ApiError.RequestIdReused("r-1"),
        "token" => ApiError.Unauthenticated(),
        "role" => ApiError.RoleInsufficient("a.B/C", "reader"),
        "other" => ApiError.OtherParty("participants/idn", "No."),
        "limit" => ApiError.LimitExceeded("names", "At most 1,000 names."),
        "away" => ApiError.Unavailable("membership service"),
        "position" => ApiError.PositionOutOfRange(9, 0, 7),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
