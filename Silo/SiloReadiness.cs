using Npgsql;
using Orleans.Runtime;
using OrleansOrders.Hosting;

namespace OrleansOrders.Silo;

/// <summary>Whether the silo has joined, why no work should be sent to it, and what somebody has to see to.</summary>
internal sealed class SiloReadiness(NpgsqlDataSource database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private volatile IServiceProvider? _services;
    private Func<IReadOnlyList<string>> _findTroubles = () => [];
    private volatile bool _isStopping;

    /// <summary>The silo has joined.</summary>
    /// <param name="findTroubles">Must answer at once.</param>
    public void Joined(IServiceProvider services, Func<IReadOnlyList<string>> findTroubles) => (_findTroubles, _services) = (findTroubles, services);

    public void Stopping() => _isStopping = true;

    public async Task<HealthReport> Look(CancellationToken cancellation) =>
        new(_services is not null, await FindObstacles(cancellation), _services is null ? [] : _findTroubles());

    private async Task<IReadOnlyList<string>> FindObstacles(CancellationToken cancellation)
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
