using System.Globalization;
using Npgsql;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>Compares a live table with its shadow: rows, the sums of its numbers, and every column of every row.</summary>
internal sealed class TableComparison(ShadowTable shadow)
{
    private readonly TableStatements _statements = shadow.Projection.StatementsFor(shadow.Live);

    /// <summary>Counts in the connection's snapshot, with the keys of the first <paramref name="samples"/> differing rows.</summary>
    public async Task<ComparedTables> Run(NpgsqlConnection connection, int samples, CancellationToken cancellation)
    {
        var counts = await Count(connection, cancellation);
        return counts.Differences == 0 ? counts : counts with { Samples = await Sample(connection, samples, cancellation) };
    }

    private string Join => $"""
        from {shadow.Live} l full outer join {shadow.Name} s
        on {string.Join(" and ", _statements.Keys.Select(key => $"l.{key} = s.{key}"))}
        """;

    private string AnyDiffers => string.Join(" or ", _statements.Compared.Select(Differs));

    private static string Differs((string Name, string Cast) column) =>
        $"l.{column.Name}{column.Cast} is distinct from s.{column.Name}{column.Cast}";

    private async Task<ComparedTables> Count(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var totals = _statements.Totals.Select(total => $", sum(l.{total})::text, sum(s.{total})::text");
        // Rows are counted in the tables themselves: a row that is there twice is joined twice, and would hide.
        var rows = $"(select count(*) from {shadow.Live}), (select count(*) from {shadow.Name})";
        var sql = $"select {rows}, count(*) filter (where {AnyDiffers}){string.Concat(totals)} {Join}";
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var sums = _statements.Totals.Select((name, index) => new ComparedTotal(
            name, ReadSum(reader, 3 + 2 * index), ReadSum(reader, 4 + 2 * index))).ToList();
        return new ComparedTables(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), sums, []);
    }

    private async Task<IReadOnlyList<RowDifference>> Sample(NpgsqlConnection connection, int samples, CancellationToken cancellation)
    {
        var key = _statements.Keys[0];
        var keys = string.Join(", ", _statements.Keys.Select(name => $"coalesce(l.{name}, s.{name})::text"));
        var names = string.Join(", ", _statements.Compared.Select(column => $"case when {Differs(column)} then '{column.Name}' end"));
        var sql = $"""
            select concat_ws('/', {keys}),
                case when l.{key} is null then 'is missing' when s.{key} is null then 'should not be there'
                else concat('differs in ', concat_ws(', ', {names})) end
            {Join} where {AnyDiffers} limit $1
            """;
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue(samples);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var differences = new List<RowDifference>();
        while (await reader.ReadAsync(cancellation))
            differences.Add(new RowDifference(reader.GetString(0), reader.GetString(1)));
        return differences;
    }

    private static decimal ReadSum(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? 0 : decimal.Parse(reader.GetString(ordinal), CultureInfo.InvariantCulture);
}

/// <param name="Key">The row's key, its parts joined by a slash.</param>
/// <param name="What">How the live row differs from the folded one.</param>
public sealed record RowDifference(string Key, string What);

/// <summary>The sum of one column over the live table and over the folded one.</summary>
public sealed record ComparedTotal(string Column, decimal Live, decimal Folded);

internal sealed record ComparedTables(
    long LiveRows, long ShadowRows, long Differences, IReadOnlyList<ComparedTotal> Totals, IReadOnlyList<RowDifference> Samples)
{
    /// <summary>What an operator needs in order to decide, in one line.</summary>
    public string Describe()
    {
        var parts = new List<string> { $"rows {LiveRows} live, {ShadowRows} rebuilt, {Differences} differ" };
        parts.AddRange(Totals.Where(total => total.Live != total.Folded)
            .Select(total => $"{total.Column} {total.Live} live, {total.Folded} rebuilt"));
        parts.AddRange(Samples.Select(sample => $"{sample.Key} {sample.What}"));
        return string.Join("; ", parts);
    }
}
