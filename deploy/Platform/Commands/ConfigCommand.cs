using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Meetings;
using Platform.Membership;
using Platform.Reporting;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary><c>platform config check</c>: whether a process could start with the settings of this environment.</summary>
internal static class ConfigCommand
{
    private static readonly Dictionary<string, Action<WebApplicationBuilder>> Processes = new(StringComparer.Ordinal)
    {
        [PlatformServices.Membership.Name] = builder =>
        {
            builder.AddBus();
            builder.AddMembership();
        },
        [PlatformServices.Meetings.Name] = builder =>
        {
            builder.AddBus();
            builder.AddMeetings();
        },
        [PlatformServices.Commitments.Name] = builder =>
        {
            builder.AddBus();
            builder.AddCommitments();
        },
        [PlatformServices.Reporting.Name] = builder =>
        {
            builder.AddBus(ReportingModule.AddConsumers);
            builder.AddReporting();
        },
    };

    public static Command Create()
    {
        var process = new Argument<string>("PROCESS")
        {
            Description = $"Whose settings they are: {string.Join(", ", Processes.Keys)}, or serve for all of them in one process.",
        };
        process.AcceptOnlyFromAmong([.. Processes.Keys, "serve"]);
        var check = new Command("check", "Names everything that is wrong with the settings in the environment, and starts nothing. Exit "
            + $"code: 0 nothing, {PlatformHost.RefusedExitCode} something.")
        {
            process,
        };
        check.SetAction((parsed, _) => CheckAsync(parsed.GetRequiredValue(process)));
        return new Command("config", "The settings of a process.") { check };
    }

    private static async Task<int> CheckAsync(string process)
    {
        var builder = process == "serve"
            ? AllInOneHost.CreateBuilder(configuration => Settings.ForServing(configuration, Settings.FolderOf(configuration, null), null))
            : Create(Processes[process]);
        var problems = await PlatformHost.ProblemsOfAsync(builder);
        foreach (var problem in problems)
            Terminal.WriteError(problem);
        if (problems.Count > 0)
            return PlatformHost.RefusedExitCode;
        Terminal.WriteLine($"The settings of {process} are complete.");
        return 0;
    }

    private static WebApplicationBuilder Create(Action<WebApplicationBuilder> add)
    {
        var builder = PlatformHost.CreateBuilder();
        add(builder);
        return builder;
    }
}
