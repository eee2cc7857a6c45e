using System.Threading.Channels;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// One part of one topic while it is ours: its messages are taken one after another, each until it is taken, and only then
/// its offset may be stored. Everything but <see cref="Run"/> belongs to the thread that polls.
/// </summary>
internal sealed class Lane
{
    /// <summary>Messages that wait before the part is paused.</summary>
    public const int Most = 200;

    // A message under way gets longer than it needs; what hangs beyond that is left to its time-outs and stores nothing.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly Channel<(ConsumeResult<byte[], byte[]>? Message, ParkedStream? Replay)> waiting =
        Channel.CreateUnbounded<(ConsumeResult<byte[], byte[]>?, ParkedStream?)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<Guid> replays = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly LaneWork work;
    private readonly Task running;
    private readonly Lock gate = new();
    private bool closed;
    private int count;
    private long position;

    public Lane(TopicPartition part, LaneWork work)
    {
        (Part, this.work) = (part, work);
        running = Task.Run(Run);
    }

    public TopicPartition Part { get; }

    public bool IsPaused { get; set; }

    public bool IsFull => Volatile.Read(ref count) >= Most;

    public bool HasRoom => Volatile.Read(ref count) <= Most / 2;

    /// <summary>Of the last event that was taken, in the log; 0 before the first.</summary>
    public long Position => Interlocked.Read(ref position);

    public void Add(ConsumeResult<byte[], byte[]> message)
    {
        Interlocked.Increment(ref count);
        waiting.Writer.TryWrite((message, null));
    }

    /// <summary>Takes a parked stream up again in its turn: what is read meanwhile comes after it.</summary>
    public void Replay(ParkedStream stream)
    {
        lock (gate)
        {
            if (!replays.Add(stream.LetterId))
                return;
        }
        waiting.Writer.TryWrite((null, stream));
    }

    /// <summary>Lets the message under way end, and nothing after it begin. No offset is stored any more afterwards.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(running, Task.Delay(StopPatience));
        lock (gate)
            closed = true;
    }

    private async Task Run()
    {
        try
        {
            await UntilDone(Part.ToString(), work.Refresh);
            await foreach (var (message, replay) in waiting.Reader.ReadAllAsync(stopping.Token))
            {
                if (replay is not null)
                    await Replay(replay, stopping.Token);
                else
                    await Take(message!);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Stopping: what is not taken is read again by whoever gets the part.
        }
    }

    private async Task Take(ConsumeResult<byte[], byte[]> message)
    {
        long taken = 0;
        using var subject = LogSubject.Begin();
        await UntilDone(message.TopicPartitionOffset.ToString(), async cancellation => taken = await work.Take(message, cancellation));
        if (taken > 0)
            Interlocked.Exchange(ref position, taken);
        lock (gate)
        {
            if (!closed)
                work.Store(new TopicPartitionOffset(Part, message.Offset + 1));
        }
        Interlocked.Decrement(ref count);
    }

    private async Task Replay(ParkedStream stream, CancellationToken stop)
    {
        try
        {
            await work.Replay(stream, stop);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            work.Failed($"the replay of {stream.Stream.StreamId}", failure); // it is still asked for, and comes again
        }
        finally
        {
            lock (gate)
                replays.Remove(stream.LetterId);
        }
    }

    private async Task UntilDone(string what, Func<CancellationToken, Task> attempt)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                stopping.Token.ThrowIfCancellationRequested();
                await attempt(stopping.Token);
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                work.Failed(what, failure);
                await Task.Delay(WaitAfter(what, failure, failures), work.Time, stopping.Token);
            }
        }
    }

    private static TimeSpan WaitAfter(string what, Exception failure, int failures)
    {
        var wait = Backoff.After(what, failures);
        return failure is NotificationClaimedException claimed && claimed.HeldFor < wait ? claimed.HeldFor : wait;
    }
}
