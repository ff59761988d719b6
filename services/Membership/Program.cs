using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Membership;

// The membership service as a process of its own.
var builder = PlatformHost.CreateBuilder(args);
builder.AddBus();
builder.AddMembership();
var app = PlatformHost.Build(builder);
app.MapMembership();
await app.RunAsync();
