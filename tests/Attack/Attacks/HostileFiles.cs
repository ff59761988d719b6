using System.Globalization;
using System.Text;
using Platform.Processes;

namespace Platform.Attack.Attacks;

/// <summary>Files that are not what a command expects: it ends with a sentence, soon, and without much memory.</summary>
internal sealed class HostileFiles : IAttack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // 384 MiB: more than is needed to read the largest file that is read.
    private static readonly Dictionary<string, string> Settings = new() { ["DOTNET_GCHeapHardLimit"] = "0x18000000" };

    private static readonly Dictionary<string, Func<string, Task>> Files = new()
    {
        ["aliases of aliases"] = Yaml(Aliases()),
        ["deeply nested"] = Yaml("records: " + new string('[', 200_000)),
        ["nested mappings"] = Yaml("records: " + string.Concat(Enumerable.Repeat("{a: ", 50_000))),
        ["no bytes"] = Yaml(""),
        ["not text"] = file => File.WriteAllBytesAsync(file, Noise(100_000)),
        ["a mark of order and zeros"] = file => File.WriteAllBytesAsync(file, [0xff, 0xfe, 0, 0, .. new byte[1000]]),
        ["too large"] = file => File.WriteAllBytesAsync(file, new byte[70 * 1024 * 1024]),
        ["escape codes"] = Yaml("records:\n- \"\\e[2Jgone\": {\"\\e]0;title\\a\": 1}\n"),
        ["another folder"] = Yaml("records:\n- meeting: {name: ../../etc/passwd, title: a, kind: workshop, status: held}\n"),
        ["a million entries"] = Yaml("records:\n" + string.Concat(Enumerable.Repeat("- meeting: {}\n", 300_000))),
        ["a pipe"] = async file => (await RunningProcess.RunAsync("mkfifo", [file])).Succeeded(),
        ["a link to itself"] = file => Task.FromResult(File.CreateSymbolicLink(file, file)),
        ["a device"] = file => Task.FromResult(File.CreateSymbolicLink(file, "/dev/zero")),
        ["a folder"] = file => Task.FromResult(Directory.CreateDirectory(file)),
    };

    public string Name => "hostile files";

    public int Share => 2;

    public int Workers => 1;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var (kind, write) = Files.ElementAt(random.Next(Files.Count));
            var folder = Directory.CreateTempSubdirectory("platform-attack-");
            try
            {
                var file = Path.Combine(folder.FullName, "a.yaml");
                await write(file);
                string[] command = random.Next(4) switch
                {
                    0 => ["verify", "--token-file", file, "--wait", "1", "--address", "http://127.0.0.1:1"],
                    _ => ["import", folder.FullName, "--dry-run"],
                };
                tally.CountCommand(await WrongAsync(command) is { } wrong ? $"platform {command[0]}, {kind}: {wrong}" : null);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task<string?> WrongAsync(string[] command)
    {
        await using var process = RunningProcess.Start(Repository.PlatformProgram, Settings, command);
        try
        {
            var result = await process.EndAsync(Patience);
            return result.ExitCode is not (1 or 2 or 3) ? $"exit code {result.ExitCode}: {result.All}"
                : result.All.Contains("   at ", StringComparison.Ordinal) ? $"a stack trace: {result.All}"
                : result.All.Any(c => char.IsControl(c) && c is not '\n') ? $"control characters: {result.All}"
                : null;
        }
        catch (OperationCanceledException)
        {
            return $"no end within {Patience.TotalSeconds} seconds";
        }
    }

    private static Func<string, Task> Yaml(string text) => file => File.WriteAllTextAsync(file, text);

    private static string Aliases()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            yaml.Append(CultureInfo.InvariantCulture,
                $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }
        return yaml.Append("records: *a11\n").ToString();
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
