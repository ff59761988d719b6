using System.CommandLine;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform import</c>: sends a record to a platform that is served.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The record: a folder of YAML files." };
        var documents = new Option<string?>("--documents")
        {
            Description = "A folder with your own copies of the documents, from which the outcomes' official text is attached.",
            HelpName = "DIR",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only reads and checks the files; calls nobody and writes nothing." };
        var connection = new ConnectionOptions();
        var command = new Command("import",
            "Records what the files of a folder say. Importing twice changes nothing; an import that broke off is completed by running "
                + "it again.")
        {
            folder,
            documents,
            dryRun,
        };
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (ImportRun.Read(parsed.GetValue(folder)!) is not { } record)
                return 1;
            if (parsed.GetValue(dryRun))
            {
                Terminal.WriteLine(
                    $"{Terminal.Count(record.Files, "file")} with {Terminal.Count(record.Entries.Count, "entry", "entries")}, nothing "
                        + $"wrong; nothing was sent.");
                ImportRun.WriteCounts(record);
                return 0;
            }
            using var platform = connection.Open(parsed);
            return await ImportRun.SendAsync(record, platform, parsed.GetValue(documents), cancel) ? 0 : 1;
        });
        return command;
    }
}
