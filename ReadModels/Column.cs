using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.ReadModels;

/// <summary>One column of a projection's table: how many rows' values travel to the database in one array.</summary>
/// <param name="ArrayType">The SQL type of the array.</param>
/// <param name="Cast">What turns an element into the column's type, where the array's own element type does not do.</param>
public abstract record Column<TSource>(string Name, string ArrayType, string Cast)
{
    /// <summary>Null leaves what the row has: the value is large, and null says that it has not changed.</summary>
    public bool KeptWhenNull { get; init; }

    /// <summary>A second column that the database makes of this one.</summary>
    public DerivedColumn? Derived { get; init; }

    /// <summary>A number whose sum says something about the table as a whole.</summary>
    public bool Totalled { get; init; }

    public abstract NpgsqlParameter ToParameter(IReadOnlyList<TSource> sources);
}

/// <param name="Sql">An expression of the column that it is made of; null of null.</param>
public sealed record DerivedColumn(string Name, string Sql);

public static class Column
{
    public static Column<TSource> Text<TSource>(string name, Func<TSource, string?> value) =>
        new Typed<TSource, string?>(name, "text[]", "", NpgsqlDbType.Text, value);

    public static Column<TSource> Json<TSource>(string name, Func<TSource, string?> value) =>
        new Typed<TSource, string?>(name, "text[]", "::json", NpgsqlDbType.Text, value);

    public static Column<TSource> Long<TSource>(string name, Func<TSource, long> value) =>
        new Typed<TSource, long>(name, "bigint[]", "", NpgsqlDbType.Bigint, value);

    public static Column<TSource> Int<TSource>(string name, Func<TSource, int> value) =>
        new Typed<TSource, int>(name, "integer[]", "", NpgsqlDbType.Integer, value);

    public static Column<TSource> Day<TSource>(string name, Func<TSource, DateOnly> value) =>
        new Typed<TSource, DateOnly>(name, "date[]", "", NpgsqlDbType.Date, value);

    public static Column<TSource> Time<TSource>(string name, Func<TSource, DateTimeOffset> value) =>
        new Typed<TSource, DateTime>(name, "timestamptz[]", "", NpgsqlDbType.TimestampTz, source => value(source).UtcDateTime);

    public static Column<TSource> TimeOrNull<TSource>(string name, Func<TSource, DateTimeOffset?> value) =>
        new Typed<TSource, DateTime?>(name, "timestamptz[]", "", NpgsqlDbType.TimestampTz, source => value(source)?.UtcDateTime);

    private sealed record Typed<TSource, TValue>(
        string Name, string ArrayType, string Cast, NpgsqlDbType ElementType, Func<TSource, TValue> Value)
        : Column<TSource>(Name, ArrayType, Cast)
    {
        public override NpgsqlParameter ToParameter(IReadOnlyList<TSource> sources)
        {
            var values = new TValue[sources.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = Value(sources[i]);
            return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | ElementType };
        }
    }
}

/// <summary>PostgreSQL keeps microseconds; a row that was loaded must equal the one that was written.</summary>
public static class Microseconds
{
    public static DateTimeOffset Of(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
