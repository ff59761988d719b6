using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.Messaging;

// The commitments service as a process of its own.
var builder = PlatformHost.CreateBuilder(args);
builder.AddBus();
builder.AddCommitments();
var app = PlatformHost.Build(builder);
app.MapCommitments();
await app.RunAsync();
