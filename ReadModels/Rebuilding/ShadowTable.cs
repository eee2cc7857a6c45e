using System.Text.RegularExpressions;
using Npgsql;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// A second table of a projection's shape, beside the live one. It is made by the live table's own SQL with every name
/// changed, so that the two cannot drift, and takes the live one's place by changing the names back.
/// </summary>
internal sealed class ShadowTable(Projection projection, string suffix)
{
    /// <summary>Built to replace the live table.</summary>
    public const string Shadow = "shadow";

    /// <summary>Built to be compared with the live table, and thrown away.</summary>
    public const string Verify = "verify";

    public Projection Projection => projection;

    public string Live => projection.Name;

    public bool IsForSwitching => suffix == Shadow;

    public string Name { get; } = $"{projection.Name}__{suffix}";

    /// <summary>Makes it anew, empty, at position 0.</summary>
    public async Task Create(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await DropInTransaction(connection, cancellation);
        await connection.Execute(Definition(), cancellation);
        await connection.Execute("insert into projections (name) values ($1)", cancellation, Name);
        await transaction.CommitAsync(cancellation);
    }

    public async Task Drop(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await DropInTransaction(connection, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Takes the live table's place, in the caller's transaction, which holds the live table and its position.</summary>
    /// <param name="end">A live position beyond this one was wrong: the log does not reach it.</param>
    public async Task Replace(NpgsqlConnection connection, long end, CancellationToken cancellation)
    {
        foreach (var right in await ReadNames(connection, Rights, cancellation))
            await connection.Execute(right, cancellation);
        await connection.Execute($"drop table {Live}; alter table {Name} rename to {Live}", cancellation);
        foreach (var name in await ReadNames(connection, ConstraintNames, cancellation))
            await connection.Execute($"alter table {Live} rename constraint {name} to {LiveName(name)}", cancellation);
        foreach (var name in await ReadNames(connection, IndexNames, cancellation))
            await connection.Execute($"alter index {name} rename to {LiveName(name)}", cancellation);
        await connection.Execute(
            """
            update projections set position = least(position, $2), generation = generation + 1, error = null, updated_at = now()
            where name = $1 or name ^@ ($1 || '/')
            """, cancellation, Live, end);
        await connection.Execute("delete from projections where name = $1", cancellation, Name);
    }

    private const string ConstraintNames = "select conname from pg_constraint where conrelid = $1::regclass and conname::text ^@ $2";

    // Those that belong to a constraint have their names already.
    private const string IndexNames = """
        select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass and c.relname::text ^@ $2
        """;

    // Whoever owns the live table owns what takes its place, and whoever may do something there may do it here.
    private const string Rights = """
        select format('alter table %s owner to %I', $2, pg_get_userbyid(live.relowner))
        from pg_class live join pg_class shadow on shadow.oid = $2::regclass and shadow.relowner <> live.relowner
        where live.oid = $1::regclass
        union all
        select format('grant %s on %s to %s', a.privilege_type, $2, case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
        from pg_class live cross join aclexplode(live.relacl) a where live.oid = $1::regclass and a.grantee <> live.relowner
        """;

    private async Task DropInTransaction(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await connection.Execute($"drop table if exists {Name}", cancellation);
        await connection.Execute("delete from projections where name = $1", cancellation, Name);
    }

    private string LiveName(string name) => Live + name[Name.Length..];

    private async Task<List<string>> ReadNames(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(Live);
        command.Parameters.AddWithValue(Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation))
            names.Add(reader.GetString(0));
        return names;
    }

    private string Definition()
    {
        using var stream = typeof(ShadowTable).Assembly.GetManifestResourceStream($"OrleansOrders.ReadModels.Sql.{Live}.sql")!;
        using var reader = new StreamReader(stream);
        var sql = Regex.Replace(reader.ReadToEnd(), $@"\b{Live}(?=_|\b)", Name);
        // What is thrown away after the comparison need not survive a crash.
        return suffix == Verify ? sql.Replace("create table if not exists", "create unlogged table if not exists") : sql;
    }
}

internal static class ConnectionExtensions
{
    public static async Task<int> Execute(
        this NpgsqlConnection connection, string sql, CancellationToken cancellation, params object?[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
