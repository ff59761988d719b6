namespace Platform.Commitments.Rules;

/// <summary>What must hold of evidence.</summary>
internal static class EvidenceRules
{
    public static void Evidence(this FieldViolations violations, string field, IReadOnlyList<Evidence> evidence)
    {
        violations.Count(field, evidence);
        for (var i = 0; i < evidence.Count; i++)
        {
            switch (evidence[i].KindCase)
            {
                case V1.Evidence.KindOneofCase.Outcome:
                    violations.ResourceName($"{field}[{i}].outcome", evidence[i].Outcome, "meetings/*/outcomes/*");
                    break;
                case V1.Evidence.KindOneofCase.Meeting:
                    violations.ResourceName($"{field}[{i}].meeting", evidence[i].Meeting, "meetings/*");
                    break;
                case V1.Evidence.KindOneofCase.Document:
                    violations.Source($"{field}[{i}].document", evidence[i].Document);
                    break;
                case V1.Evidence.KindOneofCase.Link:
                    violations.Text($"{field}[{i}].link", evidence[i].Link, 2000);
                    violations.OptionalLink($"{field}[{i}].link", evidence[i].Link);
                    break;
                default:
                    violations.Add($"{field}[{i}]", "Must be an outcome, a meeting, a document or a link.");
                    break;
            }
        }
    }

    public static ReferencedNames Evidence(this ReferencedNames references, string field, IReadOnlyList<Evidence> evidence)
    {
        for (var i = 0; i < evidence.Count; i++)
            references.Add($"{field}[{i}].outcome", evidence[i].Outcome).Add($"{field}[{i}].meeting", evidence[i].Meeting);
        return references;
    }
}
