using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.Certificates;

/// <summary>
/// What was read from files that are renewed from outside: they are read again when they have changed. While they cannot be
/// read, what they said before is valid.
/// </summary>
/// <typeparam name="T">What is read.</typeparam>
internal sealed partial class RenewedFiles<T>
    where T : class
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly string[] _paths;
    private readonly Func<T> _read;
    private readonly Func<T, string> _describe;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _reading = new();
    private DateTime[] _written;
    private T _current;
    private long _lookedTicks;

    /// <summary>Reads them; throws what <paramref name="read"/> throws.</summary>
    /// <param name="name">What they are, at the beginning of a sentence.</param>
    /// <param name="paths">The files.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="describe">What is told of them when they were read again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told that they were read again.</param>
    public RenewedFiles(string name, string[] paths, Func<T> read, Func<T, string> describe, TimeProvider time, ILogger log)
    {
        (_name, _paths, _read, _describe, _time, _log) = (name, paths, read, describe, time, log);
        (_written, _current) = (Written(), read());
        _lookedTicks = time.GetUtcNow().Ticks;
    }

    /// <summary>What they say now; as they were ten seconds ago at most.</summary>
    public T Current()
    {
        if (_time.GetUtcNow().Ticks - Interlocked.Read(ref _lookedTicks) < LookInterval.Ticks)
            return Volatile.Read(ref _current);
        lock (_reading)
        {
            Interlocked.Exchange(ref _lookedTicks, _time.GetUtcNow().Ticks);
            var written = Written();
            if (written.SequenceEqual(_written))
                return _current;
            try
            {
                Volatile.Write(ref _current, _read());
                _written = written;
                var description = _describe(_current);
                LogRead(_name, _paths[0], description);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                // Half written, perhaps.
                LogUnreadable(_name, _paths[0], e.Message);
            }
            return _current;
        }
    }

    /// <summary>Whether this says that files are not there, or are not what they should be.</summary>
    public static bool IsUnreadable(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private DateTime[] Written() => Array.ConvertAll(_paths, File.GetLastWriteTimeUtc);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} \"{Path}\" was read again; {Description}.")]
    private partial void LogRead(string name, string path, string description);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Name} \"{Path}\" was changed and cannot be used; the one from before stays. {Reason}")]
    private partial void LogUnreadable(string name, string path, string reason);
}
