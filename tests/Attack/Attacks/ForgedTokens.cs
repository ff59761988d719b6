using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Attack.Attacks;

/// <summary>Tokens that nobody issued, altered ones, and malformed headers.</summary>
internal sealed class ForgedTokens(Callers callers) : IAttack
{
    public string Name => "forged tokens";

    public int Share => 1;

    public int Workers => 8;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var call = new RawCall("/rcp.membership.v1.MembershipService/ListParticipants", RawCall.Framed([]))
            {
                Authorization = Forge(random),
            };
            if (random.Next(5) == 0)
            {
                call = call with { Authorization = [$"Bearer {callers.Officer}"], Headers = [("x-platform-service", Forge(random)[0])] };
            }
            var answer = await client.CallAsync(call, end);
            tally.Count(call, answer);
            if (answer.Status == 0)
                tally.CountCommand($"A forged token was let in: {string.Join(' ', call.Authorization)} {call.Headers}");
        }
    }

    private string[] Forge(Random random)
    {
        var parts = callers.Officer.Split('.');
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = Part($$"""
            {"iss":"platform","aud":"platform","sub":"o","role":"officer","iat":{{now}},"nbf":{{now}},"exp":{{now + 900}}}
            """);
        var unsigned = $"{Part("""{"alg":"none","typ":"JWT"}""")}.{claims}";
        switch (random.Next(9))
        {
            case 0:
                return [$"Bearer {unsigned}."];
            case 1:
                var shared = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{claims}";
                return [$"Bearer {shared}.{Base64UrlEncoder.Encode(HMACSHA256.HashData("platform"u8, Encoding.UTF8.GetBytes(shared)))}"];
            case 2:
                return [$"Bearer {parts[0]}.{claims}.{parts[2]}"];
            case 3:
                using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    var signed = $"{parts[0]}.{claims}";
                    var signature = key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256);
                    return [$"Bearer {signed}.{Base64UrlEncoder.Encode(signature)}"];
                }
            case 4:
                return [$"Bearer {new string('a', random.Next(8000))}"];
            case 5:
                return [$"Bearer {callers.Officer}", $"Bearer {callers.Officer}"];
            case 6:
                return [$"Basic {callers.Officer}"];
            case 7:
                return [$"Bearer {callers.Officer}x"];
            default:
                return [$"Bearer {parts[0]}..{parts[2]}"];
        }
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);
}
