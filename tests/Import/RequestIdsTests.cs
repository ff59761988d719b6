using Platform.Meetings.V1;
using Platform.Tool.Import;

namespace Platform.Import.Tests;

public sealed class RequestIdsTests
{
    [Fact]
    public void Next_TheSameRequestInAnotherImport_HasTheSameId() =>
        Assert.Equal(new RequestIds().Next(Method("CreateMeeting"), Create("A")), new RequestIds()
            .Next(Method("CreateMeeting"), Create("A")));

    // Written down: another id after an upgrade would record everything twice.
    [Fact]
    public void Next_AKnownRequest_HasTheIdThatItHadInEveryVersion() =>
        Assert.Equal("c82b5919-a3f2-8ee9-b14b-a90647e63a50", new RequestIds().Next(Method("CreateMeeting"), Create("A")));

    [Fact]
    public void Next_AnEditedRequest_HasAnotherId() =>
        Assert.NotEqual(new RequestIds().Next(Method("CreateMeeting"), Create("A")), new RequestIds()
            .Next(Method("CreateMeeting"), Create("B")));

    [Fact]
    public void Next_AlikeRequestsOfOneRecord_HaveIdsOfTheirOwnThatStay()
    {
        string[] Ids()
        {
            var ids = new RequestIds();
            return [ids.Next(Method("UpdateMeeting"), Update("A")), ids.Next(Method("UpdateMeeting"), Update("B")),
                ids.Next(Method("UpdateMeeting"), Update("A"))];
        }

        Assert.Equal(3, Ids().Distinct().Count());
        Assert.Equal(Ids(), Ids());
    }

    [Fact]
    public void Next_BesideOtherRequests_IsTheSame()
    {
        var ids = new RequestIds();
        ids.Next(Method("CreateMeeting"), Create("B"));

        Assert.Equal(new RequestIds().Next(Method("CreateMeeting"), Create("A")), ids.Next(Method("CreateMeeting"), Create("A")));
    }

    private static Google.Protobuf.Reflection.MethodDescriptor Method(string name) => MeetingsService.Descriptor.FindMethodByName(name);

    private static CreateMeetingRequest Create(string title) => new() { Meeting = new() { Name = "meetings/a", Title = title } };

    private static UpdateMeetingRequest Update(string title) => new() { Meeting = new() { Name = "meetings/a", Title = title } };
}
