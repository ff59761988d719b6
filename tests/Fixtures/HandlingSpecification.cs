using Google.Protobuf.Reflection;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;
using Platform.Membership.V1;

namespace Platform.Fixtures;

/// <summary>What each caller sees of every type of resource, by the handling of the resource, through every method that reads.</summary>
public abstract class HandlingSpecification(PlatformFixture platform)
{
    private static readonly HandlingLevel[] Levels = [.. Enum.GetValues<HandlingLevel>()];

    [Theory, EveryResource]
    public async Task Read_ByEachCaller_ShowsWhatTheHandlingAllowsAndNothingElse(string type)
    {
        var methods = ResourceMethods.Of(type);
        var (body, inside, outside) = await CircleAsync();
        var recorded = new Dictionary<HandlingLevel, IResource>();
        foreach (var level in Levels)
            recorded[level] = await RecordAsync(methods, level, body);
        HandlingLevel[] open = [HandlingLevel.Unspecified, HandlingLevel.Public];
        (string Who, PlatformClients Clients, HandlingLevel[] Sees)[] callers =
        [
            ("reader", platform.Reader, open),
            ("a party outside the body", platform.MemberState(outside), [.. open, HandlingLevel.Participants]),
            ("a party inside the body", platform.MemberState(inside), [.. open, HandlingLevel.Participants, HandlingLevel.BodyMembers]),
            ("the body's own system", platform.MemberState(body), [.. open, HandlingLevel.Participants, HandlingLevel.BodyMembers]),
            ("officer", platform.Officer, Levels),
            ("co-chair", platform.CoChair, Levels),
            ("operator", platform.Operator, Levels),
        ];

        foreach (var (who, clients, sees) in callers)
        {
            var expected = sees.Select(level => recorded[level].Name).ToHashSet();
            Assert.True(expected.SetEquals(await FoundOneByOneAsync(methods, clients, recorded.Values, asOf: "")), $"Get by {who}");
            Assert.True(expected.SetEquals(await FoundOneByOneAsync(methods, clients, recorded.Values, "2013-03-05")),
                $"Get as of a day by {who}");
            Assert.True(expected.SetEquals(await FoundInListAsync(methods, clients, recorded.Values, asOf: "")), $"List by {who}");
            Assert.True(expected.SetEquals(await FoundInListAsync(methods, clients, recorded.Values, "2013-03-05")),
                $"List as of a day by {who}");
            if (methods.BatchGet is { } batch)
            {
                var answer = await clients.Call(batch, ResourceMethods.Request(batch, ("names", recorded.Values.Select(r => r.Name))));
                Assert.True(expected.SetEquals(ResourceMethods.Resources(answer).Select(r => r.Name)), $"{batch.Name} by {who}");
            }
            Assert.True(expected.SetEquals(await FoundInFeedAsync(methods, clients, recorded.Values)), $"FollowChanges by {who}");
            Assert.True(expected.SetEquals(await FoundByPullingAsync(methods, clients, recorded.Values)), $"PullChanges by {who}");
        }
        var worker = await FoundInFeedAsync(methods, platform.Process.As(Role.Service), recorded.Values);
        Assert.True(recorded.Values.Select(r => r.Name).ToHashSet().SetEquals(worker), "FollowChanges by the worker");
    }

    [Theory, EveryUpdatableResource]
    public async Task Update_HandlingIsTightened_TheFeedWithdrawsAndThePastIsHiddenToo(string type)
    {
        var methods = ResourceMethods.Of(type);
        var created = await RecordAsync(methods, HandlingLevel.Public);
        var before = await LatestAsync(methods);

        created.Handling = new Handling { Level = HandlingLevel.Secretariat };
        var tightened = await methods.UpdateAsync(platform.Officer, created, ["handling"], changeDate: Drafts.Day);

        await methods.CallGet(platform.Reader, created.Name).IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", created.Name));
        await methods.CallGet(platform.Reader, created.Name, knownAt: created.RecordTime)
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", created.Name));
        Assert.Equal(created.Name, (await methods.GetAsync(platform.Officer, created.Name, knownAt: created.RecordTime)).Name);
        var withdrawn = Assert.Single(await PullAsync(methods, platform.Reader, before), c => c.Metadata.ResourceName == created.Name);
        Assert.Equal((ChangeKind.Withdrawn, 2L, ""), (withdrawn.Metadata.Kind, withdrawn.Metadata.ResourceVersion,
            withdrawn.Metadata.Reason));
        Assert.Null(withdrawn.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(withdrawn));

        tightened.Handling = new Handling { Level = HandlingLevel.Public };
        await methods.UpdateAsync(platform.Officer, tightened, ["handling"], changeDate: Drafts.Day);

        // The versions that a reader sees need not be all: the second stays hidden.
        var seen = (await PullAsync(methods, platform.Reader, after: 0)).Where(c => c.Metadata.ResourceName == created.Name
            && c.Metadata.Kind != ChangeKind.Withdrawn);
        Assert.Equal([1L, 3L], seen.Select(c => c.Metadata.ResourceVersion));
    }

