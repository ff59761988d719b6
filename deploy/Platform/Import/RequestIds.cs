using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Tool.Import;

/// <summary>
/// The request ids of an import. An id is made from the write and everything that it says, and from nothing else:
/// the same entry has the same id whenever, in whatever file and beside whatever other entries it stands, so that
/// importing twice changes nothing and an import that broke off is completed by running it again. An entry that was
/// edited has another id: a new change to an existing resource is made, a resource that exists already is refused.
/// Of entries that are alike (an update, another one, the first one again) each has an id of its own.
/// </summary>
internal sealed class RequestIds
{
    private readonly Dictionary<string, int> _alike = new(StringComparer.Ordinal);

    /// <summary>The id of the next request of a record.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request, without its id.</param>
    public string Next(MethodDescriptor method, IMessage request)
    {
        var content = SHA256.HashData([.. Encoding.UTF8.GetBytes(method.FullName), 0, .. request.ToByteArray()]);
        var key = Convert.ToHexStringLower(content);
        var before = _alike.GetValueOrDefault(key);
        _alike[key] = before + 1;
        return Uuid(before == 0 ? content
            : SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}/{before}"))));
    }

    // RFC 9562, version 8: a UUID whose bits are one's own.
    private static string Uuid(byte[] hash)
    {
        var bytes = hash.AsSpan(0, 16).ToArray();
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
