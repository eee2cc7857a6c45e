using Npgsql;
using Orleans.Runtime;

namespace OrleansOrders.Silo;

/// <summary>Why no work should be sent to this silo.</summary>
internal sealed class SiloReadiness(NpgsqlDataSource database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private volatile IServiceProvider? _services;
    private volatile bool _isStopping;

    /// <summary>The silo has joined.</summary>
    public void Joined(IServiceProvider services) => _services = services;

    public void Stopping() => _isStopping = true;

    public async Task<IReadOnlyList<string>> FindReasons(CancellationToken cancellation)
    {
        if (_isStopping)
            return ["The silo is stopping."];
        if (_services is not { } services)
            return ["The silo has not joined the cluster yet."];
        var reasons = new List<string>();
        if (services.GetRequiredService<ISiloStatusOracle>().CurrentStatus is not SiloStatus.Active and var status)
            reasons.Add($"The silo is not active but {status}.");
        if (!await Answers(cancellation))
            reasons.Add("The database does not answer.");
        // A stream that cannot be read is not among them: it is parked, see the dead letters, and the silo serves all others.
        return reasons;
    }

    private async Task<bool> Answers(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return false;
        }
    }
}