    [Theory, EveryChildResource]
    public async Task Create_BelowWhatIsRestricted_TakesItsHandlingAndFollowsIt(string type)
    {
        var methods = ResourceMethods.Of(type);
        var silent = await platform.DraftAsync(type);
        silent.Handling = null!;
        var parents = ResourceMethods.OfService(methods.Service)
            .Single(m => ResourceNames.Matches(ResourceNames.Parent(silent.Name), PatternOf(m.Type)));
        var parent = await parents.GetAsync(platform.Officer, ResourceNames.Parent(silent.Name));
        parent.Handling = new Handling { Level = HandlingLevel.Participants };
        parent = await parents.UpdateAsync(platform.Officer, parent, ["handling"], changeDate: Drafts.Day);

        var created = await methods.CreateAsync(platform.Officer, silent);
        Assert.Equal(HandlingLevel.Participants, created.Handling.Level);

        parent.Handling = new Handling { Level = HandlingLevel.Secretariat };
        await parents.UpdateAsync(platform.Officer, parent, ["handling"], changeDate: Drafts.Day);

        Assert.Equal(HandlingLevel.Secretariat, (await methods.GetAsync(platform.Officer, created.Name)).Handling.Level);
    }

    [Theory, EveryResource]
    public async Task Create_OfANonsensicalHandling_IsRefused(string type)
    {
        var methods = ResourceMethods.Of(type);
        var draft = await platform.DraftAsync(type);

        draft.Handling = new Handling();
        await methods.CallCreate(platform.Officer, draft).IsRefusedForFieldAsync($"{methods.Field}.handling.level");
        draft.Handling = new Handling { Level = HandlingLevel.BodyMembers };
        await methods.CallCreate(platform.Officer, draft).IsRefusedForFieldAsync($"{methods.Field}.handling.body");
        draft.Handling = new Handling { Level = HandlingLevel.BodyMembers, Body = "bodies/no-such-body" };
        await methods.CallCreate(platform.Officer, draft).IsRefusedAsync("REFERENCE_NOT_FOUND",
            ("field", $"{methods.Field}.handling.body"), ("resource", "bodies/no-such-body"));
        draft.Handling = new Handling { Level = HandlingLevel.Public, Body = "bodies/no-such-body" };
        await methods.CallCreate(platform.Officer, draft).IsRefusedForFieldAsync($"{methods.Field}.handling.body");
    }

    [Fact]
    public async Task Follow_CompleteByWhoDoesNotSeeEverything_IsRefused()
    {
        var follow = Service.FindMethodByName("FollowChanges");
        using var stream = platform.Reader.Stream(follow, ResourceMethods.Request(follow, ("from_beginning", true), ("complete", true)));

        Assert.Equal((StatusCode.PermissionDenied, "VIEW_INCOMPLETE"), await stream.RefusedAsync() is var refused
            ? (refused.Code, refused.Reason) : default);
    }

    private ServiceDescriptor Service => SpecifiesAttribute.ServiceOf(GetType().Assembly);

    // The name of a type's resources without the ids, for example meetings/*/outcomes/*.
    private static string PatternOf(string type) => type switch
    {
        "Participant" => "participants/*",
        "Body" => "bodies/*",
        "Meeting" => "meetings/*",
        "Outcome" => "meetings/*/outcomes/*",
        "Commitment" => "commitments/*",
        _ => "-",
    };

    private async Task<IResource> RecordAsync(ResourceMethods methods, HandlingLevel level, string body = "")
    {
        var draft = await platform.DraftAsync(methods.Type);
        draft.Handling = level == HandlingLevel.Unspecified ? null! : new Handling
        {
            Level = level,
            Body = level == HandlingLevel.BodyMembers ? body : "",
        };
        // A party system sees what it reported itself; these are reported by nobody who asks.
        return await methods.CreateAsync(platform.Officer, draft);
    }

