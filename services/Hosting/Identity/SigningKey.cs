using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Hosting.Identity;

/// <summary>
/// The keys of the embedded default. ES256 and not HS256, because with a shared secret whoever can
/// check a token can also issue one, and services that run apart need to check only.
/// </summary>
internal static class SigningKey
{
    // Comes before the key in files that OpenSSL writes; the key says its curve itself.
    private const string Parameters = "EC PARAMETERS";

    /// <summary>The keys of a file, which is made if it does not exist: the first signs, each checks.</summary>
    public static IReadOnlyList<JsonWebKey> LoadOrCreate(string file)
    {
        if (!File.Exists(file))
            Create(file);
        return Load(file);
    }

    /// <summary>The part of a key that checks tokens and cannot sign any.</summary>
    public static JsonWebKey PublicPart(JsonWebKey key) => new() { Kty = key.Kty, Crv = key.Crv, X = key.X, Y = key.Y, KeyId = key.KeyId };

    /// <summary>The keys of a file.</summary>
    public static IReadOnlyList<JsonWebKey> Load(string file)
    {
        try
        {
            var keys = Parse(File.ReadAllText(file));
            if (keys.Any(k => k.HasPrivateKey) && !OperatingSystem.IsWindows()
                && File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead))
            {
                throw new InvalidOperationException($"\"{file}\" (Identity:SigningKeyFile) holds a private key that other users of this "
                    + "machine can read. Make it the owner's alone (chmod 600), and have a new one made if somebody may have read it.");
            }
            return keys;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"\"{file}\" (Identity:SigningKeyFile) holds no P-256 key in PEM. Name another file, or remove this one to have a key "
                    + $"made.", e);
        }
    }

    private static List<JsonWebKey> Parse(string pem)
    {
        var keys = new List<JsonWebKey>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            if (rest[found.Label] is not Parameters)
                keys.Add(KeyOf(rest[found.Location]));
            rest = rest[found.Location.End..];
        }
        return keys.Count > 0 ? keys : throw new CryptographicException("There is no key.");
    }

    private static JsonWebKey KeyOf(ReadOnlySpan<char> pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var point = key.ExportParameters(includePrivateParameters: false);
        if (point.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            throw new CryptographicException("The curve is another one than P-256.");
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.Q.X),
            Y = Base64UrlEncoder.Encode(point.Q.Y),
            D = PrivatePart(key) is { } d ? Base64UrlEncoder.Encode(d) : null,
            KeyId = Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16],
        };
    }

    private static byte[]? PrivatePart(ECDsa key)
    {
        try
        {
            return key.ExportParameters(includePrivateParameters: true).D;
        }
        catch (CryptographicException)
        {
            // The file holds the public key alone.
            return null;
        }
    }

    private static void Create(string file)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(directory);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Written beside it and then renamed, so that no process ever reads half a key.
        var draft = Path.Combine(directory, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var writer = new StreamWriter(draft, options))
                writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
            Publish(draft, file);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    // Of several processes that start at once one is first, and its key counts. File.Move does not serve on Unix: it
    // looks whether the target is there and then replaces it, so that two may both have been first.
    private static void Publish(string draft, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(draft, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                // Another process was first.
            }
        }
        else if (Link(draft, file) != 0 && !File.Exists(file))
        {
            throw new IOException($"\"{file}\" (Identity:SigningKeyFile) cannot be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
