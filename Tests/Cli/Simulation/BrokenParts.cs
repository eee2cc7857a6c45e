using OrleansOrders.Cli.Simulation;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;

namespace OrleansOrders.Tests.Cli.Simulation;

/// <summary>Every request is a new one, whatever its key.</summary>
internal sealed class BooksWithoutKeys(IProviderBooks inner) : IProviderBooks
{
    private int requests;

    public Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) =>
        Task.FromResult<ProviderRecord?>(null);

    public Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation)
    {
        var key = $"{request.IdempotencyKey}/{++requests}";
        return inner.Perform(
            request with { IdempotencyKey = key }, _ => decide([]) with { IdempotencyKey = key, Code = null }, cancellation);
    }

    public IAsyncEnumerable<LedgerEntry> ReadAll(CancellationToken cancellation) => inner.ReadAll(cancellation);
}

/// <summary>The money is not given back, although everybody is told that it is.</summary>
internal sealed class ProviderThatKeepsTheMoney(IPaymentProvider inner) : IPaymentProvider
{
    public Task<ProviderReply> Authorize(ProviderRequest request, CancellationToken cancellation) => inner.Authorize(request, cancellation);

    public Task<ProviderReply> Capture(ProviderRequest request, string authorization, CancellationToken cancellation) =>
        inner.Capture(request, authorization, cancellation);

    public Task<ProviderReply> Void(ProviderRequest request, string authorizationKey, CancellationToken cancellation) =>
        Task.FromResult<ProviderReply>(new ProviderReply.Succeeded("void"));

    public Task<ProviderReply> Refund(ProviderRequest request, string capture, CancellationToken cancellation) =>
        Task.FromResult<ProviderReply>(new ProviderReply.Succeeded("refund"));

    public Task<ProviderReply?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) =>
        inner.Find(tenant, idempotencyKey, cancellation);
}

/// <summary>A call that gave no answer is taken for one that did not happen.</summary>
internal sealed class ProviderWhoseTimeoutsMeanNo(IPaymentProvider inner) : IPaymentProvider
{
    public Task<ProviderReply> Authorize(ProviderRequest request, CancellationToken cancellation) => NoAnswerIsNo(inner.Authorize(request, cancellation));

    public Task<ProviderReply> Capture(ProviderRequest request, string authorization, CancellationToken cancellation) =>
        NoAnswerIsNo(inner.Capture(request, authorization, cancellation));

    public Task<ProviderReply> Void(ProviderRequest request, string authorizationKey, CancellationToken cancellation) =>
        inner.Void(request, authorizationKey, cancellation);

    public Task<ProviderReply> Refund(ProviderRequest request, string capture, CancellationToken cancellation) =>
        NoAnswerIsNo(inner.Refund(request, capture, cancellation));

    public Task<ProviderReply?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) =>
        inner.Find(tenant, idempotencyKey, cancellation);

    private static async Task<ProviderReply> NoAnswerIsNo(Task<ProviderReply> call)
    {
        try
        {
            return await call;
        }
        catch (TimeoutException)
        {
            return new ProviderReply.Refused("timeout");
        }
    }
}

/// <summary>The reactions' position is written down before their work is done.</summary>
internal sealed class CheckpointBeforeWork(World world, IReactionCheckpoint inner) : IReactionCheckpoint
{
    public Task<long> Read(CancellationToken cancellation) => inner.Read(cancellation);

    public async Task Write(long position, CancellationToken cancellation) =>
        await inner.Write(await world.Log.ReadEnd(cancellation), cancellation);
}

/// <summary>The reactions of a new process begin at the log's end: what the old one had begun is nobody's.</summary>
internal sealed class CheckpointAtTheEnd(World world) : IReactionCheckpoint
{
    public Task<long> Read(CancellationToken cancellation) => world.Log.ReadEnd(cancellation);

    public Task Write(long position, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>The publisher's position is written down before everything up to there has arrived.</summary>
internal sealed class PublisherThatAdvancesFirst(World world, IPublisherBook inner) : IPublisherBook
{
    public Tenure? Lease(string owner, TimeSpan lease) => inner.Lease(owner, lease);

    public bool Checkpoint(long epoch, long position) => inner.Checkpoint(epoch, world.Log.ReadEnd(CancellationToken.None).Result);
}

/// <summary>Whoever asks may publish, and writes down what it knows, whoever else does.</summary>
internal sealed class PublisherWithoutEpochs(World world, IPublisherBook inner) : IPublisherBook
{
    private long epoch = 1;

    public Tenure? Lease(string owner, TimeSpan lease) =>
        inner.Lease(owner, lease) is { } tenure ? tenure with { Epoch = epoch = tenure.Epoch } : new Tenure(epoch, world.PublisherBook.Position);

    public bool Checkpoint(long writer, long position) =>
        inner.Checkpoint(epoch, Math.Max(position, world.PublisherBook.Position + 1));
}
