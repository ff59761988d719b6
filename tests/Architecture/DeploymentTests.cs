using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Processes;
using YamlDotNet.RepresentationModel;

namespace Platform.Architecture.Tests;

/// <summary>
/// What <c>deploy/kubernetes</c> renders to, by <c>kubectl kustomize</c>, and what the images and the compose file say. That a
/// cluster does with it what is meant cannot be seen here.
/// </summary>
public sealed partial class DeploymentTests
{
    private static readonly string[] Processes = ["commitments", "meetings", "membership", "reporting"];

    private static string Folder => Path.Combine(Repository.Root, "deploy");

    [Theory, InlineData("small"), InlineData("production")]
    public async Task Overlay_EveryProcess_IsConfinedProbedAndWaitsForItsSchema(string overlay)
    {
        var rendered = await RenderAsync(overlay);

        Assert.Equal(Processes, rendered.Where(o => o.Kind == "Deployment").Select(o => o.Name).Order(StringComparer.Ordinal));
        foreach (var deployment in rendered.Where(o => o.Kind == "Deployment"))
        {
            var pod = deployment["spec/template/spec"];
            Assert.Equal("true", pod["securityContext/runAsNonRoot"].Text);
            Assert.Equal("RuntimeDefault", pod["securityContext/seccompProfile/type"].Text);
            Assert.Equal("false", pod["automountServiceAccountToken"].Text);
            var (container, migrate) = (pod["containers/0"], pod["initContainers/0"]);
            foreach (var each in new[] { container, migrate })
            {
                Assert.Equal("true", each["securityContext/readOnlyRootFilesystem"].Text);
                Assert.Equal("false", each["securityContext/allowPrivilegeEscalation"].Text);
                Assert.Equal("ALL", each["securityContext/capabilities/drop/0"].Text);
                Assert.NotEqual("", each["resources/requests/memory"].Text);
                Assert.NotEqual("", each["resources/limits/memory"].Text);
            }
            Assert.Equal($"platform/{deployment.Name}", container["image"].Text);
            foreach (var (probe, path) in new[] { ("startup", "/livez"), ("readiness", "/readyz"), ("liveness", "/livez") })
            {
                Assert.Equal((path, "health"),
                    (container[$"{probe}Probe/httpGet/path"].Text, container[$"{probe}Probe/httpGet/port"].Text));
            }
            Assert.Equal(["migrate", "apply", "--accept-newer", "--service", deployment.Name], migrate["args"].Items.Select(a => a.Text));
            // No replica is taken away before another one is ready.
            Assert.Equal("0", deployment["spec/strategy/rollingUpdate/maxUnavailable"].Text);
            // Those who scale decide how many there are.
            Assert.Equal(overlay == "small" ? "2" : "", deployment["spec/replicas"].Text);
            Assert.Contains(rendered, o => o.Kind == "PodDisruptionBudget" && Selects(o["spec/selector/matchLabels"], deployment));
            // Without an address of its own: dns:/// finds every replica.
            Assert.Contains(rendered, o => o.Kind == "Service" && o["spec/clusterIP"].Text == "None"
                && Selects(o["spec/selector"], deployment) && o["spec/ports/0/port"].Text == "8443");
        }
    }

    [Theory, InlineData("small"), InlineData("production")]
    public async Task Overlay_NothingIsLeftOpen(string overlay)
    {
        var rendered = await RenderAsync(overlay);

        var closed = Assert.Single(rendered, o => o is { Kind: "NetworkPolicy", Name: "nothing-else" });
        Assert.Equal(["Ingress", "Egress"], closed["spec/policyTypes"].Items.Select(t => t.Text));
        Assert.Equal("restricted", Assert.Single(rendered, o => o.Kind == "Namespace")
            ["metadata/labels/pod-security.kubernetes.io/enforce"].Text);
        // A secret is named and never part of what is rendered.
        Assert.DoesNotContain(rendered, o => o.Kind == "Secret");
        Assert.All(rendered, o => Assert.True(o.Kind == "Namespace" || o["metadata/namespace"].Text == "platform", o.Name));
    }

    [Fact]
    public async Task Overlay_ForProduction_ScalesEveryProcessAndNamesTheQueuesThatThereAre()
    {
        var rendered = await RenderAsync("production");

        Assert.Equal(["commitments", "meetings", "membership"], rendered.Where(o => o.Kind == "HorizontalPodAutoscaler")
            .Select(o => o["spec/scaleTargetRef/name"].Text).Order(StringComparer.Ordinal));
        var worker = Assert.Single(rendered, o => o.Kind == "ScaledObject");
        Assert.Equal(PlatformServices.WithChangeLog.Select(s => $"reporting-{s.Name}").Order(StringComparer.Ordinal),
            worker["spec/triggers"].Items.Select(t => t["metadata/queueName"].Text).Order(StringComparer.Ordinal));
        // Over AMQP only what waits is counted, and not what is being worked on.
        Assert.All(worker["spec/triggers"].Items, t => Assert.Equal("http", t["metadata/protocol"].Text));
    }

