using Platform.Commitments;
using Platform.Hosting.Messaging;
using Platform.Hosting;

// The commitments service as a process of its own.
return await PlatformHost.RunAsync(
    args,
    builder =>
    {
        builder.AddBus();
        builder.AddCommitments();
    },
    app => app.MapCommitments());
