namespace Platform.Reporting.Reports;

/// <summary>Names of the sheets. Figures of the summary lead to them.</summary>
public static class SheetNames
{
    /// <summary>The first page.</summary>
    public const string Summary = "Summary";

    /// <summary>Taskings and decisions of the base conference.</summary>
    public const string Taskings = "Taskings";

    /// <summary>The commitments followed.</summary>
    public const string Commitments = "Commitments";

    /// <summary>Recommendations made to the base conference.</summary>
    public const string EarlierRecommendations = "Earlier recommendations";

    /// <summary>Recommendations on which Ministers have still to speak.</summary>
    public const string RecommendationsSought = "Recommendations sought";

    /// <summary>Meetings since the base conference.</summary>
    public const string Meetings = "Meetings";

    /// <summary>Who attended what.</summary>
    public const string Attendance = "Attendance";

    /// <summary>Standing in each body.</summary>
    public const string Membership = "Membership";

    /// <summary>The documents cited.</summary>
    public const string Sources = "Sources";
}
