using Microsoft.Extensions.Hosting;
using Npgsql;
using OrleansOrders.Cli.Bench;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// R7: our log-consistency provider beside Orleans' LogStorage, which keeps a grain's whole log in one value and writes it
/// anew with every event. The same grain and the same server; each grain waits for its event before it writes the next.
/// </summary>
/// <param name="ours">What each grain writes with our provider.</param>
/// <param name="theirs">What each grain writes with LogStorage.</param>
internal sealed class JournalContest(BenchDatabase database, IHost silo, string id, string streams, Notes ours, Notes theirs) : IContest
{
    private const int Length = 100;

    private int ourRounds;
    private int theirRounds;

    public Headline Headline { get; } = new(
        id, $"grain appends/s, JournaledGrain on our provider, {streams}", "Orleans' LogStorage on ADO.NET PostgreSQL", "events/s", 10, 50);

    /// <summary>
    /// Written around the length, so that it is the length on average. Ours writes a hundred and with them one snapshot, as it does
    /// for ever; LogStorage, which would take minutes for that, a tenth.
    /// </summary>
    public static async Task<JournalContest> AtLength(BenchServer server, bool isQuick, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        return new JournalContest(
            database, await BenchmarkSilo.StartWithJournals(database), "R7", $"streams of {Length} events",
            Notes.Around(Length, isQuick ? 20 : 100), Notes.Around(Length, isQuick ? 2 : 10));
    }

    /// <summary>From the first event to the hundredth, which is half the work for LogStorage.</summary>
    public static async Task<JournalContest> FromTheFirst(BenchServer server, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        var notes = new Notes(0, Length);
        return new JournalContest(database, await BenchmarkSilo.StartWithJournals(database), "R7f", $"from 0 to {Length} events", notes, notes);
    }

    public Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation) => Run<IPostgresNotebookGrain>(
        ours, ++ourRounds, "select count(*) from streams where version = $1", cancellation);

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) => Run<ILogStorageNotebookGrain>(
        theirs, ++theirRounds, "select count(*) from orleans_grain_states where convert_from(payload, 'UTF8') like '%\"GlobalVersion\":' || $1 || ',%'",
        cancellation);

    public async ValueTask DisposeAsync()
    {
        await silo.StopAsync();
        silo.Dispose();
        await database.DisposeAsync();
    }

    private async Task<Measured> Run<TGrain>(Notes notes, int round, string whole, CancellationToken cancellation)
        where TGrain : INotebookGrain
    {
        cancellation.ThrowIfCancellationRequested();
        var grains = await Notebooks.Fill<TGrain>(silo.Grains(), $"{round}", notes.Start);
        var stretch = await Stretch.Measure(database.Server, () => Notebooks.Write(grains, notes.Count, notes.Start));
        await CheckStored(whole, notes.End, round * Notebooks.Writers, cancellation);
        return stretch.Rate(notes.Count * Notebooks.Writers);
    }

    // A grain's own count says what it believes.
    private async Task CheckStored(string whole, int length, int grains, CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(whole);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = length });
        var stored = (long)(await command.ExecuteScalarAsync(cancellation))!;
        if (stored != grains)
            throw new InvalidOperationException($"Of {grains} streams of {length} events, {stored} are whole in the database.");
    }
}

/// <summary>What each grain writes in a round.</summary>
/// <param name="Start">Events that it holds before the clock starts.</param>
internal readonly record struct Notes(int Start, int Count)
{
    public int End => Start + Count;

    public static Notes Around(int length, int count) => new(length - (count / 2), count);
}
