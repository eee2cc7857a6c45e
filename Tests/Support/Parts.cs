namespace OrleansOrders.Tests.Support;

/// <summary>What a fixture has started, which ends in the opposite order.</summary>
internal sealed class Parts : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = new();

    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        started.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var last))
            await last.DisposeAsync();
    }
}
