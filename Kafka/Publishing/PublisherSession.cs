using Confluent.Kafka;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// Publishes from the checkpoint on with one producer, until it is told to stop or something fails. A failure loses
/// nothing: the next session begins at the checkpoint, and what went out twice has the same ids.
/// </summary>
internal sealed class PublisherSession : IDisposable
{
    /// <summary>Headers of one message, about, so that the bound on bytes means what it says.</summary>
    private const int HeaderBytes = 700;

    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(1);

    private readonly PublisherContext context;
    private readonly PublisherTenure tenure;
    private readonly long carefulUntil;
    private readonly MessageWriter writer;
    private readonly Setbacks setbacks = new();
    private readonly CancellationTokenSource stopping;
    private readonly Sender sender;
    private readonly Parts parts;
    private readonly InFlight inFlight;
    private readonly Checkpointer checkpoints;
    private Exception? failure;

    /// <param name="known">The last event of every part, as of the checkpoint.</param>
    /// <param name="carefulUntil">Up to this position messages go one by one, because one of them was refused.</param>
    public PublisherSession(
        PublisherContext context, PublisherTenure tenure, IReadOnlyList<PublishedPart> known, long carefulUntil, CancellationToken stop)
    {
        (this.context, this.tenure, this.carefulUntil) = (context, tenure, carefulUntil);
        writer = new MessageWriter(tenure.Epoch);
        stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        sender = new Sender(context.Options, context.State.Trouble);
        parts = new Parts(known);
        inFlight = new InFlight(tenure.Position, context.Options.InFlightEvents, context.Options.InFlightBytes, parts.Previous);
        checkpoints = new Checkpointer(context, tenure, parts, inFlight, setbacks, Fail);
    }

    /// <returns>Only when it was told to stop.</returns>
    /// <exception cref="Exception">What failed: one of this folder's, or the store's.</exception>
    public async Task Run()
    {
        var writing = checkpoints.Run(stopping.Token);
        try
        {
            await SendAll(stopping.Token);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            Fail(error);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever stopping interrupts: the reason is in failure, or there is none.
        }
        await stopping.CancelAsync();
        await writing;
        if (failure is { } why)
            throw why;
        await checkpoints.Write(CancellationToken.None);
    }

    public void Dispose()
    {
        sender.Dispose();
        stopping.Dispose();
    }

    private async Task SendAll(CancellationToken stop)
    {
        await context.Parked.Refresh(stop);
        Task<IReadOnlyList<RecordedEvent>>? next = null;
        while (true)
        {
            var batch = await (next ?? context.Store.ReadLog(inFlight.Read, context.Options.BatchEvents, stop));
            // While a full batch goes out, the next one is read.
            next = batch.Count == context.Options.BatchEvents
                ? context.Store.ReadLog(batch[^1].Position, context.Options.BatchEvents, stop)
                : null;
            foreach (var recorded in batch)
                await Send(recorded, stop);
            if (batch.Count == 0)
                await context.Store.WaitBeyond(inFlight.Read, IdleLook, stop);
            if (await context.Parked.Refresh(stop) || context.Parked.Count > 0)
                await ReplayWhatIsAskedFor(stop);
        }
    }

    private async ValueTask Send(RecordedEvent recorded, CancellationToken stop)
    {
        var (part, topic, partition, previous) = parts.Add(recorded);
        if (setbacks.IsParked(recorded.Stream, recorded.Version) || context.Parked.IsParked(recorded.Stream, recorded.Version))
        {
            await inFlight.WaitForRoom(0, stop);
            setbacks.Wait(recorded, previous);
            inFlight.Begin(recorded.Position, part, 0);
            inFlight.End(recorded.Position, 0);
            return;
        }
        var size = recorded.Data.Length + HeaderBytes;
        await inFlight.WaitForRoom(size, stop);
        var alone = size > Sender.LargeMessage || recorded.Position <= carefulUntil;
        if (alone)
            await inFlight.WaitUntilEmpty(stop);
        var message = writer.Write(recorded, previous);
        inFlight.Begin(recorded.Position, part, size);
        var handedOver = context.Metrics.Sending();
        if (alone)
        {
            if (await SendAlone(topic, partition, message, stop) is { } refusal)
                context.Refuse(setbacks, recorded, previous, refusal);
            else
                context.Metrics.Sent(recorded, handedOver);
            inFlight.End(recorded.Position, size);
        }
        else if (sender.Send(topic, partition, message, report => Delivered(report, recorded, size, handedOver)) is { } error)
        {
            if (!Sender.IsRefusal(error))
                throw new SendFailedException(error.Reason);
            context.Refuse(setbacks, recorded, previous, error);
            inFlight.End(recorded.Position, size);
        }
    }

    private void Delivered(DeliveryReport<byte[], byte[]> report, RecordedEvent recorded, int size, DateTimeOffset? handedOver)
    {
        if (report.Error.Code == ErrorCode.NoError)
        {
            context.State.Flows();
            context.Metrics.Published(1);
            context.Metrics.Sent(recorded, handedOver);
            inFlight.End(recorded.Position, size);
        }
        else
        {
            Fail(Sender.IsRefusal(report.Error)
                ? new MessageRefusedException(report.Error.Reason, inFlight.Read)
                : new SendFailedException(report.Error.Reason));
        }
    }

    /// <returns>Why the message is refused; null when it arrived.</returns>
    private async Task<Error?> SendAlone(string topic, int partition, Message<byte[], byte[]> message, CancellationToken stop)
    {
        var told = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        var error = sender.Send(topic, partition, message, report => told.TrySetResult(report.Error)) ?? await told.Task.WaitAsync(stop);
        if (error.Code == ErrorCode.NoError)
        {
            context.State.Flows();
            context.Metrics.Published(1);
            return null;
        }
        return Sender.IsRefusal(error) ? error : throw new SendFailedException(error.Reason);
    }

    /// <summary>
    /// Nothing else is on its way meanwhile: what waited of the stream goes out before anything newer of it. Crashing on the
    /// way is harmless, it begins again.
    /// </summary>
    private async Task ReplayWhatIsAskedFor(CancellationToken stop)
    {
        foreach (var asked in context.Parked.ReplayRequests)
        {
            await inFlight.WaitUntilEmpty(stop);
            if (!await checkpoints.Write(stop))
                return;
            await Replay(asked, stop);
            await context.Parked.Refresh(stop);
        }
    }

    private async Task Replay(ParkedStream parked, CancellationToken stop)
    {
        foreach (var waiting in await context.Lease.ReadWaiting(parked.Stream, stop))
        {
            var recorded = (await context.Store.ReadStream(parked.Stream, waiting.Version - 1, 1, stop))[0];
            var repair = (await context.Store.FindRepairs([recorded.EventId], stop)).FirstOrDefault(found => found.Tenant == parked.Stream.Tenant);
            var (topic, partition) = Parts.Of(parked.Stream);
            if (await SendAlone(topic, partition, writer.Write(recorded, waiting.PreviousPosition, repair), stop) is { } refusal)
            {
                var poison = PublisherContext.Poison(recorded, refusal);
                await context.Lease.ParkAgain(tenure.Epoch, parked, poison, stop);
                return;
            }
        }
        await context.Lease.Release(tenure.Epoch, parked, stop);
    }

    private void Fail(Exception error)
    {
        if (Interlocked.CompareExchange(ref failure, error, null) is null)
            stopping.CancelAsync();
    }
}
