using Microsoft.Extensions.Hosting;
using Npgsql;
using OrleansOrders.Cli.Bench;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// R7: our log-consistency provider beside Orleans' LogStorage, which keeps a grain's whole log in one value and writes it
/// anew with every event. The same grain and the same server; each grain waits for its event before it writes the next.
/// </summary>
/// <param name="start">Events of each grain before the clock starts.</param>
/// <param name="notes">What each grain then writes.</param>
internal sealed class JournalContest(BenchDatabase database, IHost silo, string id, string streams, int start, int notes) : IContest
{
    private const int Length = 100;

    private int ours;
    private int theirs;

    public Headline Headline { get; } = new(
        id, $"grain appends/s, JournaledGrain on our provider, {streams}", "Orleans' LogStorage on ADO.NET PostgreSQL", "events/s", 10, 50);

    /// <param name="notes">Written around the length, so that it is the length on average.</param>
    public static async Task<JournalContest> AtLength(BenchServer server, int notes, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        return new JournalContest(
            database, await BenchmarkSilo.StartWithJournals(database), "R7", $"streams of {Length} events", Length - (notes / 2), notes);
    }

    /// <summary>From the first event to the hundredth, which is half the work for LogStorage.</summary>
    public static async Task<JournalContest> FromTheFirst(BenchServer server, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        return new JournalContest(database, await BenchmarkSilo.StartWithJournals(database), "R7f", $"from 0 to {Length} events", 0, Length);
    }

    public Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation) => Run<IPostgresNotebookGrain>(
        ++ours, "select count(*) from streams where version = $1", cancellation);

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) => Run<ILogStorageNotebookGrain>(
        ++theirs, "select count(*) from orleans_grain_states where convert_from(payload, 'UTF8') like '%\"GlobalVersion\":' || $1 || ',%'", cancellation);

    public async ValueTask DisposeAsync()
    {
        await silo.StopAsync();
        silo.Dispose();
        await database.DisposeAsync();
    }

    private async Task<Measured> Run<TGrain>(int round, string whole, CancellationToken cancellation)
        where TGrain : INotebookGrain
    {
        cancellation.ThrowIfCancellationRequested();
        var grains = await Notebooks.Fill<TGrain>(silo.Grains(), $"{round}", start);
        var stretch = await Stretch.Measure(database.Server, () => Notebooks.Write(grains, notes, start));
        await CheckStored(whole, round * Notebooks.Writers, cancellation);
        return stretch.Rate(notes * Notebooks.Writers);
    }

    // A grain's own count says what it believes.
    private async Task CheckStored(string whole, int grains, CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(whole);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = start + notes });
        var stored = (long)(await command.ExecuteScalarAsync(cancellation))!;
        if (stored != grains)
            throw new InvalidOperationException($"Of {grains} streams of {start + notes} events, {stored} are whole in the database.");
    }
}
