using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using OrleansOrders.Domain;

namespace OrleansOrders.Kafka;

/// <summary>What was found out about the topics.</summary>
/// <param name="Obstacle">Why nothing can be published, in one line that says what to do; null when nothing is in the way.</param>
/// <param name="Warning">What somebody should see to all the same.</param>
internal sealed record TopicsFound(string? Obstacle, string? Warning);

/// <summary>
/// Makes the topics that are not there, where the broker lets us, and looks at those that are. A topic of somebody else's
/// making is never changed: what is wrong with it is said.
/// </summary>
internal sealed class TopicSetup(KafkaOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly IReadOnlyList<string> Topics = [.. PublishedEvents.Topics, PublishedEvents.DeadLetterTopic];

    /// <exception cref="KafkaException">No broker answers.</exception>
    public async Task<TopicsFound> Prepare(CancellationToken cancellation)
    {
        using var admin = Connect();
        var metadata = await Read(admin, cancellation);
        var missing = Topics.Where(topic => Find(metadata, topic) is null).ToList();
        string? refusal = null;
        if (missing.Count > 0)
        {
            refusal = await Create(admin, missing, metadata.Brokers.Count);
            metadata = await Read(admin, cancellation);
        }
        var still = missing.Where(topic => Find(metadata, topic) is null).ToList();
        if (still.Count > 0)
            return new TopicsFound($"topics are missing and could not be made ({refusal ?? "the broker does not show them yet"}): {string.Join(", ", still)}", null);
        var counts = Topics.Select(topic => (Topic: topic, Find(metadata, topic)!.Partitions.Count)).ToList();
        var tooFew = counts.Where(topic => topic.Count < PublishedEvents.Partitions).ToList();
        if (tooFew.Count > 0)
            return new TopicsFound($"{PublishedEvents.Partitions} partitions are needed; too few has {Describe(tooFew)}", null);
        var tooMany = counts.Where(topic => topic.Count > PublishedEvents.Partitions).ToList();
        return new TopicsFound(
            null, tooMany.Count > 0 ? $"only the first {PublishedEvents.Partitions} partitions are used of {Describe(tooMany)}" : null);
    }

    /// <summary>
    /// Looks for settings under which events would go missing, and tells of them. A broker that does not say its settings may
    /// take long not to; it has none that are wrong.
    /// </summary>
    public async Task FindWrongSettings(Action<string> tell)
    {
        try
        {
            using var admin = Connect();
            var described = await admin.DescribeConfigsAsync(
                Topics.Select(topic => new ConfigResource { Name = topic, Type = ResourceType.Topic }),
                new DescribeConfigsOptions { RequestTimeout = Patience });
            var wrong = described.SelectMany(topic => FindWrongSettings(topic.ConfigResource.Name, topic.Entries)).ToList();
            if (wrong.Count > 0)
                tell(string.Join("; ", wrong));
        }
        catch (KafkaException)
        {
            // Not allowed to ask, or nobody to ask.
        }
    }

    public static string Join(string? one, string other) => one is null ? other : $"{one}; {other}";

    private IAdminClient Connect() => new AdminClientBuilder(options.Configure(settings => new AdminClientConfig(settings)))
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static Task<Metadata> Read(IAdminClient admin, CancellationToken cancellation) =>
        Task.Run(() => admin.GetMetadata(Patience), cancellation).WaitAsync(cancellation);

    private static TopicMetadata? Find(Metadata metadata, string topic) =>
        metadata.Topics.Find(found => found.Topic == topic && found.Error.Code == ErrorCode.NoError);

    private static string Describe(IEnumerable<(string Topic, int Count)> topics) => string.Join(
        ", ", topics.Select(topic => $"{topic.Topic} ({topic.Count.ToString(CultureInfo.InvariantCulture)})"));

    /// <returns>Why not, or null.</returns>
    private async Task<string?> Create(IAdminClient admin, List<string> topics, int brokers)
    {
        var copies = (short)Math.Clamp(brokers, 1, 3);
        try
        {
            await admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
            {
                Name = topic,
                NumPartitions = PublishedEvents.Partitions,
                ReplicationFactor = copies,
                Configs = new Dictionary<string, string>
                {
                    ["retention.ms"] = "-1",
                    ["retention.bytes"] = "-1",
                    ["cleanup.policy"] = "delete",
                    ["min.insync.replicas"] = copies >= 3 ? "2" : "1",
                    ["max.message.bytes"] = options.MessageBytes.ToString(CultureInfo.InvariantCulture),
                },
            }));
            return null;
        }
        catch (CreateTopicsException some)
        {
            // One that somebody else has made meanwhile is there, which is all that is asked for.
            return some.Results.Find(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists)?.Error.Reason;
        }
        catch (KafkaException failure)
        {
            return failure.Error.Reason;
        }
    }

    private IEnumerable<string> FindWrongSettings(string topic, IReadOnlyDictionary<string, ConfigEntryResult> entries)
    {
        string? Value(string name) => entries.TryGetValue(name, out var entry) ? entry.Value : null;
        foreach (var name in new[] { "retention.ms", "retention.bytes" })
        {
            if (Value(name) is { } kept && kept != "-1")
                yield return $"{topic} keeps events for a limited time or size only: set its {name} to -1 instead of {kept}";
        }
        if (Value("cleanup.policy") is { } policy && policy != "delete")
            yield return $"{topic} drops older events of a key: set its cleanup.policy to delete instead of {policy}";
        if (int.TryParse(Value("max.message.bytes"), CultureInfo.InvariantCulture, out var bytes) && bytes < options.MessageBytes)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{topic} refuses messages that the log can hold: set its max.message.bytes to {options.MessageBytes} instead of {bytes}");
    }
}
