namespace Platform.Reporting.Workbooks;

/// <summary>Where the summary's chart finds its figures and its room; rows and columns from 1.</summary>
internal sealed record ChartPlace(
    int HeaderRow, int FirstRow, int LastRow, int LabelColumn, int CountColumn,
    int FirstRoomColumn, int LastRoomColumn, int FirstRoomRow, int LastRoomRow);
