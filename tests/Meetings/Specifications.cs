using Platform.Fixtures;
using Platform.Meetings.V1;

[assembly: Specifies(typeof(MeetingsService))]