    // Each alert with series that make it fire and then clear.
    [Fact]
    public async Task Alerts_EachOfThem_FireClearAndHaveARunbook()
    {
        var folder = Path.Combine(Folder, "monitoring");
        var tested = await RunningProcess.RunAsync("promtool", ["test", "rules", "alerts.test.yaml"], folder);
        Assert.True(tested.ExitCode == 0, tested.Output + tested.Errors);
        var cancel = TestContext.Current.CancellationToken;
        var rules = Node.Load(await File.ReadAllTextAsync(Path.Combine(folder, "alerts.yaml"), cancel)).Single()["groups/0/rules"].Items
            .ToList();
        var names = Node.Load(await File.ReadAllTextAsync(Path.Combine(folder, "alerts.test.yaml"), cancel)).Single()["tests"].Items
            .Select(t => t["name"].Text).ToList();

        Assert.True(rules.Count >= 12);
        Assert.Equal(rules.Select(r => r["alert"].Text), names);
        var headings = (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "operations", "runbooks.md"), cancel))
            .Where(l => l.StartsWith("## ", StringComparison.Ordinal))
            .Select(l => $"docs/operations/runbooks.md#{l[3..].Replace(' ', '-')}");
        Assert.All(rules, r => Assert.Contains(r["annotations/runbook"].Text, headings));
        // What is measured and named in an alert is explained.
        var explained = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "metrics.md"), cancel);
        Assert.All(rules.SelectMany(r => Metric().Matches(r["expr"].Text)), metric =>
            Assert.Contains(metric.Value.Replace("_bucket", "", StringComparison.Ordinal), explained, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sbom_OfEachProgram_NamesEveryPackageThatItsLockFileNames()
    {
        var folder = Directory.CreateTempSubdirectory("platform-sbom-").FullName;
        (await RunningProcess.RunAsync("bash", ["deploy/containers/sbom.sh", folder])).Succeeded();

        foreach (var project in new[] { "services/Membership", "services/Meetings", "services/Commitments", "workers/Reporting",
            "deploy/Platform" })
        {
            using var lockFile = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, project,
                "packages.lock.json"), TestContext.Current.CancellationToken));
            using var sbom = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder,
                $"{Path.GetFileName(project).ToLowerInvariant()}.cdx.json"), TestContext.Current.CancellationToken));
            var named = sbom.RootElement.GetProperty("components").EnumerateArray()
                .Select(c => $"{c.GetProperty("name").GetString()} {c.GetProperty("version").GetString()}")
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            var packages = lockFile.RootElement.GetProperty("dependencies").EnumerateObject().First().Value.EnumerateObject()
                .Where(p => p.Value.GetProperty("type").GetString() != "Project")
                .Select(p => $"{p.Name} {p.Value.GetProperty("resolved").GetString()}").ToList();

            Assert.True(packages.Count > 20, project);
            Assert.All(packages, package => Assert.Contains(package, named));
        }
        Directory.Delete(folder, recursive: true);
    }

    // What it shows is shown of real processes in tests/EndToEnd/DashboardTests.
    [Fact]
    public async Task Dashboard_EveryExpression_IsOneOfPrometheusOfMetricsThatAreExplained()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "monitoring", "dashboard.json"), cancel));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var expressions = panels.Where(p => p.TryGetProperty("targets", out _)).SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!.Replace("$__rate_interval", "1m", StringComparison.Ordinal)).ToList();
        var ids = panels.Select(p => p.GetProperty("id").GetInt32()).ToList();

        Assert.True(expressions.Count >= 15);
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(panels.Where(p => p.GetProperty("type").GetString() != "row"),
            p => Assert.NotEqual("", p.GetProperty("description").GetString()));
        // As rules, which promtool reads.
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            groups = new[]
            {
                new { name = "dashboard", rules = expressions.Select((e, i) => new { record = $"panel:{i}", expr = e }) },
            },
        }), cancel);
        var read = await RunningProcess.RunAsync("promtool", ["check", "rules", file]);
        File.Delete(file);
        Assert.True(read.ExitCode == 0, read.Output + read.Errors);
        var explained = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "metrics.md"), cancel);
        Assert.All(expressions.SelectMany(e => Metric().Matches(e)).Where(m => !m.Value.StartsWith("http_route", StringComparison.Ordinal)),
            metric => Assert.Contains(Suffix().Replace(metric.Value, ""), explained, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_ThatAreNamedAnywhere_AreSettings()
    {
        var documented = Setting().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "settings.md"),
            TestContext.Current.CancellationToken)).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Health:DrainDelay", documented);
        var services = PlatformServices.All.Select(s => s.SectionName).ToList();

        var named = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(f => f.Contains("/kubernetes/", StringComparison.Ordinal) || f.Contains("/containers/", StringComparison.Ordinal))
            .SelectMany(f => Variable().Matches(File.ReadAllText(f))
                .Select(m => (File: f, Name: m.Value.Replace("__", ":", StringComparison.Ordinal))))
            .Distinct().ToList();

        Assert.True(named.Count > 20, string.Join('\n', named));
        Assert.All(named, n => Assert.True(IsSetting(n.Name), $"{n.File} names {n.Name}."));

        bool IsSetting(string name) => documented.Contains(name) || name is "Logging:Console:FormatterName"
            || name.StartsWith("Kestrel:Certificates:Default:", StringComparison.Ordinal)
            || PlatformServices.All.Any(s => name == $"ConnectionStrings:{s.Name}")
            || services.Any(s => name.StartsWith($"Services:{s}:", StringComparison.Ordinal)
                && documented.Contains(name.Replace($":{s}:", ":NAME:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Grace_IsLongerThanAStopTakes()
    {
        var drain = TimeSpan.Parse(Drain().Match(await File.ReadAllTextAsync(Path.Combine(Folder, "containers", "Containerfile"),
            TestContext.Current.CancellationToken)).Groups[1].Value, null);
        var stop = drain + new Hosting.ListenSettings().ShutdownTimeout;

        foreach (var deployment in (await RenderAsync("small")).Where(o => o.Kind == "Deployment"))
            Assert.True(TimeSpan.FromSeconds(int.Parse(deployment["spec/template/spec/terminationGracePeriodSeconds"].Text, null)) > stop);
        var compose = Node.Load(await File.ReadAllTextAsync(Path.Combine(Folder, "containers", "compose.yaml"),
            TestContext.Current.CancellationToken)).Single();
        Assert.True(TimeSpan.FromSeconds(int.Parse(compose["x-process/stop_grace_period"].Text.TrimEnd('s'), null)) > stop);
    }

    private static bool Selects(Node labels, Node deployment) =>
        labels.Entries.Any() && labels.Entries.All(l => deployment["spec/template/metadata/labels"].Entries.Contains(l));

    private static async Task<IReadOnlyList<Node>> RenderAsync(string overlay)
    {
        // Through a shell, which says so when there is none.
        var version = await RunningProcess.RunAsync("sh", ["-c", "kubectl version --client"]);
        Assert.SkipUnless(KustomizeVersion().IsMatch(version.Output), "kubectl with kustomize 5 is not installed here.");
        return Node.Load((await RunningProcess.RunAsync("kubectl", ["kustomize",
            Path.Combine(Folder, "kubernetes", "overlays", overlay)])).Succeeded());
    }

    [GeneratedRegex("[A-Z][A-Za-z]+(:[A-Z][A-Za-z]+)+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    [GeneratedRegex("\\b[A-Z][A-Za-z]+(__[A-Za-z]+)+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("Health__DrainDelay=([0-9:]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Drain();

    [GeneratedRegex("\\b(platform|http)_[a-z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|count|sum)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex("Kustomize Version: v5", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KustomizeVersion();

    /// <summary>A node of a YAML document, by a path of keys and positions; what is not there has no text and no entries.</summary>
    private sealed class Node(YamlNode? node)
    {
        public string Kind => this["kind"].Text;

        public string Name => this["metadata/name"].Text;

        public string Text => (node as YamlScalarNode)?.Value ?? "";

        public IEnumerable<Node> Items => (node as YamlSequenceNode)?.Children.Select(c => new Node(c)) ?? [];

        public IEnumerable<(string Key, string Value)> Entries =>
            (node as YamlMappingNode)?.Children.Select(c => (((YamlScalarNode)c.Key).Value!, new Node(c.Value).Text)) ?? [];

        // Labels have slashes in their names, which come last.
        public Node this[string path]
        {
            get
            {
                if (node is YamlMappingNode whole && whole.Children.TryGetValue(new YamlScalarNode(path), out var named))
                    return new Node(named);
                var (first, rest) = path.IndexOf('/') is var slash and >= 0 ? (path[..slash], path[(slash + 1)..]) : (path, "");
                var child = node switch
                {
                    YamlMappingNode map when map.Children.TryGetValue(new YamlScalarNode(first), out var value) => value,
                    YamlSequenceNode list when int.TryParse(first, out var at) && at < list.Children.Count => list.Children[at],
                    _ => null,
                };
                return rest.Length == 0 ? new Node(child) : new Node(child)[rest];
            }
        }

        public static IReadOnlyList<Node> Load(string text)
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(d => new Node(d.RootNode))];
        }
    }
}
