using OrleansOrders.Engine.Reactions;

namespace OrleansOrders.Grains.Feed;

/// <summary>One part of the log while this silo reads it.</summary>
/// <param name="start">Everything up to here is finished.</param>
internal sealed class FeedPartition(int number, long start)
{
    public int Number => number;

    public Watermark Watermark { get; } = new(start);

    /// <summary>Read up to here; what was read may still be under way.</summary>
    public long Read { get; private set; } = start;

    public void Open(long position) => Watermark.Open(position);

    public void ReadTo(long position)
    {
        Read = Math.Max(Read, position);
        Watermark.Read(Read);
    }
}
