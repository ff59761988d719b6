using System.CommandLine;
using Platform.Attack;
using Platform.Attack.Runs;

// Attacks a platform over loopback while a well-behaved client uses it, and counts what should not happen.
// bash tests/attack.sh starts PostgreSQL and RabbitMQ and runs this.
var minutes = new Option<double>("--minutes") { Description = "How long, on both engines together.", DefaultValueFactory = _ => 2 };
var seed = new Option<int>("--seed") { Description = "Makes what is sent.", DefaultValueFactory = _ => 1 };
var engine = new Option<string>("--engine") { Description = "Attack on this engine only.", HelpName = "ENGINE" };
engine.AcceptOnlyFromAmong(Target.Engines);
var table = new Option<string?>("--table") { Description = "Write the tables to this file too, as Markdown.", HelpName = "FILE" };
var command = new RootCommand("Attacks the platform and counts what should not happen.") { minutes, seed, engine, table };
command.SetAction(async (parsed, cancel) => await Run.RunAsync(
    TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed),
    parsed.GetValue(engine) is { } only ? [only] : Target.Engines, parsed.GetValue(table), cancel));

// What the run starts beside itself, so that it has a lower priority than the server and the well-behaved client.
var address = new Option<string>("--address") { Required = true };
var folder = new Option<string>("--data") { Required = true };
var server = new Option<int>("--server") { Required = true };
var attackers = new Command("attackers", "Attacks a platform that is served.") { minutes, seed, address, folder, server };
attackers.Hidden = true;
attackers.SetAction(async (parsed, cancel) => await Attackers.RunAsync(
    new Uri(parsed.GetValue(address)!), parsed.GetValue(folder)!, parsed.GetValue(server), TimeSpan.FromMinutes(parsed.GetValue(minutes)),
    parsed.GetValue(seed), cancel));
command.Add(attackers);
return await command.Parse(args).InvokeAsync();
