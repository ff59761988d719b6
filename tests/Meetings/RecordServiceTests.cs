using Platform.Common.V1;
using Platform.Fixtures;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Records.V1;

namespace Platform.Meetings.Tests;

/// <summary>That resources end, that they never were, and who names them.</summary>
public abstract class RecordServiceTests(PlatformFixture platform)
{
    [Fact]
    public async Task Retract_WhileOthersNameIt_IsRefusedNamingThem()
    {
        var attendance = await platform.RecordedAsync<Attendance>();
        var meeting = attendance.Name.Split("/attendances/")[0];

        // Of another service and of this one.
        await platform.Officer.Records.RetractResourceAsync(new() { Name = attendance.Party, Reason = "Recorded twice." })
            .IsRefusedAsync("RESOURCE_REFERENCED", ("resource", attendance.Party), ("referrers", attendance.Name));
        await platform.Officer.Records.RetractResourceAsync(new() { Name = meeting, Reason = "It did not take place." })
            .IsRefusedAsync("RESOURCE_REFERENCED", ("resource", meeting), ("referrers", attendance.Name));
        await platform.Officer.Records.RetractResourceAsync(new() { Name = attendance.Name, Reason = "It is not on the list." });
        await platform.Officer.Records.RetractResourceAsync(new() { Name = meeting, Reason = "It did not take place." });
        await platform.Officer.Records.RetractResourceAsync(new() { Name = attendance.Party, Reason = "Recorded twice." });

        Assert.Empty((await platform.Officer.Records.ListReferrersAsync(new() { Name = meeting, Service = "meetings" })).Names);
    }

    [Fact]
    public async Task Retract_ThatWasWrong_IsCorrected()
    {
        var meeting = await platform.RecordedAsync<Meeting>();
        var retracted = await platform.Officer.Records.RetractResourceAsync(new()
        {
            Name = meeting.Name,
            Reason = "It did not take place."
        });

        await platform.Officer.Meetings.UpdateMeetingAsync(Renamed(meeting.Name, correcting: 1)).IsRefusedAsync("RESOURCE_NOT_FOUND",
            ("resource", meeting.Name));
        var back = (await platform.Officer.Meetings.UpdateMeetingAsync(Renamed(meeting.Name, correcting: retracted.Version))).Meeting;

        Assert.Equal((3, "It took place"), (back.Version, back.Title));
        Assert.Equal(back, (await platform.Reader.Meetings.GetMeetingAsync(new() { Name = meeting.Name })).Meeting);
        Assert.Equal([back], (await platform.Reader.Meetings.ListMeetingsAsync(new()
        {
            Body = meeting.Bodies[0],
            PageSize = 1000
        })).Meetings
            .Where(m => m.Name == meeting.Name));
    }

    [Fact]
    public async Task End_OfABody_HoldsFromItsDayOnUntilItIsCorrected()
    {
        var body = await platform.RecordedAsync<Body>();

        var ended = await platform.Officer.Records.EndResourceAsync(new()
        {
            Name = body.Name,
            Date = "2014-01-01",
            Reason = "Its work is done.",
            Etag = body.Etag,
        });

        await platform.Reader.Membership.GetBodyAsync(new() { Name = body.Name }).IsRefusedAsync("RESOURCE_NOT_FOUND",
            ("resource", body.Name));
        await platform.Reader.Membership.GetBodyAsync(new() { Name = body.Name, AsOf = "2014-01-01" })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", body.Name));
        Assert.Equal(body, (await platform.Reader.Membership.GetBodyAsync(new() { Name = body.Name, AsOf = "2013-12-31" })).Body);
        var last = (await platform.Officer.Membership.ListChangesAsync(new() { Name = body.Name })).Changes[^1].Metadata;
        Assert.Equal((ChangeKind.Ended, "2014-01-01", "Its work is done."), (last.Kind, last.EffectiveDate, last.Reason));

        var back = (await platform.Officer.Membership.UpdateBodyAsync(new()
        {
            Body = new() { Name = body.Name, OpenTo = "all members" },
            UpdateMask = new() { Paths = { "open_to" } },
            Correction = new() { Version = ended.Version, Reason = "It goes on." },
        })).Body;
        Assert.Equal(back, (await platform.Reader.Membership.GetBodyAsync(new() { Name = body.Name, AsOf = "2014-01-01" })).Body);
    }

