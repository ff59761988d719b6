using Platform.Tool.Output;

namespace Platform.Tool.Serving;

/// <summary>Where a platform in one process keeps its SQLite files and its signing key.</summary>
internal sealed class DataFolder
{
    /// <summary>A folder, which need not exist yet.</summary>
    public DataFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The file with the key that signs tokens.</summary>
    public string KeyFile => System.IO.Path.Combine(Path, "signing-key.pem");

    /// <summary>The SQLite file of a store, for example <c>meetings</c>.</summary>
    public string FileOf(string store) => System.IO.Path.Combine(Path, $"{store}.db");

    /// <summary>The user's own folder: <c>$XDG_DATA_HOME/platform</c>, usually <c>~/.local/share/platform</c>.</summary>
    public static DataFolder OfUser()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? new DataFolder(System.IO.Path.Combine(data, "platform"))
            : throw new CommandException("There is no home folder to keep data in. Name a folder with --data.");
    }

    /// <summary>Creates the folder, readable by this user only: it holds the signing key.</summary>
    public void Create()
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
            return;
        }
        Directory.CreateDirectory(Path, OwnerOnly);
        // One that was there may have been open to others.
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) & OwnerOnly);
    }

    /// <summary>
    /// Takes the folder for this process until the result is disposed of; the system gives it back if the process dies.
    /// Two processes on one folder would each relay a part of the changes to its own bus.
    /// </summary>
    public IDisposable Lock()
    {
        var file = System.IO.Path.Combine(Path, "serving.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new CommandException(
                $"\"{Path}\" is in use by another platform process. Stop that one, or name another folder with --data.", e);
        }
    }
}
