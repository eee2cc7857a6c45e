using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// One read model: a pure fold of the log over keyed rows, and the table that holds them. The same fold runs against
/// PostgreSQL, beside it in a rebuild, and in memory.
/// </summary>
public abstract class Projection
{
    /// <summary>The table's name, and the projection's.</summary>
    public abstract string Name { get; }

    /// <summary>The one type of stream whose events it reads.</summary>
    public abstract string StreamType { get; }

    /// <summary>The statements on a table of this shape, live or shadow.</summary>
    internal abstract TableStatements StatementsFor(string table);

    /// <param name="log">Where repairs are looked for.</param>
    internal abstract BatchFold CreateFold(string table, int cacheBytes, IEventStore log);
}

/// <typeparam name="TKey">The row's key; the tenant is always part of it.</typeparam>
public abstract class Projection<TKey, TRow> : Projection
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    public abstract IReadOnlyList<Column<TKey>> KeyColumns { get; }

    /// <summary>Every column after the key's; <c>position</c> is one of them.</summary>
    public abstract IReadOnlyList<Column<TRow>> RowColumns { get; }

    /// <summary>The rows that the event changes; none when it concerns none.</summary>
    public abstract IReadOnlyList<TKey> KeysOf(EventEnvelope envelope);

    /// <summary>What the key tells rows apart by. They are written in its order: neighbours meet the same pages of the index.</summary>
    public abstract string IdOf(TKey key);

    /// <summary>Whether the event is the first that its rows can ever see, so that there is nothing to load.</summary>
    public virtual bool StartsRow(EventEnvelope envelope) => envelope.Version == 1;

    /// <summary>
    /// The row after the event, or null when there still is none. Each event comes once: the fence sees to that.
    /// </summary>
    public abstract TRow? Apply(TKey key, TRow? row, EventEnvelope envelope);

    /// <summary>Reads a row; the columns are the key's, then the row's.</summary>
    public abstract TRow Read(NpgsqlDataReader reader);

    /// <summary>The row as it is remembered once it is written.</summary>
    public virtual TRow Written(TRow row) => row;

    /// <summary>Roughly what a remembered row costs.</summary>
    public virtual int BytesOf(TRow row) => 300;

    internal override TableStatements StatementsFor(string table) => TableStatements.For(table, KeyColumns, RowColumns);

    internal override BatchFold CreateFold(string table, int cacheBytes, IEventStore log) =>
        new BatchFold<TKey, TRow>(this, StatementsFor(table), cacheBytes, log);
}

public interface IProjectionRow<out TKey>
{
    TKey Key { get; }

    /// <summary>Of the last event that changed the row.</summary>
    long Position { get; }
}

/// <summary>Decides, for rows that follow one stream, whether an event is next.</summary>
public static class RowVersion
{
    /// <returns>False when the row has seen the event.</returns>
    /// <exception cref="InvalidOperationException">An event is missing in between: the row or the log is damaged.</exception>
    public static bool IsNext(long version, EventEnvelope envelope)
    {
        if (envelope.Version > version + 1)
        {
            throw new InvalidOperationException(
                $"The row of {envelope.StreamType}-{envelope.Id} is at version {version}, the next event at {envelope.Version}.");
        }
        return envelope.Version == version + 1;
    }
}
