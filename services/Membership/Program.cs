using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Membership;

// The membership service as a process of its own.
return await PlatformHost.RunAsync(
    args,
    builder =>
    {
        builder.AddBus();
        builder.AddMembership();
    },
    app => app.MapMembership());
