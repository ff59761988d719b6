using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Platform.Hosting.Identity;

/// <summary>Marks a call that a call of this same process makes: by a value that no other process can know.</summary>
internal static class InnerCall
{
    /// <summary>The header.</summary>
    public const string Header = "x-platform-inner-call";

    /// <summary>Its value, new in each process.</summary>
    public static string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>True when a request has it.</summary>
    public static bool Is(HttpRequest request) => request.Headers[Header] is [{ } value] && value == Value;
}
