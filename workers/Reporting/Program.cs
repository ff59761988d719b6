using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Reporting;

// The reporting worker as a process of its own.
return await PlatformHost.RunAsync(
    args,
    builder =>
    {
        builder.AddBus(ReportingModule.AddConsumers);
        builder.AddReporting();
    },
    app => app.MapReporting());