    // A body, a member of it, and a participant that is not a member.
    private async Task<(string Body, string Inside, string Outside)> CircleAsync()
    {
        var body = (await platform.RecordedAsync<Body>()).Name;
        var inside = (await platform.RecordedAsync<Participant>()).Name;
        var outside = (await platform.RecordedAsync<Participant>()).Name;
        await platform.RecordedAsync<StandingStep>(s =>
            (s.Name, s.Body, s.Kind) = ($"{inside}/standingSteps/{PlatformFixture.NewId()}", body, StandingStepKind.Member));
        await platform.RecordedAsync<StandingStep>(s =>
            (s.Name, s.Body, s.Kind) = ($"{outside}/standingSteps/{PlatformFixture.NewId()}", body, StandingStepKind.Invited));
        return (body, inside, outside);
    }

    private static async Task<HashSet<string>> FoundOneByOneAsync(ResourceMethods methods, PlatformClients clients,
        IEnumerable<IResource> recorded, string asOf)
    {
        var found = new HashSet<string>();
        foreach (var resource in recorded)
        {
            try
            {
                found.Add((await methods.GetAsync(clients, resource.Name, asOf)).Name);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
            }
        }
        return found;
    }

    private static async Task<HashSet<string>> FoundInListAsync(ResourceMethods methods, PlatformClients clients,
        IEnumerable<IResource> recorded, string asOf)
    {
        var (listed, token) = (new HashSet<string>(), "");
        do
        {
            var answer = await clients.Call(methods.List, ResourceMethods.Request(methods.List, ("page_size", 1000), ("page_token", token),
                ("as_of", asOf)));
            listed.UnionWith(ResourceMethods.Resources(answer).Select(r => r.Name));
            token = (string)answer.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(answer);
        }
        while (token.Length > 0);
        return [.. recorded.Select(r => r.Name).Where(listed.Contains)];
    }

    private static async Task<HashSet<string>> FoundInFeedAsync(ResourceMethods methods, PlatformClients clients,
        IReadOnlyCollection<IResource> recorded)
    {
        var (latest, first) = (await LatestAsync(methods, clients), await LogIdAsync(methods, clients));
        var follow = methods.Service.FindMethodByName("FollowChanges");
        using var stream = clients.Stream(follow, ResourceMethods.Request(follow, ("after_position", Math.Max(0L, latest - 400)),
            ("log_id", first)));
        var found = new HashSet<string>();
        long position = 0;
        while (position < latest && await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            var answer = stream.ResponseStream.Current;
            position = (long)answer.Descriptor.FindFieldByName("position").Accessor.GetValue(answer);
            if (answer.Descriptor.FindFieldByName("change").Accessor.GetValue(answer) is IChange change)
                found.Add(change.Metadata.ResourceName);
        }
        return [.. recorded.Select(r => r.Name).Where(found.Contains)];
    }

    private static async Task<HashSet<string>> FoundByPullingAsync(ResourceMethods methods, PlatformClients clients,
        IReadOnlyCollection<IResource> recorded)
    {
        var found = (await PullAsync(methods, clients, Math.Max(0L, await LatestAsync(methods, clients) - 400)))
            .Select(c => c.Metadata.ResourceName).ToHashSet();
        return [.. recorded.Select(r => r.Name).Where(found.Contains)];
    }

    private static async Task<List<IChange>> PullAsync(ResourceMethods methods, PlatformClients clients, long after)
    {
        var pull = methods.Service.FindMethodByName("PullChanges");
        var (changes, logId, more) = (new List<IChange>(), await LogIdAsync(methods, clients), true);
        while (more)
        {
            var answer = await clients.Call(pull, ResourceMethods.Request(pull, ("after_position", after), ("log_id", logId), ("page_size",
                1000)));
            changes.AddRange(((System.Collections.IEnumerable)answer.Descriptor.FindFieldByName("changes").Accessor.GetValue(answer))
                .Cast<IChange>());
            after = (long)answer.Descriptor.FindFieldByName("position").Accessor.GetValue(answer);
            more = (bool)answer.Descriptor.FindFieldByName("more").Accessor.GetValue(answer);
        }
        return changes;
    }

    private Task<long> LatestAsync(ResourceMethods methods) => LatestAsync(methods, platform.Officer);

    private static async Task<long> LatestAsync(ResourceMethods methods, PlatformClients clients) =>
        (await clients.ChangeLog.GetLatestPositionAsync(new() { Service = PlatformServices.Of(methods.Service).Name })).Position;

    private static async Task<string> LogIdAsync(ResourceMethods methods, PlatformClients clients) =>
        (await clients.ChangeLog.GetLatestPositionAsync(new() { Service = PlatformServices.Of(methods.Service).Name })).LogId;
}
