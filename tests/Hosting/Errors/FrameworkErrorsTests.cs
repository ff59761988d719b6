using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Tests.Errors;

public sealed class FrameworkErrorsTests
{
    // 2 is UNKNOWN, with which the framework tells that a request could not be read; 3 INVALID_ARGUMENT, 14 UNAVAILABLE.
    [Theory]
    [InlineData(typeof(InvalidDataException), "3", "not a valid message")]
    [InlineData(typeof(OutOfMemoryException), "14", "no memory")]
    public async Task Request_ThatTheFrameworkCouldNotRead_IsTheCallersFaultUnlessMemoryRanOut(
        Type cause, string status, string message)
    {
        var context = new DefaultHttpContext();

        await FrameworkErrors.InvokeAsync(context, FailAsync, new ErrorTable(NullLogger<ErrorTable>.Instance));

        Assert.Equal(status, context.Response.Headers["grpc-status"]);
        Assert.Contains(message, context.Response.Headers["grpc-message"].ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(context.Response.Headers["grpc-status-details-bin"].ToString());

        // As the framework does it: the cause is caught, and only a status is left.
        async Task FailAsync(HttpContext request)
        {
            await Task.Yield();
            try
            {
                throw (Exception)Activator.CreateInstance(cause)!;
            }
            catch (Exception e) when (e.GetType() == cause)
            {
                request.Response.Headers["grpc-status"] = "2";
                request.Response.Headers["grpc-message"] = "Exception was thrown by handler.";
            }
        }
    }
}
