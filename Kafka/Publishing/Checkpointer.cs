using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>Writes down how far everything is acknowledged. While the database is away the checkpoint waits; publishing again is harmless.</summary>
internal sealed class Checkpointer(
    PublisherContext context, PublisherTenure tenure, Parts parts, InFlight inFlight, Setbacks setbacks, Action<Exception> onFailure)
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private long written = tenure.Position;
    private long[] writtenParts = [.. parts.Previous];

    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(context.Options.CheckpointInterval, context.Time, stop);
                await TryWrite(stop);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The session's end; it writes the last checkpoint itself when there is anything to trust.
        }
        catch (EpochOverException over)
        {
            onFailure(over);
        }
    }

    /// <returns>False when the epoch is over.</returns>
    public async Task<bool> Write(CancellationToken cancellation)
    {
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            var (finished, last) = inFlight.Look();
            if (finished == written)
                return true;
            var (poison, waiting) = setbacks.UpTo(finished);
            var checkpoint = new PublisherCheckpoint(finished, parts.Describe(last, writtenParts), poison, waiting);
            if (!await context.Lease.Keep(tenure.Epoch, checkpoint, cancellation))
                return false;
            (written, writtenParts) = (finished, last);
            context.State.MoveTo(finished);
            if (poison.Count + waiting.Count > 0)
            {
                await context.Parked.Refresh(cancellation);
                setbacks.Forget(finished);
            }
            return true;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private async Task TryWrite(CancellationToken stop)
    {
        try
        {
            if (!await Write(stop))
                throw new EpochOverException();
        }
        catch (Exception failure) when (failure is not EpochOverException && !stop.IsCancellationRequested)
        {
            context.Log.CheckpointFailed(failure);
            await Task.Delay(context.Options.Patience, context.Time, stop);
        }
    }
}
