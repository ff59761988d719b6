using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Meetings;

// The meetings service as a process of its own.
var builder = PlatformHost.CreateBuilder(args);
builder.AddBus();
builder.AddMeetings();
var app = PlatformHost.Build(builder);
app.MapMeetings();
await app.RunAsync();