    [Fact]
    public async Task End_BeforeTheVersionThatIsThereOrOfWhatHappened_IsRefused()
    {
        var body = await platform.RecordedAsync<Body>();
        var meeting = await platform.RecordedAsync<Meeting>();

        await platform.Officer.Records.EndResourceAsync(new() { Name = body.Name, Date = "2013-03-04", Reason = "It ended." })
            .IsRefusedByAsync("CHANGE_OUT_OF_ORDER");
        await platform.Officer.Records.EndResourceAsync(new() { Name = meeting.Name, Date = "2014-01-01", Reason = "It ended." })
            .IsRefusedByAsync("RESOURCE_CANNOT_END");
        var refused = await platform.Officer.Records.EndResourceAsync(new() { Name = body.Name, Date = "2013" }).RefusedAsync();
        Assert.Equal(["date", "reason"], refused.Fields);
    }

    [Fact]
    public async Task Requests_OnlyToBeValidated_ChangeNothing()
    {
        var body = await platform.RecordedAsync<Body>();

        var retracted = await platform.Officer.Records.RetractResourceAsync(new() { Name = body.Name, Reason = "?", ValidateOnly = true });
        var ended = await platform.Officer.Records.EndResourceAsync(
            new() { Name = body.Name, Date = "2014-01-01", Reason = "?", ValidateOnly = true });
        var updated = await platform.Officer.Membership.UpdateBodyAsync(new()
        {
            Body = new() { Name = body.Name, OpenTo = "all members" },
            UpdateMask = new() { Paths = { "open_to" } },
            ChangeDate = "2014-01-01",
            ValidateOnly = true,
        });

        Assert.Equal((2, 2, 2), (retracted.Version, ended.Version, updated.Body.Version));
        Assert.Equal("all members", updated.Body.OpenTo);
        Assert.Equal(body, (await platform.Reader.Membership.GetBodyAsync(new() { Name = body.Name })).Body);
    }

    [Fact]
    public async Task GetCaller_OfEachRole_TellsWhoItIsAndWhatItMayUse()
    {
        var system = await platform.MemberState("participants/idn").Records.GetCallerAsync(new());
        var reader = await platform.Reader.Records.GetCallerAsync(new());

        Assert.Equal(("idn-system", "party-system", "participants/idn"), (system.Subject, system.Role, system.Party));
        Assert.Contains("rcp.commitments.v1.CommitmentsService/CreateProgressUpdate", system.Methods);
        Assert.DoesNotContain("rcp.commitments.v1.CommitmentsService/CreateAssessment", system.Methods);
        Assert.DoesNotContain("rcp.commitments.v1.CommitmentsService/CreateProgressUpdate", reader.Methods);
        Assert.True(reader.ExpireTime.ToDateTimeOffset() > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task EveryMethod_IsForTheRolesOfItsComment()
    {
        foreach (var method in RecordService.Descriptor.Methods)
        {
            var allowed = ProtoComments.Of(RecordService.Descriptor.FullName, method.Name).Roles;
            foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
            {
                var caller = platform.Process.As(role, role == Role.PartySystem ? "participants/idn" : "");
                // That which only services may use is tried with the pairs of services.
                if (method.InputType.FindFieldByName("name") is null || method.Name == "ReplaceReferences")
                    continue;
                var refused = await caller.Call(method, ResourceMethods.Request(method, ("name", "nobody"))).RefusedAsync();
                Assert.Equal(allowed.Contains(role), refused.Reason != "ROLE_INSUFFICIENT");
            }
        }
    }

    [Fact]
    public async Task Methods_OfWhatNoServiceHas_AreRefused()
    {
        await platform.Officer.Records.RetractResourceAsync(new() { Name = "reports/mc-5", Reason = "Wrong." })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "reports/mc-5"));
        await platform.Officer.Records.ListReferrersAsync(new() { Name = "participants/idn", Service = "finance" })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "finance"));
        await platform.Officer.Records.ListReferrersAsync(new() { Name = "Indonesia", Service = "meetings" })
            .IsRefusedForFieldAsync("name");
    }

    private static UpdateMeetingRequest Renamed(string name, long correcting) => new()
    {
        Meeting = new() { Name = name, Title = "It took place" },
        UpdateMask = new() { Paths = { "title" } },
        Correction = new() { Version = correcting, Reason = "A second list was found." },
    };
}

public sealed class RecordServiceEmbedded(EmbeddedPlatform platform) : RecordServiceTests(platform);

public sealed class RecordServiceOnServers(ServersPlatform platform) : RecordServiceTests(platform);
