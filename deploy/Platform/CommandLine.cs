using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Runtime.InteropServices;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Tool.Client;
using Platform.Tool.Commands;
using Platform.Tool.Output;

namespace Platform.Tool;

/// <summary>The program: its commands, and what every one of them has in common.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Usage = 2;
    // What a shell reports of a program that Ctrl-C ended.
    private const int Interrupted = 130;

    /// <summary>
    /// Runs a command and returns its exit code: 0 done, 1 refused or failed, 2 not understood. <c>verify</c> says with 1
    /// that there is a difference and with 3 that it failed.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("The record of intergovernmental processes: serves it, imports into it, reports from it.")
        {
            ServeCommand.Create(),
            TokenCommand.Create(),
            ImportCommand.Create(),
            ReportCommand.Create(),
            ReportsCommand.Create(),
            SchedulesCommand.Create(),
            DemoCommand.Create(),
            MigrateCommand.Create(),
            ConfigCommand.Create(),
            BackupCommand.Create(),
            MoveCommand.Create(),
            ProjectionCommand.Create(),
            StatusCommand.Create(),
            DoctorCommand.Create(),
            VerifyCommand.Create(),
            DeadLettersCommand.Create(),
            CompletionCommand.Create(),
        };
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"Run: platform {PathOf(parsed.CommandResult)}--help");
            return Usage;
        }
        var failed = parsed.CommandResult.Command.Name == VerifyCommand.Name ? VerifyCommand.NotCompared : Failed;

        using var interrupt = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            // The first asks the command to end well; a second one ends it.
            signal.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        }
        using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null
            }, interrupt.Token);
        }
        catch (Exception e) when (interrupt.IsCancellationRequested
            && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (RpcException e)
        {
            var refusal = ServerError.Of(e);
            await Console.Error.WriteLineAsync($"{refusal.Reason}: {refusal.Sentence}");
            return failed;
        }
        // What can go wrong on a machine as it should: the exception's own message is the sentence.
        catch (Exception e) when (
            e is CommandException or OptionsValidationException or IOException or UnauthorizedAccessException
                or InvalidOperationException or DbException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return failed;
        }
#pragma warning disable CA1031 // The last stop: a fault of the program itself, shown in full for the bug report.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"An unexpected fault of the program: {e}");
            return failed;
        }
    }

    // The command and those that it is under, each followed by a space; nothing for the program itself.
    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)}{command.Command.Name} " : "";
}
