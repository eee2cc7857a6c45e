using System.Diagnostics;
using Npgsql;

namespace OrleansOrders.Cli.Bench;

/// <summary>Prepared statements that the server carries out by itself, over and over, on connections of their own: what no client can exceed.</summary>
internal static class ReferenceLoad
{
    public static string Sql(string name)
    {
        using var stream = typeof(ReferenceLoad).Assembly.GetManifestResourceStream($"bench.{name}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A new database with the tables of both sides.</summary>
    public static async Task<BenchDatabase> CreateDatabase(BenchServer server, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        await database.Execute(Sql("tables"), cancellation);
        return database;
    }

    /// <summary>The streams that <c>read_stream</c> reads.</summary>
    public static async Task Fill(BenchDatabase database, int streams, CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(Sql("fill_streams"));
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = streams });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="units">What one statement does.</param>
    /// <param name="streams">How many there are to draw from, where the statement reads one.</param>
    public static async Task<Measured> Run(
        BenchDatabase database, string statement, int connections, int units, TimeSpan time, CancellationToken cancellation, int streams = 0)
    {
        var sql = Sql(statement);
        var sessions = new List<Session>();
        try
        {
            for (var i = 0; i < connections; i++)
                sessions.Add(await Session.Open(database, sql, new Random(i), streams, cancellation));
            var done = 0L;
            var stretch = await Stretch.Measure(database.Server, async () =>
            {
                var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
                done = (await Task.WhenAll(sessions.Select(session => Task.Run(() => session.Repeat(until, cancellation), cancellation)))).Sum();
            });
            return stretch.Rate(done * (double)units, units);
        }
        finally
        {
            foreach (var session in sessions)
                await session.DisposeAsync();
        }
    }

    private sealed class Session(NpgsqlConnection connection, NpgsqlCommand command, Random random, int streams) : IAsyncDisposable
    {
        public static async Task<Session> Open(BenchDatabase database, string sql, Random random, int streams, CancellationToken cancellation)
        {
            var connection = await database.Source.OpenConnectionAsync(cancellation);
            // As pgbench has them: in text.
            var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0, AllResultTypesAreUnknown = true };
            if (sql.Contains("$1", StringComparison.Ordinal))
                command.Parameters.Add(new NpgsqlParameter<int>());
            await command.PrepareAsync(cancellation);
            return new Session(connection, command, random, streams);
        }

        public async Task<long> Repeat(long until, CancellationToken cancellation)
        {
            var done = 0L;
            for (; Stopwatch.GetTimestamp() < until; done++)
                await Execute(cancellation);
            return done;
        }

        public async ValueTask DisposeAsync()
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
        }

        // Rows are received and thrown away: pgbench does the same.
        private async Task Execute(CancellationToken cancellation)
        {
            if (command.Parameters is [NpgsqlParameter<int> stream])
                stream.TypedValue = random.Next(1, streams + 1);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
