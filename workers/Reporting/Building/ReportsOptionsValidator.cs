using Microsoft.Extensions.Options;
using Platform.Reporting.Briefs;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Building;

/// <summary>Refuses to start a worker that could not write a report.</summary>
internal sealed class ReportsOptionsValidator : IValidateOptions<ReportsOptions>
{
    public ValidateOptionsResult Validate(string? name, ReportsOptions options)
    {
        var problems = new List<string>();
        if (!Wording.Languages.Contains(options.Language))
        {
            problems.Add($"Reports:Language: \"{options.Language}\" is not a language of reports. Use one of "
                + $"{string.Join(", ", Wording.Languages)}.");
        }
        try
        {
            if (options.BriefTemplate.Length > 0)
                SecretariatTemplate.Read(options.BriefTemplate);
        }
        catch (InvalidDataException e)
        {
            problems.Add($"Reports:BriefTemplate: {e.Message}");
        }
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
