using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Platform.Hosting.Store;
using Platform.Reporting;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary><c>platform migrate</c>: brings the PostgreSQL schemas up to date, once, before the new version starts.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var service = new Option<string[]>("--service")
        {
            Description = $"Only the store of this service; may be repeated. Every store that has a connection string if not given.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "NAME",
        };
        service.AcceptOnlyFromAmong([.. Settings.Stores]);
        var command = new Command("migrate",
            "Brings the schemas of PostgreSQL stores up to date; each is named by a setting ConnectionStrings:NAME (in the environment "
                + "ConnectionStrings__NAME).")
        {
            service,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(service) ?? [], cancel));
        return command;
    }

    private static async Task<int> RunAsync(string[] asked, CancellationToken cancel)
    {
        var configuration = Settings.Read();
        bool IsConfigured(string store) => !string.IsNullOrEmpty(configuration.GetConnectionString(store));
        if (asked.FirstOrDefault(s => !IsConfigured(s)) is { } missing)
            throw new CommandException($"There is no PostgreSQL database for {missing}. Set ConnectionStrings__{missing}.");
        var stores = Settings.Stores.Where(s => asked.Length > 0 ? asked.Contains(s) : IsConfigured(s)).ToList();
        if (stores.Count == 0)
        {
            throw new CommandException($"No PostgreSQL database is configured. Set ConnectionStrings__NAME for one or more of "
                + $"{string.Join(", ", Settings.Stores)}. SQLite files need no migration: serve brings them up to date.");
        }
        foreach (var store in stores)
        {
            try
            {
                if (store == ReportingModule.Name)
                    await ReportingModule.MigrateAsync(configuration, cancel);
                else
                    await StoreRegistration.MigrateStoreAsync(configuration, store, cancel);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                throw new CommandException($"The schema of {store} was not changed. {e.Message}");
            }
            Terminal.WriteLine($"The schema of {store} is up to date.");
        }
        return 0;
    }
}
