namespace OrleansOrders.Kafka;

/// <summary>Keeps the lease while it is held, and tells the database how publishing goes.</summary>
internal sealed class LeaseKeeper(PublisherContext context, long epoch)
{
    private PublisherState.Description? told;

    /// <summary>Cancels <paramref name="held"/> when the lease is somebody else's, or might be.</summary>
    public async Task Run(CancellationTokenSource held)
    {
        var last = context.Time.GetTimestamp();
        while (!held.IsCancellationRequested)
        {
            try
            {
                var tenure = await context.Lease.Renew(context.Options.Lease, held.Token);
                if (tenure?.Epoch != epoch)
                    break;
                last = context.Time.GetTimestamp();
                await Tell(held.Token);
            }
            catch (Exception failure) when (!held.IsCancellationRequested)
            {
                context.Log.LeaseFailed(failure);
                if (context.Time.GetElapsedTime(last) > context.Options.Lease)
                    break;
            }
            catch (Exception) when (held.IsCancellationRequested)
            {
                break;
            }
            await Task.Delay(context.Options.Lease / 8, context.Time, held.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        await held.CancelAsync();
    }

    /// <summary>Writes it down if it has changed. Nobody depends on it, so that a failure is no failure.</summary>
    public async Task Tell(CancellationToken cancellation)
    {
        var now = context.State.Now;
        if (now == told)
            return;
        try
        {
            await context.Lease.Tell(epoch, now.State, now.Error, now.Warning, now.AheadBy, cancellation);
            told = now;
        }
        catch (Exception failure)
        {
            if (!cancellation.IsCancellationRequested)
                context.Log.LeaseFailed(failure);
        }
    }
}
