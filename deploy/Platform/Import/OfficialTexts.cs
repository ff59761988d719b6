using System.Globalization;
using Grpc.Core;
using Platform.Meetings.V1;
using Platform.Tool.Client;

namespace Platform.Tool.Import;

/// <summary>How attaching the documents' words ended.</summary>
/// <param name="Attached">How many outcomes have their text now.</param>
/// <param name="Located">How many outcomes of the record say where their text stands.</param>
/// <param name="Notes">Documents of which there is no copy.</param>
/// <param name="Problems">Documents and outcomes that were refused.</param>
internal sealed record AttachmentOutcome(int Attached, int Located, IReadOnlyList<string> Notes, IReadOnlyList<string> Problems);

/// <summary>Attaches to each outcome of a record its words, cut from the user's own copies of the documents.</summary>
internal sealed class OfficialTexts(RetryingClient calls, DocumentCopies copies)
{
    private readonly Google.Protobuf.Reflection.MethodDescriptor _method = MeetingsService.Descriptor.FindMethodByName(
        nameof(MeetingsService.MeetingsServiceClient.AttachOfficialText));

    /// <summary>Outcomes of a record that say where their text stands, each with the entry that says so.</summary>
    public static IReadOnlyList<(Entry Entry, string Name, Locator Locator)> LocatedIn(IEnumerable<Entry> entries)
    {
        var located = new Dictionary<string, (Entry, string, Locator)>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            // A later entry that corrects the locator wins.
            if (entry.Content is Outcome { Locator: { } locator } outcome && locator.Spans.Count > 0)
                located[outcome.Name] = (entry, outcome.Name, locator);
        }
        return [.. located.Values];
    }

    /// <summary>Attaches the text of each outcome that has one.</summary>
    /// <param name="entries">The record.</param>
    /// <param name="done">Receives the number of outcomes handled so far.</param>
    /// <param name="cancel">Cancels the run, between two outcomes.</param>
    public async Task<AttachmentOutcome> RunAsync(IReadOnlyList<Entry> entries, Action<int> done, CancellationToken cancel)
    {
        var outcomes = LocatedIn(entries);
        var (notes, problems) = (new List<string>(), new List<string>());
        var found = new Dictionary<string, (Document Document, TextSpans Text)>(StringComparer.Ordinal);
        foreach (var document in entries.Select(e => e.Content).OfType<Document>().Where(d => d.Sha256.Length > 0).GroupBy(d => d.Name)
            .Select(g => g.Last()))
        {
            var copy = copies.Find(document);
            if (copy.Text is not null)
                found.Add(document.Name, (document, copy.Text));
            else
                (copy.IsWrong ? problems : notes).Add(copy.Sentence);
        }

        var attached = 0;
        var requestIds = new RequestIds();
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (entry, name, locator) = outcomes[i];
            if (found.TryGetValue(locator.Document, out var copy))
            {
                var text = copy.Text.Cut(locator.Spans, out var wrong, out var sentence);
                var problem = text is null
                    ? Tell(entry, string.Create(CultureInfo.InvariantCulture, $"outcome.locator.spans[{wrong}]"), sentence)
                    : await AttachAsync(entry, new AttachOfficialTextRequest
                    {
                        Name = name,
                        OfficialText = text,
                        DocumentSha256 = copy.Document.Sha256
                    }, requestIds, cancel);
                if (problem is null)
                    attached++;
                else
                    problems.Add(problem);
            }
            done(i + 1);
        }
        return new AttachmentOutcome(attached, outcomes.Count, notes, problems);
    }

    private async Task<string?> AttachAsync(Entry entry, AttachOfficialTextRequest request, RequestIds requestIds, CancellationToken cancel)
    {
        request.RequestId = requestIds.Next(_method, request);
        try
        {
            await calls.SendAsync(_method, request, cancel);
            return null;
        }
        catch (RpcException e)
        {
            var refusal = ServerError.Of(e);
            return Tell(entry, "outcome.official_text", $"{refusal.Reason}: {refusal.Sentence}");
        }
    }

    private static string Tell(Entry entry, string field, string sentence) => new Problem(entry.PlaceOf(field), field, sentence).ToString();
}
