using System.CommandLine;
using Platform.Faults;
using Platform.Faults.Runs;

// Kills, freezes and cuts off the parts of a platform while clients write to it, and then looks whether anything is
// lost, there twice, or different. bash tests/faults.sh starts PostgreSQL and RabbitMQ and runs this.
var seed = new Option<int>("--seed")
{
    Description = "Makes the schedule of the faults and what the clients write.",
    DefaultValueFactory = _ => 1,
};
var minutes = new Option<double>("--minutes")
{
    Description = "How long to run; with --faults or --writes, how long at most.",
    DefaultValueFactory = _ => 5,
};
var faults = new Option<int?>("--faults") { Description = "Run until at least so many faults were injected." };
var writes = new Option<int?>("--writes") { Description = "Run until at least so many writes were acknowledged." };
var only = new Option<string?>("--only") { Description = "Inject faults of this kind only.", HelpName = "KIND" };
only.AcceptOnlyFromAmong([.. FaultKinds.All.Select(FaultKinds.Name)]);
var plan = new Option<bool>("--plan") { Description = "Print the schedule of the seed and end: --faults lines of it, 40 if not given." };
var table = new Option<string?>("--table")
{
    Description = "Write the table of the result to this file too, as Markdown.",
    HelpName = "FILE",
};
var command = new RootCommand("Runs the platform under faults and checks that nothing is lost, duplicated or different.")
{
    seed,
    minutes,
    faults,
    writes,
    only,
    plan,
    table,
};
command.SetAction(async (parsed, _) =>
{
    FaultKind? kind = parsed.GetValue(only) is { } name ? FaultKinds.All.Single(k => k.Name() == name) : null;
    if (parsed.GetValue(plan))
    {
        foreach (var fault in Schedule.Of(parsed.GetValue(seed), kind).Take(parsed.GetValue(faults) ?? 40))
            Console.WriteLine(fault);
        return 0;
    }
    return await Run.RunAsync(new Options(
        parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(faults), parsed.GetValue(writes), kind,
            parsed.GetValue(table)));
});
return await command.Parse(args).InvokeAsync();
