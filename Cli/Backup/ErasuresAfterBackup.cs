using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Backup;

/// <summary>A customer who was erased.</summary>
public sealed record Erasure(string Tenant, string CustomerId);

/// <summary>
/// Customers who were erased after the backup was made, and whom a restore would bring back. The list is the caller's: one
/// JSON object in each line, <c>{"tenant": "default", "customerId": "ada"}</c>. Erasing again is done as any erasure is.
/// </summary>
internal static class ErasuresAfterBackup
{
    /// <exception cref="Failure">A line is not one of the list's.</exception>
    public static async Task<IReadOnlyList<Erasure>> Read(string path, CancellationToken cancellation)
    {
        var erasures = new List<Erasure>();
        var number = 0;
        foreach (var line in await File.ReadAllLinesAsync(path, cancellation))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            erasures.Add(Parse(line) ?? throw new Failure(
                ExitCodes.BadInput, $"Line {number} of {path} is not {{\"tenant\": ..., \"customerId\": ...}}: correct it; nothing was restored."));
        }
        return erasures;
    }

    /// <returns>How many are erased now.</returns>
    public static async Task<int> Apply(
        NpgsqlDataSource database, Guid backup, IReadOnlyList<Erasure> erasures, TimeProvider time, CancellationToken cancellation)
    {
        if (erasures.Count == 0)
            return 0;
        await using var store = new PostgresEventStore(database, new EventStoreOptions(), time);
        await using var aggregates = new Aggregates(store, new EngineOptions());
        var erased = 0;
        foreach (var (tenant, customer) in erasures)
        {
            var command = Ids.Derive("erasure after a backup", tenant, $"{backup:n} {customer}");
            // Also whom the backup does not know: a guest never registered, and nobody who was erased may be given a key again.
            var outcome = await aggregates.Execute(
                customer, new EraseCustomer(time.GetUtcNow(), customer), new CommandContext(tenant, command, "orders restore", command), cancellation);
            erased += outcome is CommandOutcome.Done ? 1 : 0;
        }
        return erased;
    }

    private static Erasure? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Erasure>(line, JsonSerializerOptions.Web) is { Tenant.Length: > 0, CustomerId.Length: > 0 } erasure ? erasure : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
