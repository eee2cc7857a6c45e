namespace OrleansOrders.ReadModels;

/// <summary>The SQL on one projection's table, live or shadow. Names come from the program, values always travel as parameters.</summary>
/// <param name="Load">Rows by arrays of key columns, all columns in their order; those that are kept when null come as null.</param>
/// <param name="Add">Moves the position from where the writer believes it to be, and upserts rows only if that held.</param>
/// <param name="Change">The same, but for rows that are there: half of an upsert's work is to find that out.</param>
/// <param name="AddAndChange">Both; the arrays of the added rows come first.</param>
/// <param name="Rewrite">Upserts rows, in a transaction that holds the position.</param>
/// <param name="Keys">The key's columns.</param>
/// <param name="Compared">The other columns, with what makes their values comparable: json has no equality, its text has.</param>
/// <param name="Totals">Columns whose sums describe the table.</param>
internal sealed record TableStatements(
    string Load, string Add, string Change, string AddAndChange, string Rewrite, IReadOnlyList<string> Keys, IReadOnlyList<(string Name, string Cast)> Compared,
    IReadOnlyList<string> Totals)
{
    /// <summary>Parameters before the arrays: new position, name, old position, generation.</summary>
    public const int FenceParameters = 4;

    /// <summary>Moves the position when no row changes.</summary>
    public const string Advance = """
        update projections set position = $1, error = null, updated_at = now()
        where name = $2 and position = $3 and generation = $4
        """;

    public string Write(bool adds, bool changes) => !changes ? Add : adds ? AddAndChange : Change;

    public static TableStatements For<TKey, TRow>(
        string table, IReadOnlyList<Column<TKey>> keyColumns, IReadOnlyList<Column<TRow>> rowColumns)
    {
        var keys = keyColumns.Select(column => column.Name).ToList();
        List<string> sent = [.. keys, .. rowColumns.Select(column => column.Name)];
        var derived = rowColumns.Select(column => column.Derived).OfType<DerivedColumn>().ToList();
        var casts = keyColumns.Select(column => column.Name + column.Cast)
            .Concat(rowColumns.Select(column => column.Name + column.Cast)).Concat(derived.Select(column => column.Sql)).ToList();
        var types = keyColumns.Select(column => column.ArrayType).Concat(rowColumns.Select(column => column.ArrayType)).ToList();
        var compared = rowColumns.Select(column => (column.Name, column.Cast.Length > 0 ? "::text" : ""))
            .Concat(derived.Select(column => (column.Name, "")));
        const int first = FenceParameters + 1;
        const string fenced = "where exists (select from fenced)";
        return new TableStatements(
            Loading(table, keyColumns, rowColumns), Fenced($"({Upsert(first, fenced)})"), Fenced($"({Update(first)})"),
            Fenced($"({Upsert(first, fenced)}), changed as ({Update(first + types.Count)})"), Upsert(1, ""), keys, [.. compared],
            [.. rowColumns.Where(column => column.Totalled).Select(column => column.Name)]);

        static string Fenced(string writes) => $"with fenced as ({Advance} returning 1), written as {writes} select count(*) from fenced";

        // No row is asked whether it has seen its event: the fence admits each event once, and a replay brings older ones.
        string Upsert(int first, string condition) => $"""
            insert into {table} as t ({List(sent.Concat(derived.Select(column => column.Name)))})
            select {List(casts)} from unnest({Arrays(types, first)}) as r({List(sent)})
            {condition}
            on conflict ({List(keys)}) do update set {List(rowColumns.SelectMany(column => Assignments(column, "excluded")))}
            """;

        string Update(int first) => $"""
            update {table} t set {List(rowColumns.SelectMany(column => Assignments(column, "r")))}
            from (
                select {List(casts.Zip(sent.Concat(derived.Select(column => column.Name)), (cast, name) => $"{cast} as {name}"))}
                from unnest({Arrays(types, first)}) as r({List(sent)})) r
            {fenced} and {string.Join(" and ", keys.Select(key => $"t.{key} = r.{key}"))}
            """;
    }

    private static string Loading<TKey, TRow>(
        string table, IReadOnlyList<Column<TKey>> keyColumns, IReadOnlyList<Column<TRow>> rowColumns)
    {
        var loaded = keyColumns.Select(column => $"t.{column.Name}")
            .Concat(rowColumns.Select(column => column.KeptWhenNull ? "null::text" : $"t.{column.Name}"));
        var keys = keyColumns.Select(column => column.Name);
        var matches = keyColumns.Select(column => $"t.{column.Name} = k.{column.Name}");
        return $"""
            select {List(loaded)} from unnest({Arrays(keyColumns.Select(column => column.ArrayType), 1)}) as k({List(keys)})
            join {table} t on {string.Join(" and ", matches)}
            """;
    }

    private static IEnumerable<string> Assignments<TRow>(Column<TRow> column, string source)
    {
        yield return Assignment(column.Name, source, column.KeptWhenNull);
        if (column.Derived is { } derived)
            yield return Assignment(derived.Name, source, column.KeptWhenNull);
    }

    private static string Assignment(string name, string source, bool keptWhenNull) =>
        keptWhenNull ? $"{name} = coalesce({source}.{name}, t.{name})" : $"{name} = {source}.{name}";

    private static string Arrays(IEnumerable<string> types, int first) =>
        List(types.Select((type, index) => $"${first + index}::{type}"));

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts);
}
