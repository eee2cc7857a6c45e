using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain;

/// <summary>
/// States as bytes, for snapshots. A snapshot is a cache: one whose schema is not <see cref="SchemaOf{TState}"/> is not
/// read, so states may change shape at any time without a migration.
/// </summary>
public static class StateCatalog
{
    // Raised by hand when a state comes to mean something else under the same shape, so that old snapshots are not read.
    private const int Meaning = 1;

    private static readonly FrozenDictionary<Type, Entry> Entries = ((Type[])
        [
            typeof(OrderState), typeof(PaymentState), typeof(StockState), typeof(ShipmentState), typeof(CustomerState),
            typeof(FulfilmentState),
        ]).ToFrozenDictionary(type => type, type => Entry.Of(StateJson.Default.GetTypeInfo(type)!));

    /// <summary>The aggregates' state types.</summary>
    public static IEnumerable<Type> StateTypes => Entries.Keys;

    /// <summary>Identifies the shape of <typeparamref name="TState"/>: every property's name and type, and those of their types.</summary>
    public static string SchemaOf<TState>()
        where TState : class => Entries[typeof(TState)].Schema;

    /// <summary>Writes a state; equal states have equal bytes.</summary>
    public static byte[] Encode<TState>(TState state)
        where TState : class => JsonSerializer.SerializeToUtf8Bytes(state, (JsonTypeInfo<TState>)Entries[typeof(TState)].Json);

    /// <summary>Reads what <see cref="Encode{TState}"/> wrote under the same schema.</summary>
    /// <exception cref="JsonException">The bytes are not such a state.</exception>
    public static TState Decode<TState>(ReadOnlySpan<byte> bytes)
        where TState : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, (JsonTypeInfo<TState>)Entries[typeof(TState)].Json)
                ?? throw new JsonException("A state is never null.");
        }
        catch (NotSupportedException missing) // how the serializer reports an object without its discriminator
        {
            throw new JsonException("The state does not say which one it is.", missing);
        }
    }

    private sealed record Entry(JsonTypeInfo Json, string Schema)
    {
        public static Entry Of(JsonTypeInfo json)
        {
            var shape = string.Create(CultureInfo.InvariantCulture, $"meaning {Meaning}\n{JsonShape.Of(json)}");
            return new Entry(json, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape)))[..32]);
        }
    }
}
