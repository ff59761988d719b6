using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;
using Platform.Hosting.Reflection;
using Platform.Hosting.Settings;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary><c>platform serve</c>: everything in one process, until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var port = new Option<int?>("--port")
        {
            Description = "The port on this machine, 0 for any that is free; 5100 if not given.",
            HelpName = "PORT",
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 0 or > 65535)
                result.AddError("--port: Write a number from 1 to 65535, or 0 for any port that is free.");
        });
        var data = DataOption.Create("It is made on first start; the user's own data folder if not given.");
        var command = new Command("serve",
            "Serves membership, meetings, commitments and reports on one port of this machine, until Ctrl-C.")
        {
            port,
            data,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(port), parsed.GetValue(data), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int? port, string? data, CancellationToken cancel)
    {
        var folder = Settings.FolderOf(ProcessSettings.Read(), data);
        folder.Create();
        using var folderLock = folder.Lock();
        await using var app = await AllInOneHost.BuildAsync(configuration => Settings.ForServing(configuration, folder, port));
        var address = await AllInOneHost.StartAsync(app, cancel);
        Announce(app, address, folder);
        await app.WaitForShutdownAsync(cancel);
        Terminal.WriteLine("Stopped.");
        return 0;
    }

    private static void Announce(WebApplication app, string address, DataFolder folder)
    {
        Terminal.WriteLine($"Serving on {address}");
        foreach (var service in app.Services.GetRequiredService<ServedServices>().All)
            Terminal.WriteLine($"  {service.FullName}");
        var authority = app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Authority;
        Terminal.WriteLine($"Data in {folder.Path}");
        Terminal.WriteLine(authority.Length == 0
            ? $"Get a token: {ThisProgram()} token --role officer --data {Quoted(folder.Path)}"
            : $"Tokens come from {authority}");
        Terminal.WriteLine("Stop with Ctrl-C.");
    }

    // What to type to run this very program again.
    private static string ThisProgram()
    {
        var process = Environment.ProcessPath ?? "platform";
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? $"dotnet {Quoted(typeof(ServeCommand).Assembly.Location)}"
            : Quoted(process);
    }

    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '+' or ':') ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
