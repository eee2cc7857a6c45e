using Npgsql;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Another database with the same rows.</summary>
internal static class DatabaseCopy
{
    /// <param name="original">Nobody may be connected to it while it is copied.</param>
    public static async Task<BenchDatabase> Of(BenchServer server, BenchDatabase original, CancellationToken cancellation)
    {
        original.Source.Clear();
        var source = new NpgsqlConnectionStringBuilder(original.ConnectionString);
        var name = $"bench_{Guid.NewGuid():n}";
        var maintenance = new NpgsqlConnectionStringBuilder(original.ConnectionString) { Database = "postgres" }.ConnectionString;
        // Vacuum would come back on its own; anybody else has closed already.
        await BenchDatabase.Execute(
            maintenance, $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{source.Database}'", cancellation);
        await BenchDatabase.Execute(maintenance, $"create database {name} template {source.Database}", cancellation);
        return new BenchDatabase(server, new NpgsqlConnectionStringBuilder(original.ConnectionString) { Database = name }.ConnectionString);
    }
}
