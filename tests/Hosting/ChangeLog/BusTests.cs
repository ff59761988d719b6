using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Messaging;

namespace Platform.Hosting.Tests.ChangeLog;

/// <summary>Which bus a process has, and what it says to the broker before it knows that it is the broker.</summary>
public sealed class BusTests
{
    [Theory]
    [InlineData("RabbitMq:Uri is not set")]
    [InlineData("RabbitMq:Uri is not set", "RabbitMq:Url=amqps://user:secret@broker/")]
    [InlineData("RabbitMq:Uri is not set", "ConnectionStrings:meetings=Host=db")]
    [InlineData("RabbitMq:InMemory=true does not go with a PostgreSQL database (ConnectionStrings:meetings)", "RabbitMq:InMemory=true",
        "ConnectionStrings:meetings=Host=db")]
    [InlineData("both set", "RabbitMq:InMemory=true", "RabbitMq:Uri=amqps://user:secret@broker/")]
    [InlineData("RabbitMq:Uri is not the address of a broker", "RabbitMq:Uri=broker")]
    [InlineData("RabbitMq:Uri names 192.0.2.1 without TLS", "RabbitMq:Uri=amqp://user:secret@192.0.2.1/")]
    public async Task Start_SettingsThatCannotWorkOrAreNotSafe_AreRefusedInASentence(string sentence, params string[] settings)
    {
        using var host = HostWith(settings);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amqp", "AMQP")]
    [InlineData("amqps", "\u0016\u0003")]
    public async Task Connect_OnAnyPort_SpeaksAsTheSchemeSays(string scheme, string beginning)
    {
        using var broker = new FirstBytes();
        using var host = HostWith($"RabbitMq:Uri={scheme}://user:secret@127.0.0.1:{broker.Port}/");
        await host.StartAsync(TestContext.Current.CancellationToken);

        var first = await broker.NextAsync(beginning.Length);

        Assert.Equal(beginning, Encoding.Latin1.GetString(first));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("broker.example.org")]
    public async Task Connect_CertificateThatNobodyTrusts_IsToldNothing(string certificateName)
    {
        using var broker = new FirstBytes();
        using var host = HostWith($"RabbitMq:Uri=amqps://user:secret@localhost:{broker.Port}/");
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await broker.NextInsideUntrustedTlsAsync(certificateName));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static IHost HostWith(params string[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddCommandLine([.. settings.Select(s => $"--{s}")]);
        builder.AddBus();
        return builder.Build();
    }
}
