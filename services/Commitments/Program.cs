using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.Messaging;

// The commitments service as a process of its own.
return await PlatformHost.RunAsync(
    args,
    builder =>
    {
        builder.AddBus();
        builder.AddCommitments();
    },
    app => app.MapCommitments());
