using System.Net.Sockets;
using OrleansOrders.Engine.Providers.Smtp;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Doctor;

/// <summary>Whether the other servers that are named answer at all. Nothing is sent to them.</summary>
internal static class NeighbourChecks
{
    private const int KafkaPort = 9092;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Kafka's brokers; one of them is enough to begin with.</summary>
    public static async Task<Finding> Kafka(Func<string, string?> variable, CancellationToken cancellation)
    {
        const string name = "kafka";
        if (variable("ORDERS_KAFKA") is not { Length: > 0 } servers)
            return Finding.Ok(name, "none named: events are not published");
        if (variable("ORDERS_KAFKA_SETTINGS") is { Length: > 0 } settings && !File.Exists(settings))
            return Finding.Fail(name, $"ORDERS_KAFKA_SETTINGS names {settings}, which is not there", "Correct it: a silo refuses to start.");
        var brokers = servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var silent = new List<string>();
        foreach (var broker in brokers)
        {
            var (host, port) = broker.LastIndexOf(':') is > 0 and var at && int.TryParse(broker[(at + 1)..], out var number)
                ? (broker[..at].Trim('[', ']'), number)
                : (broker, KafkaPort);
            if (await Silence(host, port, cancellation) is { } reason)
                silent.Add($"{broker} ({reason})");
        }
        return silent.Count == 0 ? Finding.Ok(name, $"{string.Join(", ", brokers)} answers")
            : silent.Count < brokers.Length ? Finding.Warn(name, $"no answer from {string.Join(", ", silent)}", "See that these brokers run, or take them out of ORDERS_KAFKA.")
            : Finding.Fail(name, $"no answer from {string.Join(", ", silent)}", "Start Kafka, or correct ORDERS_KAFKA: orders are taken meanwhile, and published later.");
    }

    public static async Task<Finding> Mail(Func<string, string?> variable, CancellationToken cancellation)
    {
        const string name = "mail server";
        if (variable(SmtpSettings.Host) is not { Length: > 0 })
            return Finding.Ok(name, "none named: messages to customers are only recorded");
        if (ReadMail(variable) is not { } options)
            return Finding.Warn(name, "not asked: its settings are wrong", "Correct them first.");
        return await Silence(options.Host, options.Port, cancellation) is { } reason
            ? Finding.Fail(name, $"{options.Host}:{options.Port} does not answer ({reason})", $"Start it, or correct {SmtpSettings.Host} and {SmtpSettings.Port}: messages wait meanwhile.")
            : Finding.Ok(name, $"{options.Host}:{options.Port} answers");
    }

    private static SmtpOptions? ReadMail(Func<string, string?> variable)
    {
        try
        {
            return SmtpSettings.Read(variable);
        }
        catch (Failure)
        {
            return null; // said elsewhere
        }
    }

    private static async Task<string?> Silence(string host, int port, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, limit.Token);
            return null;
        }
        catch (SocketException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"nothing within {Patience.TotalSeconds:0} s";
        }
    }
}
