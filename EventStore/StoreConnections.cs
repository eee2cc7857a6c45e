using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>How connections are set that read and write by keys: the store's, and those of whoever follows the log.</summary>
public static class StoreConnections
{
    // The usual 8 KiB end after twenty events, and every end costs a system call and often a change of threads.
    private const int ReadBufferSize = 64 * 1024;

    // More statements than any part of the product repeats: parsing and planning one costs as much as carrying it out.
    private const int AutoPrepared = 64;

    /// <summary>
    /// A pool that is known by its name where pools are measured, and not by how it connects. It does not ask the server what
    /// types there are: none is our own, and the answer takes the server 10 ms.
    /// </summary>
    /// <param name="name">One word or two, <c>read-models</c>.</param>
    public static NpgsqlDataSource Open(string connectionString, string name)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = name };
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>
    /// Every row is found by a key, and the planner is told so: a statement that was prepared while its table was empty would
    /// read the whole of it until the next analysis, which on a young log took most of the server's time. Nothing is set in a
    /// session that the next user of its connection would have to be kept from. A plan that is only forbidden looks dear, and a
    /// server that compiles dear plans, as most do by default, took 300 ms over an append of 0.7 ms: it is told not to.
    /// </summary>
    /// <param name="most">Connections, at most.</param>
    public static string Tune(string connectionString, int most)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = most,
            NoResetOnClose = true,
            ReadBufferSize = ReadBufferSize,
            MaxAutoPrepare = AutoPrepared,
            AutoPrepareMinUsages = 2,
            PersistSecurityInfo = true,
        };
        builder.Options = $"{builder.Options} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off".Trim();
        return builder.ConnectionString;
    }
}
