using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// Seals the personal texts of events before they are written, each under its customer's key, and opens them for people.
/// Between the two nothing is readable: not in the log, snapshots, read models, topics, nor in what processes remember.
/// </summary>
public sealed class PersonalTexts : IPersonalTexts
{
    /// <summary>How long a process may use a key that was destroyed elsewhere: 10 s.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private readonly IPersonalKeyStore store;
    private readonly KeyRing ring;

    public PersonalTexts(IPersonalKeyStore store, MasterKey master, TimeProvider time) =>
        (this.store, ring, Master) = (store, new KeyRing(store, master, time), master);

    /// <summary>Wraps the keys that texts are sealed under, and other secrets.</summary>
    internal MasterKey Master { get; }

    /// <summary>
    /// The events as they may be written. What is written of a customer who was erased is not kept at all: it reads
    /// <see cref="EventTexts.Erased"/>.
    /// </summary>
    /// <param name="state">The stream's state before them.</param>
    /// <exception cref="StoreUnavailableException">The keys cannot be read at the moment.</exception>
    public ValueTask<IReadOnlyList<DomainEvent>> Seal(
        IEventStore log, StreamName stream, object state, IReadOnlyList<DomainEvent> events, CommandContext context,
        CancellationToken cancellation)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (EventTexts.HasPersonal(events[i]))
                return new(SealAll(log, stream, state, events, context, cancellation));
        }
        return new(events);
    }

    /// <summary>The event's JSON with its personal texts sealed, for one that was written by hand in place of a stored one.</summary>
    /// <exception cref="JsonException">The data is not this event's JSON.</exception>
    /// <exception cref="UnavailableException">The keys cannot be read at the moment.</exception>
    public async Task<ReadOnlyMemory<byte>> Seal(
        IEventStore log, StreamName stream, Guid eventId, string storedName, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var decoded = EventCatalog.Decode(storedName, data.Span);
        if (!EventTexts.HasPersonal(decoded) || EventCatalog.KindOf(decoded).StoredName != storedName)
            return data;
        var customer = await CustomerOf.Find(log, stream, AggregateFolds.Initial(stream.Type)!, [decoded], cancellation);
        return EventCatalog.Encode(Seal(decoded, await StoreFailures.Translate(ring.Of(stream.Tenant, customer, cancellation).AsTask()), eventId));
    }

    /// <inheritdoc/>
    public async ValueTask<string> Seal(string tenant, string customerId, Guid id, string text, CancellationToken cancellation) =>
        Seal(text, await StoreFailures.Translate(ring.Of(tenant, customerId, cancellation).AsTask()), id);

    /// <summary>As the read side's port wants it.</summary>
    public Func<StreamName, Guid, string, ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> SealFor(IEventStore log) =>
        (stream, eventId, storedName, data, cancellation) => Seal(log, stream, eventId, storedName, data, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> Open(string tenant, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        json.Span.IndexOf(SealedText.PrefixBytes) < 0 ? new(json) : new(OpenAll(tenant, json, isJson: true, cancellation));

    /// <summary>A text, or a part of one.</summary>
    public async ValueTask<string> Open(string tenant, string text, CancellationToken cancellation) =>
        text.Contains(SealedText.Prefix, StringComparison.Ordinal)
            ? Encoding.UTF8.GetString((await OpenAll(tenant, Encoding.UTF8.GetBytes(text), isJson: false, cancellation)).Span)
            : text;

    /// <summary>An event with its data, for those who show it.</summary>
    public async ValueTask<EventEnvelope> Open(EventEnvelope entry, CancellationToken cancellation)
    {
        var data = await Open(entry.Tenant, entry.Data, cancellation);
        return data.Equals(entry.Data) ? entry : entry with { Data = data, Event = EventCatalog.Decode(entry.StoredName, data.Span) };
    }

    /// <summary>A state, for those who decide on its texts or show it.</summary>
    public async ValueTask<TState> Open<TState>(string tenant, TState state, CancellationToken cancellation)
        where TState : class
    {
        List<string>? found = null;
        StateTexts.Change(state, text =>
        {
            if (text.Contains(SealedText.Prefix, StringComparison.Ordinal))
                (found ??= []).Add(text);
            return text;
        });
        if (found is null)
            return state;
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in found)
            opened[text] = await Open(tenant, text, cancellation);
        return StateTexts.Change(state, text => opened.GetValueOrDefault(text, text));
    }

    /// <summary>
    /// What the rules decide on. Only two of them look at texts: a customer's compare the details that came with those that
    /// are known, and a refund that is approved repeats the reason of its proposal, in an event that is sealed for itself.
    /// </summary>
    public async ValueTask<Loaded<TState>> ForDecision<TState>(StreamName stream, Loaded<TState> loaded, CancellationToken cancellation)
        where TState : class => LooksAtTexts(loaded.State)
            ? loaded with { State = await Open(stream.Tenant, loaded.State, cancellation) }
            : loaded;

    /// <inheritdoc/>
    public Task<bool> Knows(string tenant, string customerId, CancellationToken cancellation) =>
        StoreFailures.Translate(store.Knows(tenant, customerId, cancellation));

    /// <summary>These events are written: a key that went with them is forgotten here as well.</summary>
    public void Written(StreamName stream, IReadOnlyList<DomainEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is CustomerErased)
                Forget(stream.Tenant, stream.Id);
        }
    }

    /// <inheritdoc/>
    public void Forget(string tenant, string customerId) => ring.Forget(tenant, customerId);

    private static bool LooksAtTexts(object state)
    {
        if (state is not PaymentState.Captured { Facts.Refunds: { IsEmpty: false } refunds })
            return state is CustomerState.Registered;
        foreach (var refund in refunds)
        {
            if (refund.Status == RefundStatus.Proposed)
                return true;
        }
        return false;
    }

    private async Task<IReadOnlyList<DomainEvent>> SealAll(
        IEventStore log, StreamName stream, object state, IReadOnlyList<DomainEvent> events, CommandContext context,
        CancellationToken cancellation)
    {
        var key = await ring.Of(stream.Tenant, await CustomerOf.Find(log, stream, state, events, cancellation), cancellation);
        var written = new DomainEvent[events.Count];
        for (var i = 0; i < written.Length; i++)
            written[i] = Seal(events[i], key, Ids.OfEvent(context.CommandId, i));
        return written;
    }

    private static DomainEvent Seal(DomainEvent @event, PersonalKey key, Guid eventId) =>
        EventTexts.Change(@event, text => Seal(text, key, eventId));

    private static string Seal(string text, PersonalKey key, Guid id) =>
        key.IsErased ? EventTexts.Erased : key.Seal(id, SealedText.Defuse(text));

    private async Task<ReadOnlyMemory<byte>> OpenAll(
        string tenant, ReadOnlyMemory<byte> utf8, bool isJson, CancellationToken cancellation)
    {
        var keys = new Dictionary<Guid, PersonalKey?>();
        foreach (var keyId in KeysIn(utf8.Span))
            keys[keyId] = null;
        foreach (var keyId in keys.Keys.ToArray())
        {
            // Another tenant's text stays shut, wherever it comes from.
            keys[keyId] = await StoreFailures.Translate(ring.Of(keyId, cancellation).AsTask()) is { } key && key.Tenant == tenant ? key : null;
        }
        return Replace(utf8.Span, isJson, keys);
    }

    private static List<Guid> KeysIn(ReadOnlySpan<byte> utf8)
    {
        var found = new List<Guid>();
        for (var from = 0; SealedText.TryFind(utf8, ref from, out _, out var text);)
            found.Add(text.KeyId);
        return found;
    }

    private static byte[] Replace(ReadOnlySpan<byte> utf8, bool isJson, Dictionary<Guid, PersonalKey?> keys)
    {
        using var result = new MemoryStream(utf8.Length);
        var copied = 0;
        for (var from = 0; SealedText.TryFind(utf8, ref from, out var start, out var text);)
        {
            result.Write(utf8[copied..start]);
            var opened = keys[text.KeyId]?.Open(text) ?? EventTexts.Erased;
            result.Write(isJson
                ? JsonEncodedText.Encode(opened, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes
                : Encoding.UTF8.GetBytes(opened));
            copied = from;
        }
        result.Write(utf8[copied..]);
        return result.ToArray();
    }
}
