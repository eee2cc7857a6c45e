using System.Globalization;

namespace OrleansOrders.Domain.Ports;

/// <summary>
/// An event of the stream cannot be decoded or folded: the log is damaged there, or this program is older than it. No
/// repetition helps; a repair does, or a newer program.
/// </summary>
public sealed class UnreadableEventException : Exception
{
    // In Data, which crosses from process to process with the exception.
    private const string Prefix = "orders.";

    /// <param name="streamId">With its type: <c>order-7f3k</c>.</param>
    /// <param name="type">The stored name.</param>
    /// <param name="cause">One line.</param>
    public UnreadableEventException(
        string tenant, string streamId, long version, long position, Guid eventId, string type, string cause, Exception? inner = null)
        : base($"{type}, version {version} of {streamId}, cannot be read: {cause}", inner)
    {
        Data[Prefix + nameof(Tenant)] = tenant;
        Data[Prefix + nameof(StreamId)] = streamId;
        Data[Prefix + nameof(Version)] = version.ToString(CultureInfo.InvariantCulture);
        Data[Prefix + nameof(Position)] = position.ToString(CultureInfo.InvariantCulture);
        Data[Prefix + nameof(EventId)] = eventId.ToString();
        Data[Prefix + nameof(Type)] = type;
        Data[Prefix + nameof(Cause)] = cause;
    }

    public string Tenant => Read(nameof(Tenant));

    public string StreamId => Read(nameof(StreamId));

    public long Version => long.Parse(Read(nameof(Version)), CultureInfo.InvariantCulture);

    public long Position => long.Parse(Read(nameof(Position)), CultureInfo.InvariantCulture);

    public Guid EventId => Guid.Parse(Read(nameof(EventId)));

    public string Type => Read(nameof(Type));

    public string Cause => Read(nameof(Cause));

    private string Read(string name) => (string)Data[Prefix + name]!;
}
