namespace Platform.EndToEnd.Tests;

/// <summary>Where things are in the repository, and the programs that were built with these tests.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Record => Path.Combine(Root, "deploy", "records", "bali-process");

    /// <summary>The user's own copies of the five documents; they are not part of the repository.</summary>
    public static string Documents => Path.Combine(Root, "..", "shared", "seeds");

    /// <summary>The built program of a project, for example <c>services/Meetings</c> and <c>Platform.Meetings.dll</c>.</summary>
    public static string Program(string project, string file)
    {
        // …/tests/EndToEnd/bin/Release/net10.0: the programs have the same configuration.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, file);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Platform.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
