using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;

namespace OrleansOrders.Silo;

/// <summary>
/// What all silos of a cluster must have alike. It stands in the database; whoever comes with something else, while silos of
/// that cluster are alive, stops. When none is, the newcomer's settings replace it.
/// </summary>
internal sealed class ClusterSettings(NpgsqlDataSource database, SiloSettings settings)
{
    private readonly SortedDictionary<string, string> _own = new(StringComparer.Ordinal)
    {
        ["service id (--service)"] = settings.Service,
        ["contract version (of the program)"] = $"{ContractVersion.Current}",
        ["log partitions (of the program)"] = $"{OrdersSilo.FeedPartitions}",
    };

    /// <summary>Before joining.</summary>
    /// <exception cref="Failure">The cluster runs with other settings.</exception>
    public async Task Claim(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select claim_cluster_settings($1, $2, $3)");
        command.Parameters.AddWithValue(settings.Cluster);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(_own));
        command.Parameters.AddWithValue(ClusterTuning.GoneAfter);
        Compare(await command.ExecuteScalarAsync(cancellation));
    }

    /// <summary>After joining: two that came at the same time, with different settings, both found nobody.</summary>
    /// <exception cref="Failure">Somebody else's settings stand.</exception>
    public async Task Confirm(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select settings from cluster_settings where cluster_id = $1");
        command.Parameters.AddWithValue(settings.Cluster);
        Compare(await command.ExecuteScalarAsync(cancellation));
    }

    private void Compare(object? found)
    {
        var standing = JsonSerializer.Deserialize<Dictionary<string, string>>((string)found!)!;
        foreach (var (name, own) in _own)
        {
            if (standing.GetValueOrDefault(name) is var other && other != own)
                throw new Failure(
                    ExitCodes.BadInput,
                    $"Cluster {settings.Cluster} is running with {name} {other ?? "unset"}, this silo has {own}: give it the same, "
                    + "stop the others first, or name another cluster with --cluster.");
        }
    }
}
