using Google.Rpc;
using Grpc.Core;

namespace Platform.Tool.Client;

/// <summary>A field that the server refused.</summary>
internal sealed record FieldError(string Field, string Sentence);

/// <summary>
/// Why the server refused a call, as its status details say.
/// </summary>
/// <param name="Code">The gRPC code.</param>
/// <param name="Reason">Of <c>rcp.common.v1.ErrorReason</c>, for example <c>REFERENCE_NOT_FOUND</c>; the code
/// where there is none.</param>
/// <param name="Sentence">The server's message.</param>
/// <param name="Fields">The fields it is about; often none.</param>
internal sealed record ServerError(StatusCode Code, string Reason, string Sentence, IReadOnlyList<FieldError> Fields)
{
    /// <summary>Reads the error of a failed call.</summary>
    public static ServerError Of(RpcException e)
    {
        var status = e.GetRpcStatus();
        var info = status?.Details.FirstOrDefault(d => d.Is(ErrorInfo.Descriptor))?.Unpack<ErrorInfo>();
        var violations = status?.Details.Where(d => d.Is(BadRequest.Descriptor)).SelectMany(d => d.Unpack<BadRequest>().FieldViolations)
            .Select(v => new FieldError(v.Field, v.Description)).ToList() ?? [];
        var sentence = e.Status.Detail.Length > 0 ? e.Status.Detail : $"The call failed with {e.StatusCode}.";
        if (violations.Count == 0 && info is not null && info.Metadata.TryGetValue("field", out var field))
        {
            // The message begins with the field's path, which is separated from it here.
            violations.Add(new FieldError(field, sentence.StartsWith(field + ": ", StringComparison.Ordinal)
                ? sentence[(field.Length + 2)..] : sentence));
        }
        return new ServerError(e.StatusCode, info?.Reason ?? e.StatusCode.ToString(), sentence, violations);
    }
}
