using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Settings;

/// <summary>The settings of a process for those who need nothing else of it.</summary>
public static class ProcessSettings
{
    /// <summary>Reads <c>appsettings.json</c> beside the program, the environment and a command line; the last of them wins.</summary>
    /// <param name="args">The command line.</param>
    public static IConfiguration Read(params string[] args) =>
        new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables().AddCommandLine(args).Build();
}
