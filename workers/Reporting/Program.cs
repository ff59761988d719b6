using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Reporting;

// The reporting worker as a process of its own.
var builder = PlatformHost.CreateBuilder(args);
builder.AddBus(ReportingModule.AddConsumers);
builder.AddReporting();
var app = PlatformHost.Build(builder);
app.MapReporting();
await app.RunAsync();
