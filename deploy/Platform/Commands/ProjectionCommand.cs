using System.CommandLine;
using Platform.Hosting.Databases;
using Platform.Hosting.Settings;
using Platform.Reporting;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform projection rebuild</c>: the way back where the worker holds other changes than the services, for example since a
/// service was restored from an older copy.
/// </summary>
internal static class ProjectionCommand
{
    public static Command Create()
    {
        var data = DataOption.Create("Of a platform in one process; where ConnectionStrings:reporting is set it is not needed.");
        var rebuild = new Command("rebuild", "Empties the worker's projection, while no worker runs. The next that starts fills it again "
            + "from the services; reports and dead letters stay.")
        {
            data,
        };
        rebuild.SetAction((parsed, cancel) => RebuildAsync(parsed.GetValue(data), cancel));
        return new Command("projection", "What the reporting worker holds of the services' records.") { rebuild };
    }

    private static async Task<int> RebuildAsync(string? data, CancellationToken cancel)
    {
        var configuration = ProcessSettings.Read();
        if (Database.IsEmbedded(configuration, ReportingModule.Name))
        {
            var folder = Settings.FolderOf(configuration, data);
            if (!Directory.Exists(folder.Path))
            {
                throw new CommandException(
                    $"\"{folder.Path}\" does not exist. Name the data folder of a platform in one process with --data.");
            }
            // No worker may run meanwhile.
            using var mine = folder.Lock();
            configuration[Settings.DataDirectory] = folder.Path;
            await ReportingModule.RebuildProjectionAsync(configuration, cancel);
        }
        else
        {
            await ReportingModule.RebuildProjectionAsync(configuration, cancel);
        }
        Terminal.WriteLine("The projection is empty. Start the worker, which fills it; compare with platform verify.");
        return 0;
    }
}
