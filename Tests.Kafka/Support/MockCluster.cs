using System.Runtime.InteropServices;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>
/// A broker inside this process that speaks Kafka's real protocol over TCP: librdkafka's mock cluster. Other processes can
/// use it. It keeps 5 MiB of each partition, forgets everything at its end, and answers no admin requests.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    /// <summary>Numbers of Kafka's protocol, for <see cref="Refuse"/>.</summary>
    public const short ProduceRequests = 0, FetchRequests = 1, MetadataRequests = 3, InitProducerIdRequests = 22;

    private const int Producer = 0;

    private readonly IntPtr client;
    private readonly IntPtr cluster;
    private readonly int brokers;

    public MockCluster(int brokers = 1)
    {
        this.brokers = brokers;
        var error = new byte[512];
        var configuration = Native.rd_kafka_conf_new();
        // It has no brokers to connect to, and would say so.
        Check(Native.rd_kafka_conf_set(configuration, "log_level", "3", error, (nuint)error.Length));
        client = Native.rd_kafka_new(Producer, configuration, error, (nuint)error.Length);
        if (client == IntPtr.Zero)
            throw new InvalidOperationException($"librdkafka: {System.Text.Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        cluster = Native.rd_kafka_mock_cluster_new(client, brokers);
        // It would wait 3 s for more members before it gives a new group its parts.
        Native.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 100);
        BootstrapServers = Marshal.PtrToStringUTF8(Native.rd_kafka_mock_cluster_bootstraps(cluster))!;
    }

    public string BootstrapServers { get; }

    public void CreateTopic(string topic, int partitions) =>
        Check(Native.rd_kafka_mock_topic_create(cluster, topic, partitions, brokers));

    public void DeleteTopic(string topic) => Check(Native.rd_kafka_mock_topic_delete(cluster, topic));

    /// <summary>Connections are closed, and none is taken any more. What was stored stays.</summary>
    public void GoDown() => ForAll(broker => Native.rd_kafka_mock_broker_set_down(cluster, broker));

    public void ComeBack() => ForAll(broker => Native.rd_kafka_mock_broker_set_up(cluster, broker));

    /// <summary>Every answer takes so much longer.</summary>
    public void SlowDown(TimeSpan roundTrip) =>
        ForAll(broker => Native.rd_kafka_mock_broker_set_rtt(cluster, broker, (int)roundTrip.TotalMilliseconds));

    /// <summary>The next requests of that kind are answered with these errors, one each.</summary>
    public void Refuse(short requests, params int[] errors) =>
        Check(Native.rd_kafka_mock_push_request_errors_array(cluster, requests, (nuint)errors.Length, errors));

    public void Dispose()
    {
        Native.rd_kafka_mock_cluster_destroy(cluster);
        Native.rd_kafka_destroy(client);
    }

    private void ForAll(Func<int, int> action)
    {
        for (var broker = 1; broker <= brokers; broker++)
            Check(action(broker));
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"librdkafka's mock cluster answered {error}.");
    }

    private static class Native
    {
        private const string Library = "librdkafka";

        [DllImport(Library)]
        public static extern IntPtr rd_kafka_conf_new();

        [DllImport(Library)]
        public static extern int rd_kafka_conf_set(
            IntPtr configuration, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error,
            nuint errorSize);

        [DllImport(Library)]
        public static extern IntPtr rd_kafka_new(int type, IntPtr configuration, byte[] error, nuint errorSize);

        [DllImport(Library)]
        public static extern void rd_kafka_destroy(IntPtr client);

        [DllImport(Library)]
        public static extern IntPtr rd_kafka_mock_cluster_new(IntPtr client, int brokers);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_cluster_destroy(IntPtr cluster);

        [DllImport(Library)]
        public static extern IntPtr rd_kafka_mock_cluster_bootstraps(IntPtr cluster);

        [DllImport(Library)]
        public static extern void rd_kafka_mock_group_initial_rebalance_delay_ms(IntPtr cluster, int milliseconds);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_topic_create(
            IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicationFactor);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_topic_delete(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_down(IntPtr cluster, int broker);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_up(IntPtr cluster, int broker);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_broker_set_rtt(IntPtr cluster, int broker, int milliseconds);

        [DllImport(Library)]
        public static extern int rd_kafka_mock_push_request_errors_array(IntPtr cluster, short requests, nuint count, int[] errors);
    }
}
