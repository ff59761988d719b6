using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.Contracts.Tests;

/// <summary>
/// <c>platform serve</c> as a process of its own, with a small record, and the stubs of a foreign client generated
/// from the protos.
/// </summary>
public sealed class ServedPlatform : IAsyncLifetime
{
    private PlatformProcess? _process;

    /// <summary>Where it serves: host and port.</summary>
    public string Address => Process.Address["http://".Length..];

    /// <summary>The folder with the generated stubs.</summary>
    public string Stubs { get; } = Directory.CreateTempSubdirectory("contracts-").FullName;

    /// <summary>Participants on record, in the order of their names.</summary>
    public static IReadOnlyList<string> Participants { get; } = ["participants/aus", "participants/idn", "participants/mys",
        "participants/nzl", "participants/phl"];

    private PlatformProcess Process => _process ?? throw new InvalidOperationException("It is not serving.");

    public async ValueTask InitializeAsync()
    {
        var stubs = GenerateStubsAsync();
        _process = await PlatformProcess.StartAsync();
        await stubs;
        await RecordAsync();
    }

    /// <summary>A token as <c>platform token</c> prints it.</summary>
    public async Task<string> TokenAsync(params string[] arguments) =>
        (await RunningProcess.RunPlatformAsync(["token", .. arguments, "--data", Process.Folder])).Succeeded().Trim();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(Stubs, recursive: true);
    }

    private async Task GenerateStubsAsync()
    {
        await GenerateAsync(Repository.Protos, Directory.EnumerateFiles(Repository.Protos, "*.proto", SearchOption.AllDirectories));
        // Below "Standards", because Python's own packages are called "google" and "grpc".
        var contracts = Path.Combine(Repository.Root, "tests", "Contracts");
        await GenerateAsync(contracts, Directory.EnumerateFiles(Path.Combine(contracts, "Standards"), "*.proto",
            SearchOption.AllDirectories));
    }

    private async Task GenerateAsync(string root, IEnumerable<string> files) =>
        (await RunningProcess.RunAsync("protoc",
            [$"--proto_path={root}", $"--python_out={Stubs}", $"--grpc_out={Stubs}",
            "--plugin=protoc-gen-grpc=" + OnThePath("grpc_python_plugin"), .. files])).Succeeded();

    // protoc looks for a plugin that is named by path only.
    private static string OnThePath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{program} is not installed. Run bash tests/run.sh, which installs what is missing.");

    private async Task RecordAsync()
    {
        var call = new CallOptions(Process.Officer);
        var membership = new MembershipService.MembershipServiceClient(Process.Channel);
        var meetings = new MeetingsService.MeetingsServiceClient(Process.Channel);
        var commitments = new CommitmentsService.CommitmentsServiceClient(Process.Channel);
        foreach (var name in Participants)
        {
            var code = name[^3..].ToUpperInvariant();
            await membership.CreateParticipantAsync(new()
            {
                Participant = new()
                {
                    Name = name,
                    Kind = ParticipantKind.State,
                    IsoCode = code,
                    Names = { new DatedName { Text = code, Kind = NameKind.Official } }
                }
            }, call);
        }
        await membership.CreateBodyAsync(new()
        {
            Body = new()
            {
                Name = "bodies/ahg",
                Kind = BodyKind.AdHocGroup,
                Names = { new DatedName { Text = "Ad Hoc Group", Kind = NameKind.Official } }
            }
        }, call);
        await meetings.CreateMeetingAsync(new()
        {
            Meeting = new()
            {
                Name = "meetings/ahg-som-7",
                EffectiveDate = "2013-03-05",
                Title = "Seventh meeting",
                Kind = Meetings.V1.MeetingKind.SeniorOfficialsMeeting,
                Bodies = { "bodies/ahg" },
                Status = MeetingStatus.Held,
            },
        }, call);
        await meetings.CreateDocumentAsync(new()
        {
            Document = new()
            {
                Name = "documents/ahg-som-7",
                EffectiveDate = "2013-03-05",
                Title = "Statement",
                Kind = DocumentKind.Statement,
                Meeting = "meetings/ahg-som-7"
            }
        }, call);
        await meetings.CreateOutcomeAsync(new()
        {
            Outcome = new()
            {
                Name = "meetings/ahg-som-7/outcomes/para-17",
                EffectiveDate = "2013-03-05",
                Locator = new() { Document = "documents/ahg-som-7", Paragraph = "¶17" },
                Sequence = 17,
                Title = "Liaison officers",
                Summary = "The group agreed to set up a network.",
                Kind = OutcomeKind.Tasking,
                Speakers = { "bodies/ahg" },
            },
        }, call);
        await commitments.CreateCommitmentAsync(new()
        {
            Commitment = new()
            {
                Name = "commitments/network",
                EffectiveDate = "2013-03-05",
                Title = "Network of liaison officers",
                Summary = "Members set up a network.",
                Kind = CommitmentKind.Tasking,
                Origins = { new Origin { Outcome = "meetings/ahg-som-7/outcomes/para-17", Role = OriginRole.Made } },
                Owners = { new Owner { Party = "participants/idn", Role = OwnerRole.Lead },
                    new Owner { Party = "participants/aus", Role = OwnerRole.Lead } },
            },
        }, call);
    }
}
