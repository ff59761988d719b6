using System.Globalization;

namespace Platform.Tool.Output;

/// <summary>Reads a file that somebody named, which may be anything: a pipe that nobody writes to, a device that never ends.</summary>
internal static class InputFile
{
    private const int MaxBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>The bytes of a file.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="maxWait">How long it may take; ten seconds if not given.</param>
    /// <exception cref="CommandException">The file is too large, or nothing can be read from it in time.</exception>
    public static byte[] Read(string file, TimeSpan? maxWait = null)
    {
        // In a thread of its own: a pipe cannot even be opened until somebody writes to it.
        var reading = Task.Factory.StartNew(() => ReadBounded(file), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            return reading.WaitAsync(maxWait ?? MaxWait, TimeProvider.System).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                $"\"{file}\" could not be read within {(maxWait ?? MaxWait).TotalSeconds:0.#} seconds. Is it a regular file?"));
        }
    }

    private static byte[] ReadBounded(string file)
    {
        using var stream = File.OpenRead(file);
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is var count and > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxBytes)
            {
                throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                    $"\"{file}\" has more than {MaxBytes / (1024 * 1024)} MiB, which is more than is read."));
            }
        }
        return bytes.ToArray();
    }
}
