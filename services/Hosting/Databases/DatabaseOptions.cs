namespace Platform.Hosting.Databases;

/// <summary>Where data is kept: section <c>Data</c> of the configuration, beside <c>ConnectionStrings:NAME</c> for PostgreSQL.</summary>
public sealed class DatabaseOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Data";

    /// <summary>The folder for SQLite files, one for each store that has no connection string.</summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// Permits connections to PostgreSQL on another machine without a check of the server's certificate. Only inside a
    /// network that encrypts by itself.
    /// </summary>
    public bool AllowCleartext { get; set; }
}
