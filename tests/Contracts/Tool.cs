using System.Diagnostics;
using System.Text;

namespace Platform.Contracts.Tests;

/// <summary>Runs another program to its end.</summary>
internal static class Tool
{
    /// <summary>The exit code, and what it wrote to either output.</summary>
    internal sealed record Result(int ExitCode, string Output, string Errors)
    {
        public string All => Output + Errors;

        /// <summary>What it wrote to its standard output; throws when it failed.</summary>
        public string Succeeded() => ExitCode == 0 ? Output : throw new InvalidOperationException($"It ended with code {ExitCode}: {All}");
    }

    /// <summary>The program that an environment variable names.</summary>
    public static string Named(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set. Run bash tests/run.sh --filter Contracts, which sets it.");

    public static async Task<Result> RunAsync(string program, IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
