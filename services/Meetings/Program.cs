using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Meetings;

// The meetings service as a process of its own.
return await PlatformHost.RunAsync(
    args,
    builder =>
    {
        builder.AddBus();
        builder.AddMeetings();
    },
    app => app.MapMeetings());
