using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>How a family of journaled grains is written down: names, bytes, snapshots.</summary>
public interface IJournalFormat
{
    /// <summary>The stream that holds the grain's events. Different grains have different streams.</summary>
    StreamName StreamOf(GrainId grain);

    /// <summary>An event of a grain that does not describe its writes itself; see <see cref="IJournalAuthor{TEntry}"/>.</summary>
    NewEvent Encode(object entry);

    /// <exception cref="Exception">Whatever it is, the stream cannot be folded, and the activation fails.</exception>
    object Decode(RecordedEvent recorded);

    /// <summary>Identifies the shape of a view's snapshots; null when the view has none. Another shape is never read.</summary>
    string? SchemaOf(Type view);

    byte[] EncodeView(object view);

    /// <summary>A view as <see cref="EncodeView"/> wrote it.</summary>
    object DecodeView(Type view, ReadOnlyMemory<byte> bytes);
}

/// <summary>Implemented by a grain that says itself how its events are written: their ids, metadata, and the command's receipt.</summary>
public interface IJournalAuthor<in TEntry>
{
    /// <summary>Called on the grain's turn, for every append, also one of no entries.</summary>
    JournalWrite Write(IReadOnlyList<TEntry> entries);
}

/// <summary>What one append writes.</summary>
/// <param name="Events">One per entry, in their order.</param>
/// <param name="Receipt">Kept in the events' transaction; a command with a receipt is never written again.</param>
public readonly record struct JournalWrite(IReadOnlyList<NewEvent> Events, Receipt? Receipt);

/// <summary>Implemented by a view that wants to know where in the log it stands.</summary>
public interface IJournalView
{
    /// <summary>Set after every change of the view, before the grain hears of the change.</summary>
    StreamHead Head { get; set; }
}
