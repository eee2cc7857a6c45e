using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Personal;

/// <summary>What is looked for of one erased customer.</summary>
/// <param name="Texts">What must not be found.</param>
/// <param name="SealedMark">What every text that was sealed under the customer's key begins with.</param>
internal sealed record Sought(IReadOnlyList<string> Texts, string SealedMark);

/// <summary>
/// Looks through every row of every table that the database's own catalog knows, whatever the columns hold, for several
/// customers at once: reading everything is what costs.
/// </summary>
/// <param name="lookers">Roles that may read different tables; a table is looked through by the first one that may.</param>
internal sealed class ErasureScan(params IReadOnlyList<NpgsqlDataSource> lookers)
{
    /// <summary>The place that stands for the topics, whose records are the log's own bytes.</summary>
    public const string Topics = "topics";

    // Shorter parts of texts occur everywhere.
    private const int ShortestPart = 5;

    // A row as text has its quotes doubled and its backslashes too, so that a text is looked for in the part without any.
    private static readonly char[] Altered = ['"', '\\', '\n', '\r', '\t', '\b', '\f', '(', ')', ','];

    private const string Tables = """
        select quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.oid = to_regclass('events')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_t%'
        order by 1
        """;

    /// <returns>For each customer, the places; and those that nobody may look through.</returns>
    public async Task<(IReadOnlyList<ErasurePlace>[] Places, IReadOnlyList<UncheckedPlace> Unchecked)> Run(
        IReadOnlyList<Sought> customers, CancellationToken cancellation)
    {
        var places = customers.Select(_ => new List<ErasurePlace>()).ToArray();
        var left = new List<UncheckedPlace>();
        foreach (var (table, isLog) in await ListTables(cancellation))
        {
            if (!await TryLook(table, isLog, customers, places, cancellation))
                left.Add(new UncheckedPlace(table, "This process may not read it."));
        }
        return ([.. places], left);
    }

    /// <summary>In which forms a text can be met: as it is, as JSON writes it, and as the bytes of either.</summary>
    internal static string[] FormsOf(IReadOnlyList<string> texts)
    {
        string[] written = [.. texts.SelectMany(text => (string[])[text, JsonEncodedText.Encode(text).ToString()]).Distinct(StringComparer.Ordinal)];
        return
        [
            .. written.Select(text => text.Split(Altered).MaxBy(part => part.Length)!.Trim().ToLowerInvariant())
                .Where(part => part.Length >= ShortestPart).Distinct(StringComparer.Ordinal),
            .. written.Select(text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))),
        ];
    }

    private async Task<List<(string Name, bool IsLog)>> ListTables(CancellationToken cancellation)
    {
        await using var command = lookers[0].CreateCommand(Tables);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tables = new List<(string, bool)>();
        while (await reader.ReadAsync(cancellation))
            tables.Add((reader.GetString(0), !reader.IsDBNull(1) && reader.GetBoolean(1)));
        return tables;
    }

    private async Task<bool> TryLook(
        string table, bool isLog, IReadOnlyList<Sought> customers, List<ErasurePlace>[] places, CancellationToken cancellation)
    {
        foreach (var looker in lookers)
        {
            try
            {
                await using var connection = await looker.OpenConnectionAsync(cancellation);
                await Look(connection, table, isLog, customers, places, cancellation);
                return true;
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // Perhaps the next one may.
            }
            catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                return true; // a second table of a rebuild, which has ended meanwhile
            }
        }
        return false;
    }

    private static async Task Look(
        NpgsqlConnection connection, string table, bool isLog, IReadOnlyList<Sought> customers, List<ErasurePlace>[] places,
        CancellationToken cancellation)
    {
        // Whole tables are read here; elsewhere these connections are told never to do so, and compile what they must do all the same.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var settings = new NpgsqlCommand("set local enable_seqscan = on; set local jit = off", connection))
            await settings.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
             select c.customer,
                 count(*), count(*) filter (where c.is_readable), count(*) filter (where c.is_sealed),
                 count(*) filter (where r.is_published), count(*) filter (where r.is_published and c.is_readable),
                 count(*) filter (where r.is_published and c.is_sealed)
             from (
                 select lower(t::text) as row, {(isLog ? "t.position <= (select position from kafka_publisher)" : "false")} as is_published
                 from {table} t) r
             cross join lateral (
                 select s.customer, coalesce(bool_or(strpos(r.row, s.text) > 0) filter (where not s.is_mark), false),
                     coalesce(bool_or(strpos(r.row, s.text) > 0) filter (where s.is_mark), false)
                 from unnest($1, $2, $3) s(customer, text, is_mark)
                 group by s.customer) c(customer, is_readable, is_sealed)
             group by c.customer
             """, connection) { CommandTimeout = 0 };
        Bind(command, customers);
        var found = new (ErasurePlace All, ErasurePlace Published)[customers.Count];
        Array.Fill(found, (new ErasurePlace(table, 0, 0, 0), new ErasurePlace(Topics, 0, 0, 0)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found[reader.GetInt32(0)] = (
                new ErasurePlace(table, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)),
                new ErasurePlace(Topics, reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        }
        for (var i = 0; i < found.Length; i++)
        {
            places[i].Add(found[i].All);
            if (isLog)
                places[i].Add(found[i].Published);
        }
    }

    private static void Bind(NpgsqlCommand command, IReadOnlyList<Sought> customers)
    {
        var items = new List<(int Customer, string Text, bool IsMark)>();
        for (var i = 0; i < customers.Count; i++)
        {
            items.Add((i, customers[i].SealedMark.ToLowerInvariant(), true));
            items.Add((i, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(customers[i].SealedMark)), true));
            foreach (var form in FormsOf(customers[i].Texts))
                items.Add((i, form, false));
        }
        command.Parameters.Add(new() { Value = items.Select(item => item.Customer).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = items.Select(item => item.Text).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = items.Select(item => item.IsMark).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean });
    }
}
