using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// Notices what other processes append: one look at the log's end every few milliseconds, shared by all who wait, and
/// none while nobody waits. Our own appends ring the doorbell by themselves, and their answers say where the log ends: while
/// one is on its way, nobody looks.
/// </summary>
/// <param name="isAppending">Whether a batch of this process is on its way.</param>
internal sealed class EndWatcher(
    NpgsqlDataSource dataSource, EventStoreOptions options, TimeProvider time, Doorbell doorbell, Func<bool> isAppending) : IAsyncDisposable
{
    /// <summary>Looks that are left out in a row, at most: an append may wait for long.</summary>
    private const int MostOmitted = 10;

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _polling = Task.CompletedTask;
    private bool _isPolling;
    private int _waiters;

    public async Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation)
    {
        if (doorbell.End > position)
            return true;
        Enter();
        try
        {
            return await doorbell.WaitBeyond(position, limit, cancellation);
        }
        finally
        {
            lock (_gate)
                _waiters--;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _polling;
        _closing.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            _waiters++;
            if (_isPolling || _closing.IsCancellationRequested)
                return;
            _isPolling = true;
            var earlier = _polling;
            _polling = Task.Run(async () =>
            {
                await earlier;
                await Poll();
            });
        }
    }

    private bool IsWanted()
    {
        lock (_gate)
            return _isPolling = _waiters > 0 && !_closing.IsCancellationRequested;
    }

    /// <summary>The connection is kept while somebody waits: projections always do.</summary>
    private async Task Poll()
    {
        NpgsqlConnection? connection = null;
        for (var omitted = 0; IsWanted();)
        {
            try
            {
                omitted = isAppending() && omitted < MostOmitted ? omitted + 1 : 0;
                if (omitted == 0)
                {
                    connection ??= await dataSource.OpenConnectionAsync(_closing.Token);
                    doorbell.Ring(await LogReader.ReadEnd(connection, _closing.Token));
                }
                await Task.Delay(options.PollInterval, time, _closing.Token);
            }
            catch (Exception) when (!_closing.IsCancellationRequested)
            {
                // Those who wait time out, read the log, and meet the error there.
                await Close(connection);
                connection = null;
                await Task.Delay(PauseAfterError, time, CancellationToken.None);
            }
            catch (Exception)
            {
                // Closing interrupts whatever was under way; the loop's condition ends it.
            }
        }
        await Close(connection);
    }

    private static async ValueTask Close(NpgsqlConnection? connection)
    {
        if (connection is not null)
            await connection.DisposeAsync();
    }
}
