using Platform.Common.V1;
using Platform.Fixtures;
using Platform.Meetings.V1;

namespace Platform.Meetings.Tests;

/// <summary>Meetings as documents tell them: with fuzzy dates, several numbers, and who attended.</summary>
public abstract class MeetingTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("mid-2013", "2013-05-01", "2013-08-31")]
    [InlineData("29-30 March 2011", "2011-03-29", "2011-03-30")]
    [InlineData("a date to be set", "", "")]
    [InlineData("", "2013-03-05", "2013-03-05")]
    public async Task CreateMeeting_FuzzyDates_KeepTheirWordsBesideTheDays(string words, string earliest, string latest)
    {
        var dates = new DateRange { AsWritten = words, EarliestDate = earliest, LatestDate = latest, Sense = DateSense.Within };

        var meeting = await platform.RecordedAsync<Meeting>(m => m.Dates = dates);

        Assert.Equal(dates, (await platform.Reader.Meetings.GetMeetingAsync(new() { Name = meeting.Name })).Meeting.Dates);
    }

    [Fact]
    public async Task CreateMeeting_DatesOfTwoDocuments_AreBothKept()
    {
        var meeting = await platform.RecordedAsync<Meeting>(m => m.StatedDates.Add(new StatedDates
        {
            Dates = new()
            {
                AsWritten = "30 March 2011",
                EarliestDate = "2011-03-30",
                LatestDate = "2011-03-30"
            }
        }));

        Assert.Equal(2, meeting.StatedDates.Count);
    }

    [Fact]
    public async Task CreateMeeting_DaysInTheWrongOrder_IsRefused()
    {
        var draft = await platform.DraftAsync<Meeting>(m => m.Dates = new()
        {
            EarliestDate = "2013-03-06",
            LatestDate = "2013-03-05",
            Sense = DateSense.Within
        });

        await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = draft })
            .IsRefusedForFieldAsync("meeting.dates.latest_date");
    }

    [Fact]
    public async Task CreateMeeting_TwoNumbersInOneSeries_AreBothKept()
    {
        // AHG16 calls one meeting both the Seventeenth and the Third.
        var meeting = await platform.RecordedAsync<Meeting>(
            m => m.SeriesOrdinals.Add(new SeriesOrdinal { Series = "Senior Officials' Meeting", Ordinal = 3 }));

        Assert.Equal([7, 3], meeting.SeriesOrdinals.Select(s => s.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task CreateMeeting_OrdinalBelowOne_IsRefused(int ordinal)
    {
        var draft = await platform.DraftAsync<Meeting>(m => m.SeriesOrdinals[0].Ordinal = ordinal);

        await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = draft })
            .IsRefusedForFieldAsync("meeting.series_ordinals[0].ordinal");
    }

    [Fact]
    public async Task CreateMeeting_OnlyWhatIsKnownOfAMeetingThatIsMentioned_IsEnough()
    {
        var meeting = new Meeting
        {
            Name = $"meetings/{PlatformFixture.NewId()}",
            Title = "Fifth AHG Senior Officials' Meeting",
            Kind = MeetingKind.SeniorOfficialsMeeting,
            Status = MeetingStatus.Held,
        };

        var created = (await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = meeting })).Meeting;

        Assert.Equal(AttendanceRecord.Unspecified, created.AttendanceRecord);
    }

    [Fact]
    public async Task CreateAttendance_OfAnUnknownParticipant_IsRefusedNamingFieldAndResource()
    {
        var meeting = await platform.RecordedAsync<Meeting>();
        var unknown = PlatformFixture.NewId();
        var attendance = new Attendance
        {
            Name = $"{meeting.Name}/attendances/{unknown}",
            Party = $"participants/{unknown}",
            Capacity = AttendanceCapacity.InAttendance,
        };

        await platform.Officer.Meetings.CreateAttendanceAsync(new() { Attendance = attendance })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "attendance.party"), ("resource", $"participants/{unknown}"));

        Assert.Empty((await platform.Reader.Meetings.ListAttendancesAsync(new() { Parent = meeting.Name })).Attendances);
    }

    [Fact]
    public async Task CreateAttendance_UnknownParticipantThatIsRecordedAfterwards_IsAcceptedThen()
    {
        var meeting = await platform.RecordedAsync<Meeting>();
        var participant = await platform.DraftAsync<Membership.V1.Participant>();
        var attendance = new Attendance
        {
            Name = $"{meeting.Name}/attendances/{participant.Name.Split('/')[1]}",
            Party = participant.Name,
            Capacity = AttendanceCapacity.InAttendance,
        };
        await platform.Officer.Meetings.CreateAttendanceAsync(new() { Attendance = attendance }).RefusedAsync();

        await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = participant, AllowDuplicate = true });

        Assert.Equal(1, (await platform.Officer.Meetings.CreateAttendanceAsync(new() { Attendance = attendance })).Attendance.Version);
    }

    [Fact]
    public async Task CreateAttendance_IdOtherThanTheParticipants_IsRefused()
    {
        var draft = await platform.DraftAsync<Attendance>(a => a.Name += "x");

        await platform.Officer.Meetings.CreateAttendanceAsync(new() { Attendance = draft }).IsRefusedForFieldAsync("attendance.name");
    }

    [Fact]
    public async Task UpdateAttendance_ToAnotherParticipant_IsRefused()
    {
        var attendance = await platform.RecordedAsync<Attendance>();
        attendance.Party = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;

        await platform.Officer.Meetings.UpdateAttendanceAsync(new()
        {
            Attendance = attendance,
            UpdateMask = new() { Paths = { "party" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        }).IsRefusedForFieldAsync("attendance.name");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public async Task CreateAttendance_DelegationOfAnImpossibleSize_IsRefused(int size)
    {
        var draft = await platform.DraftAsync<Attendance>(a => a.DelegationSize = size);

        await platform.Officer.Meetings.CreateAttendanceAsync(new() { Attendance = draft })
            .IsRefusedForFieldAsync("attendance.delegation_size");
    }

    [Fact]
    public async Task CreateAttendance_OfABody_IsRecorded()
    {
        var body = await platform.RecordedAsync<Membership.V1.Body>();
        var meeting = await platform.RecordedAsync<Meeting>();

        var created = (await platform.Officer.Meetings.CreateAttendanceAsync(new()
        {
            Attendance = new()
            {
                Name = $"{meeting.Name}/attendances/{body.Name.Split('/')[1]}",
                Party = body.Name,
                Capacity = AttendanceCapacity.InAttendance,
                ListedAs = "Co-Managers of the Regional Support Office",
            },
        })).Attendance;

        Assert.Equal([created], (await platform.Reader.Meetings.ListAttendancesAsync(new() { Party = body.Name })).Attendances);
    }

    [Fact]
    public async Task CreateMeeting_WithTheNumberOfAnother_IsRefusedNamingItUnlessItIsMeant()
    {
        var body = (await platform.RecordedAsync<Membership.V1.Body>()).Name;
        void OfThatBody(Meeting meeting)
        {
            meeting.Bodies.Clear();
            meeting.Bodies.Add(body);
        }

        var first = await platform.RecordedAsync<Meeting>(OfThatBody);
        var second = await platform.DraftAsync<Meeting>(OfThatBody);

        await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = second })
            .IsRefusedAsync("RESOURCE_DUPLICATE", ("resource", first.Name));
        await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = first })
            .IsRefusedAsync("RESOURCE_EXISTS", ("resource", first.Name));
        Assert.Equal(1, (await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = second, AllowDuplicate = true }))
            .Meeting.Version);
    }

    [Fact]
    public async Task CreateMeeting_HeldInTheFuture_IsRefused()
    {
        var draft = await platform.DraftAsync<Meeting>(m => m.Dates = new() { EarliestDate = "2199-01-01", LatestDate = "2199-01-01" });

        await platform.Officer.Meetings.CreateMeetingAsync(new() { Meeting = draft }).IsRefusedByAsync("MEETING_NOT_YET_HELD");
    }
}

public sealed class MeetingsEmbedded(EmbeddedPlatform platform) : MeetingTests(platform);

public sealed class MeetingsOnServers(ServersPlatform platform) : MeetingTests(platform);
