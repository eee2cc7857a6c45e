using System.Runtime.CompilerServices;
using Confluent.Kafka;

namespace OrleansOrders.Kafka;

/// <summary>How Kafka is reached, and the limits of what publishes to it. Every value is checked before it is used.</summary>
public sealed record KafkaOptions
{
    /// <summary>Where the brokers are: <c>host:port</c>, separated by commas.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// Settings of librdkafka that are handed on as they are: TLS, SASL, timeouts. What the publisher's promises rest on is
    /// set after them and cannot be changed here.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Events on their way to the broker at once. 16 to 1,000,000; 20,000 by default.</summary>
    public int InFlightEvents { get; init; } = 20_000;

    /// <summary>Bytes on their way to the broker at once. 1 MiB to 1 GiB; 32 MiB by default. With the broker away, nothing more is held.</summary>
    public int InFlightBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The largest message that topics are made for, and that is tried. 1 KiB to 64 MiB; 4 MiB by default: the log's own limit fits.</summary>
    public int MessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Events read from the log at once. 1 to 100,000; 2,000 by default.</summary>
    public int BatchEvents { get; init; } = 2_000;

    /// <summary>How long the right to publish holds without being renewed. 1 s to 5 min; 4 s by default.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often the checkpoint is written at most. 1 ms to 1 min; 50 ms by default.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long after a failure it is tried again. 10 ms to 5 min; 1 s by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// From <c>ORDERS_KAFKA</c>, the brokers, and <c>ORDERS_KAFKA_SETTINGS</c>, a file with one <c>name=value</c> a line
    /// (lines that begin with # say nothing). Null when the first is not set.
    /// </summary>
    /// <exception cref="FormatException">A line of the file is not of that form.</exception>
    public static KafkaOptions? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("ORDERS_KAFKA") is not { Length: > 0 } servers)
            return null;
        var file = Environment.GetEnvironmentVariable("ORDERS_KAFKA_SETTINGS");
        return new KafkaOptions
        {
            BootstrapServers = servers,
            Settings = file is { Length: > 0 } ? ReadSettings(File.ReadLines(file)) : new Dictionary<string, string>(),
        };
    }

    internal static Dictionary<string, string> ReadSettings(IEnumerable<string> lines)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            // The line may hold a password, so that it is not quoted.
            if (parts is not [{ Length: > 0 } name, var value])
                throw new FormatException("A line of Kafka's settings is not of the form name=value.");
            settings[name] = value;
        }
        return settings;
    }

    internal KafkaOptions Checked()
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers))
            throw new ArgumentException("Kafka's brokers are not named.", nameof(BootstrapServers));
        Check(InFlightEvents, 16, 1_000_000);
        Check(InFlightBytes, 1024 * 1024, 1024 * 1024 * 1024);
        Check(MessageBytes, 1024, 64 * 1024 * 1024);
        Check(BatchEvents, 1, 100_000);
        Check(Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(CheckpointInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Check(Patience, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
        return this;
    }

    /// <summary>A configuration of a client with what was handed on, to be completed by the caller.</summary>
    internal T Configure<T>(Func<IDictionary<string, string>, T> make)
        where T : ClientConfig
    {
        var config = make(Settings.ToDictionary());
        config.BootstrapServers = BootstrapServers;
        config.ClientId ??= "orders";
        return config;
    }

    private static void Check<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string? option = null)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(option, $"{option} must be from {least} to {most}, not {value}.");
    }
}
