using System.Globalization;
using Npgsql;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>
/// Everything that a run has left, judged: what its clients were told, the log, the receipts, the provider's books, the read
/// models, and what was published where something is. Invariants 1 to 9; empty when all of them hold.
/// </summary>
internal static class HistoryCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    // Its saga's last event, for every order that was placed.
    private const string UnderWay = """
        select count(*) from (
            select tenant, substr(stream_id, 7) as order_id from events where type = 'order-placed.v1'
            except
            select tenant, substr(stream_id, 12) from (
                select distinct on (tenant, stream_id) tenant, stream_id, type from events
                where stream_id like 'fulfilment-%' order by tenant, stream_id, version desc) last
            where type in ('fulfilment-completed.v1', 'fulfilment-compensated.v1', 'fulfilment-parked.v1')
        ) open
        """;

    private const string Unreacted = "select count(*) from reaction_checkpoints c, log l where c.name = 'fulfilment' and c.position < l.position";

    /// <param name="published">What is wrong with the topics; null when nothing is published.</param>
    public static async Task<IReadOnlyList<Finding>> Run(
        string connectionString, ClientHistory history, Func<Task<IReadOnlyList<string>>>? published = null)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        var findings = new List<Finding>();
        if (!await ComesToRest(database))
            findings.Add(new Finding(6, await DescribeUnrest(database)));
        var report = await new Verification(database, connectionString, TimeProvider.System).Run(logOnly: false, _ => { }, CancellationToken.None);
        findings.AddRange(report.Invariants.Where(one => one.Verdict == Verdict.Violated)
            .Select(one => new Finding(one.Number, $"{one.Name}: {string.Join("; ", one.First)}")));
        findings.AddRange(HistoryJudge.Judge(history.Invocations, history.Readings, await Evidence.Read(database), Tenants.All));
        if (published is not null)
            findings.AddRange((await published()).Select(what => new Finding(7, what)));
        return findings;
    }

    private static async Task<bool> ComesToRest(NpgsqlDataSource database)
    {
        try
        {
            await Eventually.True(() => IsAtRest(database), Patience);
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false;
        }
    }

    private static async Task<bool> IsAtRest(NpgsqlDataSource database)
    {
        var end = await Count(database, "select position from log");
        return await Count(database, UnderWay) == 0 && await Count(database, Unreacted) == 0 && await Count(database, Behind(end)) == 0
            && await Count(database, "select position from log") == end;
    }

    private static async Task<string> DescribeUnrest(NpgsqlDataSource database)
    {
        var end = await Count(database, "select position from log");
        var (sagas, checkpoints, models) = (await Count(database, UnderWay), await Count(database, Unreacted), await Count(database, Behind(end)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"after {Patience.TotalSeconds} s {sagas} sagas are under way, {checkpoints} checkpoints and {models} read models are behind the log's end {end}");
    }

    private static string Behind(long end)
    {
        var names = string.Join(',', ReadModelCatalog.All.Select(model => $"'{model.Name}'"));
        var topics = string.Join(',', ReadModelCatalog.All.Select(model => $"'{PublishedEvents.TopicOf(model.StreamType)}'"));
        return string.Create(
            CultureInfo.InvariantCulture, $"select count(*) from read_projection_positions(array[{names}], array[{topics}]) where r_position < {end}");
    }

    private static async Task<long> Count(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
