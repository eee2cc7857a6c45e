using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>The newest repair of every repaired event. They are few: a person wrote each.</summary>
internal static class RepairedEvents
{
    private const string Newest = """
        select distinct on (tenant, event_id) tenant, event_id, number, type, data::text, actor, reason, repaired_at
        from event_repairs order by tenant, event_id, number desc
        """;

    public static async Task<IReadOnlyDictionary<(string Tenant, Guid EventId), EventRepair>> Read(
        LogSnapshot snapshot, CancellationToken cancellation)
    {
        var repairs = new Dictionary<(string, Guid), EventRepair>();
        await foreach (var row in snapshot.Read(Newest, cancellation))
        {
            repairs.Add((row.GetString(0), row.GetGuid(1)), new EventRepair(
                row.GetString(0), row.GetGuid(1), row.GetInt32(2), row.GetString(3), Encoding.UTF8.GetBytes(row.GetString(4)),
                row.GetString(5), row.GetString(6), row.GetFieldValue<DateTimeOffset>(7)));
        }
        return repairs;
    }
}
