namespace Platform.Reporting.Reports;

/// <summary>Names of the sheets, in their order. Figures of the summary lead to them.</summary>
public static class SheetNames
{
    /// <summary>What the report is, and its contents.</summary>
    public const string Cover = "Cover";

    /// <summary>Figures and charts on one page.</summary>
    public const string Summary = "Summary";

    /// <summary>Taskings and decisions of the base conference.</summary>
    public const string Taskings = "Taskings";

    /// <summary>The commitments followed.</summary>
    public const string Commitments = "Commitments";

    /// <summary>From proposal to result, a chain in each row.</summary>
    public const string Traceability = "Traceability";

    /// <summary>Recommendations made to the base conference.</summary>
    public const string EarlierRecommendations = "Earlier recommendations";

    /// <summary>Recommendations on which Ministers have still to speak.</summary>
    public const string RecommendationsSought = "Recommendations sought";

    /// <summary>The bodies of the process.</summary>
    public const string Bodies = "Bodies";

    /// <summary>Meetings since the base conference.</summary>
    public const string Meetings = "Meetings";

    /// <summary>Who attended what.</summary>
    public const string Attendance = "Attendance";

    /// <summary>Standing in each body.</summary>
    public const string Membership = "Membership";

    /// <summary>Money, help in kind and secondments.</summary>
    public const string Contributions = "Contributions";

    /// <summary>What an officer has to look at.</summary>
    public const string Attention = "Attention";

    /// <summary>Meetings to come.</summary>
    public const string ForwardProgramme = "Forward programme";

    /// <summary>What is different from the report before for the same conference.</summary>
    public const string Changes = "Changes";

    /// <summary>The words of the report.</summary>
    public const string Definitions = "Definitions";

    /// <summary>The documents cited.</summary>
    public const string Sources = "Sources";

    /// <summary>Texts too long for their row, whole; only in a workbook that has some.</summary>
    public const string LongTexts = "Long texts";
}
