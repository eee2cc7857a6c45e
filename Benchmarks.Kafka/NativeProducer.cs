using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>librdkafka's own producer, called as a program in C would: what the publisher is measured by.</summary>
internal sealed class NativeProducer : IDisposable
{
    private const int Producer = 0, CopyPayload = 2;
    private const int TopicHandle = 2, Partition = 3, Value = 4, Key = 5, MessageFlags = 7, HeaderList = 10;
    private const int QueueFull = -184;

    private readonly IReadOnlyList<(string Topic, int Partition, Message<byte[], byte[]> Message)> messages;
    private readonly IntPtr client;
    private readonly Dictionary<string, IntPtr> topics;
    private readonly Dictionary<string, IntPtr> names;

    /// <summary>Connects, and sends the first of the messages, so that the producer has its id before a clock starts, as the publisher has.</summary>
    public NativeProducer(
        IReadOnlyDictionary<string, string> settings, IReadOnlyList<(string Topic, int Partition, Message<byte[], byte[]> Message)> messages)
    {
        this.messages = messages;
        var error = new byte[512];
        var configuration = rd_kafka_conf_new();
        foreach (var (name, value) in settings)
        {
            if (rd_kafka_conf_set(configuration, name, value, error, (nuint)error.Length) != 0)
                throw new InvalidOperationException(Encoding.UTF8.GetString(error).TrimEnd('\0'));
        }
        client = rd_kafka_new(Producer, configuration, error, (nuint)error.Length);
        topics = messages.Select(message => message.Topic).Distinct().ToDictionary(topic => topic, topic => rd_kafka_topic_new(client, topic, 0));
        names = messages.SelectMany(message => message.Message.Headers).Select(header => header.Key).Distinct()
            .ToDictionary(name => name, Marshal.StringToCoTaskMemUTF8);
        Produce(client, topics[messages[0].Topic], messages[0].Partition, messages[0].Message, names);
        rd_kafka_flush(client, 30_000);
    }

    /// <summary>Sends all of it and waits until the last one is acknowledged.</summary>
    public void SendAll()
    {
        foreach (var (topic, partition, message) in messages)
            Produce(client, topics[topic], partition, message, names);
        while (rd_kafka_outq_len(client) > 0)
            rd_kafka_flush(client, 1000);
    }

    public void Dispose()
    {
        foreach (var topic in topics.Values)
            rd_kafka_topic_destroy(topic);
        rd_kafka_destroy(client);
        foreach (var name in names.Values)
            Marshal.FreeCoTaskMem(name);
    }

    private static unsafe void Produce(IntPtr client, IntPtr topic, int partition, Message<byte[], byte[]> message, Dictionary<string, IntPtr> names)
    {
        Span<Argument> arguments = stackalloc Argument[6];
        fixed (byte* key = message.Key, value = message.Value)
        fixed (Argument* first = arguments)
        {
            while (true)
            {
                var headers = rd_kafka_headers_new((nuint)message.Headers.Count);
                foreach (var header in message.Headers)
                {
                    var bytes = header.GetValueBytes();
                    fixed (byte* content = bytes)
                        rd_kafka_header_add(headers, names[header.Key], -1, content, bytes.Length);
                }
                arguments[0] = new Argument { Type = TopicHandle, First = topic };
                arguments[1] = new Argument { Type = Partition, First = partition };
                arguments[2] = new Argument { Type = Value, First = (nint)value, Second = message.Value.Length };
                arguments[3] = new Argument { Type = Key, First = (nint)key, Second = message.Key.Length };
                arguments[4] = new Argument { Type = MessageFlags, First = CopyPayload };
                arguments[5] = new Argument { Type = HeaderList, First = headers };
                var failure = rd_kafka_produceva(client, first, 6);
                if (failure == IntPtr.Zero)
                    return;
                var code = rd_kafka_error_code(failure);
                rd_kafka_error_destroy(failure);
                rd_kafka_headers_destroy(headers);
                if (code != QueueFull)
                    throw new InvalidOperationException($"librdkafka answered {code}.");
                rd_kafka_poll(client, 1);
            }
        }
    }

    /// <summary><c>rd_kafka_vu_t</c>: a kind, and a union of 64 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    private struct Argument
    {
        [FieldOffset(0)]
        public int Type;

        [FieldOffset(8)]
        public nint First;

        [FieldOffset(16)]
        public nint Second;
    }

    private const string Library = "librdkafka";

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_conf_new();

    [DllImport(Library)]
    private static extern int rd_kafka_conf_set(
        IntPtr configuration, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error,
        nuint errorSize);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_new(int type, IntPtr configuration, byte[] error, nuint errorSize);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_topic_new(IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, IntPtr configuration);

    [DllImport(Library)]
    private static extern void rd_kafka_topic_destroy(IntPtr topic);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_headers_new(nuint count);

    [DllImport(Library)]
    private static extern void rd_kafka_headers_destroy(IntPtr headers);

    [DllImport(Library)]
    private static extern unsafe IntPtr rd_kafka_header_add(IntPtr headers, IntPtr name, nint nameSize, byte* value, nint valueSize);

    [DllImport(Library)]
    private static extern unsafe IntPtr rd_kafka_produceva(IntPtr client, Argument* arguments, nuint count);

    [DllImport(Library)]
    private static extern int rd_kafka_error_code(IntPtr error);

    [DllImport(Library)]
    private static extern void rd_kafka_error_destroy(IntPtr error);

    [DllImport(Library)]
    private static extern int rd_kafka_poll(IntPtr client, int milliseconds);

    [DllImport(Library)]
    private static extern int rd_kafka_flush(IntPtr client, int milliseconds);

    [DllImport(Library)]
    private static extern int rd_kafka_outq_len(IntPtr client);

    [DllImport(Library)]
    private static extern void rd_kafka_destroy(IntPtr client);
}
