using Platform.Hosting;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A process that cannot work with its settings ends with one sentence and an exit code that says so.</summary>
public sealed class RefusedStartTests
{
    private const string TenLetters = "aaaaaaaaaa";
    private const string HundredLetters = TenLetters + TenLetters + TenLetters + TenLetters + TenLetters
        + TenLetters + TenLetters + TenLetters + TenLetters + TenLetters;

    private static readonly Dictionary<string, (string Project, string File)> Programs = new()
    {
        ["membership"] = ("services/Membership", "Platform.Membership.dll"),
        ["meetings"] = ("services/Meetings", "Platform.Meetings.dll"),
        ["commitments"] = ("services/Commitments", "Platform.Commitments.dll"),
        ["reporting"] = ("workers/Reporting", "Platform.Reporting.dll"),
    };

    [Theory]
    [InlineData("membership", "Listen:Adress", "http://127.0.0.1:0", "Listen:Adress is not a setting. Listen has Address,")]
    [InlineData("meetings", "Listen:Address", "http://127.0.0.1:99999", "Listen:Address is \"http://127.0.0.1:99999\".")]
    [InlineData("commitments", "RabbitMq:Uri", "broker", "RabbitMq:Uri is not the address of a broker.")]
    [InlineData("reporting", "Identity:SigningKeyFile", "", "Set either Identity:Authority,")]
    [InlineData("meetings", "Services:Membership:Address", "", "Set Services:Membership:Address to where ")]
    [InlineData("reporting", "Reports:Language", "de", "Reports:Language: \"de\" is not a language of reports. Use one of en, fr, id.")]
    [InlineData("reporting", "Reports:Secretariat", HundredLetters + "a", "Reports:Secretariat must have at most 100 characters.")]
    [InlineData("reporting", "Delivery:MailUpTo", "Everybody",
        "Delivery:MailUpTo is \"Everybody\". Use one of Public, Participants, BodyMembers, Secretariat.")]
    [InlineData("meetings", "RabbitMq:AllowCleartext", "yes", "RabbitMq:AllowCleartext is \"yes\". Use true or false.")]
    [InlineData("commitments", "Limits:MaxCalls", "many", "Limits:MaxCalls is \"many\". Write a whole number.")]
    [InlineData("reporting", "Reports:BriefTemplate", "/no/letterhead.docx", "Reports:BriefTemplate: \"/no/letterhead.docx\" ")]
    [InlineData("meetings", "ConnectionStrings:meetings", "Host", "ConnectionStrings:meetings is not a valid PostgreSQL connection string")]
    public async Task Start_SettingThatCannotWork_EndsWithASentence(string program, string setting, string value, string sentence)
    {
        using var folder = new TemporaryFolder();
        var settings = SettingsIn(folder);
        settings[setting] = value;

        var result = await RunAsync(program, settings);

        Assert.Equal(PlatformHost.RefusedExitCode, result.ExitCode);
        Assert.StartsWith(sentence, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed to start", result.Output, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Start_SeveralSettingsThatCannotWork_NamesThemAll()
    {
        using var folder = new TemporaryFolder();
        var settings = SettingsIn(folder);
        settings["Listen:Adress"] = "http://127.0.0.1:0";
        settings["RabbitMq:Uri"] = "broker";
        settings["ConnectionStrings:meetings"] = "Host=db.example.org;Database=meetings;Password=hidden";
        settings["Idenity:Audience"] = "platform";
        settings["Healht:DrainDelay"] = "00:00:05";
        settings["Limits:MaxCalls"] = "0";
        settings["ChangeFeed:UnreadLimit"] = "soon";
        settings["Services:Membership:Address"] = "";
        string[] expected =
        [
            "Listen:Adress is not a setting.",
            "RabbitMq:Uri is not the address of a broker.",
            "ConnectionStrings:meetings names db.example.org without a check of the server's certificate.",
            "There are settings Idenity:…, which nothing reads. Is Identity meant?",
            "There are settings Healht:…, which nothing reads. Is Health meant?",
            "Limits:MaxCalls must lie between 1 and 10,000.",
            "ChangeFeed:UnreadLimit is \"soon\". Write a time as hours:minutes:seconds, for example 00:00:30.",
            "Set Services:Membership:Address to where rcp.membership.v1.MembershipService is served.",
        ];

        var started = await RunAsync("meetings", settings);
        var looked = await RunAsync("meetings", settings, "check-settings");
        var checkedBefore = await RunningProcess.RunPlatformAsync(settings, "config", "check", "meetings");

        foreach (var result in new[] { started, looked, checkedBefore })
        {
            Assert.Equal(PlatformHost.RefusedExitCode, result.ExitCode);
            var lines = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(expected, sentence => Assert.Single(lines, line => line.StartsWith(sentence, StringComparison.Ordinal)));
            Assert.Equal(expected.Length, lines.Length);
            Assert.DoesNotContain("hidden", result.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("membership"), InlineData("meetings"), InlineData("commitments"), InlineData("reporting")]
    public async Task CheckSettings_ThatAreComplete_SaysSoAndMakesNothing(string program)
    {
        using var folder = new TemporaryFolder();
        var settings = SettingsIn(folder);

        var looked = await RunAsync(program, settings, "check-settings");
        var checkedBefore = await RunningProcess.RunPlatformAsync(settings, "config", "check", program);

        Assert.Equal((0, "The settings are complete.", ""), (looked.ExitCode, looked.Output.Trim(), looked.Errors));
        Assert.Equal((0, $"The settings of {program} are complete.", ""),
            (checkedBefore.ExitCode, checkedBefore.Output.Trim(), checkedBefore.Errors));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Health_OfAProcessThatIsAway_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var settings = SettingsIn(folder);
        Assert.Equal(PlatformHost.RefusedExitCode, (await RunAsync("meetings", settings, "health")).ExitCode);

        settings["Health:Address"] = "http://0.0.0.0:1";
        var result = await RunAsync("meetings", settings, "health");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("http://127.0.0.1:1/readyz does not answer: ", result.Errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> SettingsIn(TemporaryFolder folder) => new()
    {
        ["Listen:Address"] = "http://127.0.0.1:0",
        ["Data:Directory"] = folder.Path,
        ["RabbitMq:Uri"] = "amqp://guest:guest@127.0.0.1:1/",
        ["Identity:SigningKeyFile"] = Path.Combine(folder.Path, "key.pem"),
        ["Services:Membership:Address"] = "http://127.0.0.1:1",
        ["Services:Meetings:Address"] = "http://127.0.0.1:1",
        ["Services:Commitments:Address"] = "http://127.0.0.1:1",
    };

    private static async Task<CommandResult> RunAsync(string program, Dictionary<string, string> settings, params string[] arguments)
    {
        var (project, file) = Programs[program];
        await using var process = RunningProcess.Start(Repository.Program(project, file), settings, arguments);
        return await process.EndAsync();
    }
}
