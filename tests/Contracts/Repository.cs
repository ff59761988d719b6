namespace Platform.Contracts.Tests;

/// <summary>The files that these tests are about.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Protos => Path.Combine(Root, "protos");

    /// <summary>What clients were promised: made by <c>buf build --exclude-source-info</c> when a change of the protos lands.</summary>
    public static string LandedImage => Path.Combine(Protos, "landed.binpb");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Platform.sln, so the protos cannot be found.");
    }
}
