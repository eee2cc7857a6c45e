using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// Copies bytes out of rows into arrays that many of them share: thousands of events that live for a while, with three small
/// arrays each, are what the garbage collector would be busy with. An array lives as long as the last part of it that somebody keeps.
/// </summary>
internal sealed class SharedBytes
{
    // Below the size from which arrays are large objects.
    private const int Largest = 64 * 1024;
    private const int First = 1024;

    private byte[] current = [];
    private int used;

    public ReadOnlyMemory<byte> Read(NpgsqlDataReader reader, int column)
    {
        var length = (int)reader.GetBytes(column, 0, null, 0, 0);
        if (current.Length - used < length)
        {
            if (length > Largest / 4)
                return reader.GetFieldValue<byte[]>(column);
            // Whoever reads a single event gets no more than it needs.
            current = new byte[Math.Max(length, Math.Clamp(2 * current.Length, First, Largest))];
            used = 0;
        }
        reader.GetBytes(column, 0, current, used, length);
        used += length;
        return current.AsMemory(used - length, length);
    }
}
