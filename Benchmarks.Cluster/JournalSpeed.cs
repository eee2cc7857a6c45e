using Microsoft.Extensions.Hosting;
using Npgsql;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// Our log-consistency provider beside Orleans' LogStorage, which keeps a grain's whole log in one value and writes it
/// anew with every event. The same grain and the same server; at the end of streams of 100 events, and from the first
/// event to the hundredth, which is half the work for LogStorage.
/// </summary>
internal static class JournalSpeed
{
    private const int Length = 100;
    private const double MustBe = 10;

    // Around the length, so that it is the length on average.
    private const int Notes = 30;
    private const int Before = Length - (Notes / 2);

    public static async Task Run(BenchmarkDatabase database, Report report)
    {
        using var silo = await BenchmarkSilo.StartWithJournals(database);
        report.Say($"{Notebooks.Writers} grains, each waits for its event before it writes the next; the providers in turns, after a warm-up");
        await Compare(database, silo, report, $"at {Length} events", Before, Notes, rounds: 5);
        await Compare(database, silo, report, $"from 0 to {Length} events", 0, Length, rounds: 3);
        await silo.StopAsync();
    }

    private static async Task Compare(BenchmarkDatabase database, IHost silo, Report report, string what, int start, int notes, int rounds)
    {
        var ours = new List<Stretch>();
        var theirs = new List<Stretch>();
        for (var round = 0; round <= rounds; round++)
        {
            var one = await Measure<IPostgresNotebookGrain>(database, silo, $"{start}-{round}", start, notes);
            var other = await Measure<ILogStorageNotebookGrain>(database, silo, $"{start}-{round}", start, notes);
            if (round == 0)
                continue; // compiles
            ours.Add(one);
            theirs.Add(other);
        }
        await CheckStored(database, start + notes, (rounds + 1) * Notebooks.Writers);
        var events = notes * Notebooks.Writers;
        var rate = report.Add($"ours, {what}", "events/s", ours.Select(stretch => events / stretch.Elapsed.TotalSeconds));
        var baseline = report.Add($"LogStorage, {what}", "events/s", theirs.Select(stretch => events / stretch.Elapsed.TotalSeconds));
        Stretch.AddProcessor(report, $"ours, {what}", ours, events);
        Stretch.AddProcessor(report, $"LogStorage, {what}", theirs, events);
        report.Judge($"ours / LogStorage, {what}", "times", rate / baseline, $"at least {MustBe}", rate >= MustBe * baseline);
    }

    private static async Task<Stretch> Measure<TGrain>(BenchmarkDatabase database, IHost silo, string name, int start, int notes)
        where TGrain : INotebookGrain
    {
        var grains = await Notebooks.Fill<TGrain>(silo.Grains(), name, start);
        return await Stretch.Measure(database, () => Notebooks.Write(grains, notes, start));
    }

    // A grain's own count says what it believes.
    private static async Task CheckStored(BenchmarkDatabase database, int notes, int grains)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(
            """
            select (select count(*) from streams where version = $1), (select count(*) from orleans_grain_states
                where convert_from(payload, 'UTF8') like '%"GlobalVersion":' || $1 || ',%')
            """);
        command.Parameters.AddWithValue(notes);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (ours, theirs) = (reader.GetInt64(0), reader.GetInt64(1));
        if (ours != grains || theirs != grains)
            throw new InvalidOperationException($"Of {grains} streams of {notes} events, {ours} of ours and {theirs} of LogStorage's are whole in the database.");
    }
}
