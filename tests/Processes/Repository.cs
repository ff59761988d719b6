namespace Platform.Processes;

/// <summary>Where things are in the repository, and the programs that were built with the tests.</summary>
public static class Repository
{
    /// <summary>The folder with <c>Platform.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The protos.</summary>
    public static string Protos => Path.Combine(Root, "protos");

    /// <summary>The record that ships with the platform.</summary>
    public static string Record => Path.Combine(Root, "deploy", "records", "bali-process");

    /// <summary>The user's own copies of the five documents; they are not part of the repository.</summary>
    public static string Documents => Path.Combine(Root, "..", "shared", "seeds");

    /// <summary>The <c>platform</c> program.</summary>
    public static string PlatformProgram => Program("deploy/Platform", "platform.dll");

    /// <summary>The built program of a project, for example <c>services/Meetings</c> and <c>Platform.Meetings.dll</c>.</summary>
    public static string Program(string project, string file)
    {
        // …/bin/Release/net10.0: the programs have the same configuration as the tests.
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
