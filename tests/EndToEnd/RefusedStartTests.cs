using Platform.Hosting;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A process that cannot work with its settings ends with one sentence and an exit code that says so.</summary>
public sealed class RefusedStartTests
{
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
    [InlineData("meetings", "ConnectionStrings:meetings", "Host", "ConnectionStrings:meetings is not a valid PostgreSQL connection string")]
    public async Task Start_SettingThatCannotWork_EndsWithASentence(string program, string setting, string value, string sentence)
    {
        var folder = Directory.CreateTempSubdirectory("platform-refused-");
        try
        {
            var settings = new Dictionary<string, string>
            {
                ["Listen:Address"] = "http://127.0.0.1:0",
                ["Data:Directory"] = folder.FullName,
                ["RabbitMq:Uri"] = "amqp://guest:guest@127.0.0.1:1/",
                ["Identity:SigningKeyFile"] = Path.Combine(folder.FullName, "key.pem"),
                ["Services:Membership:Address"] = "http://127.0.0.1:1",
                ["Services:Meetings:Address"] = "http://127.0.0.1:1",
                ["Services:Commitments:Address"] = "http://127.0.0.1:1",
                [setting] = value,
            };
            var (project, file) = Programs[program];
            await using var process = RunningProcess.Start(Repository.Program(project, file), settings);

            var result = await process.EndAsync();

            Assert.Equal(PlatformHost.RefusedExitCode, result.ExitCode);
            Assert.StartsWith(sentence, result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("Hosting failed to start", result.Output, StringComparison.Ordinal);
            Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
