using System.Text;
using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Reads texts that come again and again in the rows of a result, and gives the same string for the same text.</summary>
internal sealed class RepeatedTexts
{
    private const int Longest = 128;
    private const int Places = 64;

    private readonly byte[] bytes = new byte[Longest];
    private readonly (byte[] Bytes, string Text)[] known = new (byte[], string)[Places];

    public string Read(NpgsqlDataReader reader, int column) =>
        ReadBytes(reader, column) is { IsEmpty: false } text ? Find(text) : reader.GetString(column);

    /// <summary>A stream's name, as <see cref="StoredNames"/> has it.</summary>
    public StreamName ReadName(NpgsqlDataReader reader, int tenant, int streamId)
    {
        var tenantText = Read(reader, tenant);
        var id = ReadBytes(reader, streamId);
        var dash = id.IndexOf((byte)'-');
        return dash > 0
            ? new StreamName(tenantText, Find(id[..dash]), Encoding.UTF8.GetString(id[(dash + 1)..]))
            : StoredNames.Parse(tenantText, reader.GetString(streamId));
    }

    /// <returns>Nothing when the text is longer than those that are remembered.</returns>
    private ReadOnlySpan<byte> ReadBytes(NpgsqlDataReader reader, int column)
    {
        var length = reader.GetBytes(column, 0, null, 0, 0);
        return length <= Longest ? bytes.AsSpan(0, (int)reader.GetBytes(column, 0, bytes, 0, (int)length)) : default;
    }

    private string Find(ReadOnlySpan<byte> text)
    {
        ref var place = ref known[(text.Length + 31 * text[0] + 7 * text[^1]) % Places];
        if (place.Bytes is null || !text.SequenceEqual(place.Bytes))
            place = (text.ToArray(), Encoding.UTF8.GetString(text));
        return place.Text;
    }
}
