using Npgsql;

namespace OrleansOrders.Cli.Backup;

/// <summary>Which tables a backup holds.</summary>
internal static class BackupTables
{
    // Not in it: what migrations say of themselves (the manifest does), what a rebuild has not finished (named with two
    // underscores), and who is alive at the moment.
    private const string Columns = """
        select c.relname, a.attname
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = '' and strpos(c.relname, '__') = 0
            and c.relname not in ('schema_migrations', 'schema_versions', 'orleans_silos', 'orleans_clusters', 'feed_readers', 'webhook_senders')
        order by c.relname, a.attnum
        """;

    private const string References = """
        select r.conrelid::regclass::text, r.confrelid::regclass::text
        from pg_constraint r join pg_class c on c.oid = r.conrelid
        where r.contype = 'f' and c.relnamespace = current_schema()::regnamespace and r.conrelid <> r.confrelid
        """;

    /// <summary>With their columns, whoever is referred to before who refers.</summary>
    public static async Task<IReadOnlyList<(string Name, IReadOnlyList<string> Columns)>> Read(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var columns = (await ReadPairs(connection, Columns, cancellation)).ToLookup(pair => pair.First, pair => pair.Second);
        var references = (await ReadPairs(connection, References, cancellation)).ToLookup(pair => pair.First, pair => pair.Second);
        var ordered = new List<string>();
        foreach (var table in columns)
            Visit(table.Key);
        return [.. ordered.Select(name => (name, (IReadOnlyList<string>)[.. columns[name]]))];

        void Visit(string name)
        {
            if (ordered.Contains(name) || !columns.Contains(name))
                return;
            foreach (var before in references[name])
                Visit(before);
            ordered.Add(name);
        }
    }

    /// <summary>Every installed SQL file with its checksum.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadSchema(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await ReadPairs(connection, "select \"set\" || '/' || name, checksum from schema_migrations order by 1", cancellation))
            .ToDictionary(pair => pair.First, pair => pair.Second);

    public static string Listed(IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"\"{column}\""));

    public static async Task<IReadOnlyList<(string First, string Second)>> ReadPairs(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var pairs = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation))
            pairs.Add((reader.GetString(0), reader.GetString(1)));
        return pairs;
    }
}
