using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Platform.Hosting.Databases;
using Platform.Hosting.Settings;
using Platform.Hosting.Store;
using Platform.Reporting;
using Platform.Tool.Output;
using Platform.Tool.Serving;

namespace Platform.Tool.Commands;

/// <summary>
/// <c>platform migrate</c>: brings the PostgreSQL schemas up to date, once, before the new version starts; says beforehand what
/// it would do, and waits for another to do it.
/// </summary>
internal static class MigrateCommand
{
    private const int NotUpToDate = 1;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var service = new Option<string[]>("--service")
        {
            Description = $"Only the store of this service; may be repeated. Every store that has a connection string if not given.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "NAME",
            Recursive = true,
        };
        service.AcceptOnlyFromAmong([.. Settings.Stores]);
        var wait = new Option<int>("--wait")
        {
            Description = "Wait so many seconds at most for the schemas to be up to date: what a new replica does before it starts.",
            HelpName = "SECONDS",
        };
        wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 86_400)
                result.AddError("--wait: Write a number of seconds from 0 to 86400.");
        });
        var acceptNewer = new Option<bool>("--accept-newer")
        {
            Description = "Leave a schema alone that a newer version has migrated, if programs of this version go on with it: for what "
                + "runs before every replica, which may be one of the version before.",
        };
        var apply = new Command("apply", "Brings the schemas up to date; the same as migrate alone.") { acceptNewer };
        apply.SetAction((parsed, cancel) => ApplyAsync(parsed.GetValue(service) ?? [], parsed.GetValue(acceptNewer), cancel));
        var plan = new Command("plan", "Writes the SQL that apply would run, and changes nothing.");
        plan.SetAction((parsed, cancel) => PlanAsync(parsed.GetValue(service) ?? [], cancel));
        var status = new Command("status", "Says which schema each store has. Exit code: 0 all are up to date, 1 one is not.") { wait };
        status.SetAction((parsed, cancel) =>
            StatusAsync(parsed.GetValue(service) ?? [], TimeSpan.FromSeconds(parsed.GetValue(wait)), cancel));
        var command = new Command("migrate",
            "Brings the schemas of PostgreSQL stores up to date; each is named by a setting ConnectionStrings:NAME (in the environment "
                + "ConnectionStrings__NAME).")
        {
            service, apply, plan, status,
        };
        command.SetAction((parsed, cancel) => ApplyAsync(parsed.GetValue(service) ?? [], acceptNewer: false, cancel));
        return command;
    }

    private static async Task<int> ApplyAsync(string[] asked, bool acceptNewer, CancellationToken cancel)
    {
        var configuration = ProcessSettings.Read();
        foreach (var store in StoresOf(configuration, asked))
        {
            try
            {
                if (store == ReportingModule.Name)
                    await ReportingModule.MigrateAsync(configuration, acceptNewer, cancel);
                else
                    await StoreRegistration.MigrateStoreAsync(configuration, store, acceptNewer, cancel);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                throw new CommandException($"The schema of {store} was not changed. {e.Message}");
            }
            Terminal.WriteLine($"The schema of {store} is up to date.");
        }
        return 0;
    }

    private static async Task<int> PlanAsync(string[] asked, CancellationToken cancel)
    {
        var configuration = ProcessSettings.Read();
        foreach (var store in StoresOf(configuration, asked))
        {
            foreach (var (name, schema) in await LookAsync(configuration, store, cancel))
            {
                Terminal.WriteLine($"-- {SentenceOf(name, schema)}");
                foreach (var migration in schema.Pending)
                {
                    Terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"-- Migration {migration.Number}"));
                    Terminal.WriteLine(migration.Sql.Trim());
                }
            }
        }
        return 0;
    }

    private static async Task<int> StatusAsync(string[] asked, TimeSpan wait, CancellationToken cancel)
    {
        var configuration = ProcessSettings.Read();
        var stores = StoresOf(configuration, asked);
        var until = TimeProvider.System.GetUtcNow() + wait;
        while (true)
        {
            var isLast = TimeProvider.System.GetUtcNow() >= until;
            try
            {
                var all = new List<(string Name, SchemaStatus Schema)>();
                foreach (var store in stores)
                    all.AddRange(await LookAsync(configuration, store, cancel));
                var isUpToDate = all.All(s => s.Schema.Pending.Count == 0);
                if (isUpToDate || isLast)
                {
                    foreach (var (name, schema) in all)
                        Terminal.WriteLine(SentenceOf(name, schema));
                    return isUpToDate ? 0 : NotUpToDate;
                }
            }
            catch (CommandException e) when (!isLast && e.InnerException is NpgsqlException { IsTransient: true })
            {
                // The server does not answer yet.
            }
            await Task.Delay(LookInterval, cancel);
        }
    }

    private static async Task<IReadOnlyList<(string Name, SchemaStatus Schema)>> LookAsync(IConfiguration configuration, string store,
        CancellationToken cancel)
    {
        try
        {
            if (store != ReportingModule.Name)
                return [(store, await StoreRegistration.StoreStatusAsync(configuration, store, cancel))];
            var (schema, projection) = await ReportingModule.SchemaStatusAsync(configuration, cancel);
            return [(store, schema), ($"{store}'s projection", projection)];
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            throw new CommandException($"The schema of {store} cannot be seen. {e.Message}", e);
        }
    }

    private static string SentenceOf(string store, SchemaStatus schema)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{store}: schema {schema.Applied}");
        if (schema.Applied > schema.Newest)
            return string.Create(CultureInfo.InvariantCulture, $"{text}, newer than this program, which knows {schema.Newest}.");
        if (schema.Pending.Count == 0)
            return $"{text}, up to date.";
        var oldest = schema.Pending.Max(m => m.OldestProgram);
        return string.Create(CultureInfo.InvariantCulture, $"{text} of {schema.Newest}; programs from schema {oldest} on go on with it.");
    }

    private static List<string> StoresOf(IConfiguration configuration, string[] asked)
    {
        bool IsConfigured(string store) => !string.IsNullOrEmpty(configuration.GetConnectionString(store));
        if (asked.FirstOrDefault(s => !IsConfigured(s)) is { } missing)
            throw new CommandException($"There is no PostgreSQL database for {missing}. Set ConnectionStrings__{missing}.");
        var stores = Settings.Stores.Where(s => asked.Length > 0 ? asked.Contains(s) : IsConfigured(s)).ToList();
        return stores.Count > 0 ? stores
            : throw new CommandException($"No PostgreSQL database is configured. Set ConnectionStrings__NAME for one or more of "
                + $"{string.Join(", ", Settings.Stores)}. SQLite files need no migration: serve brings them up to date.");
    }
}
