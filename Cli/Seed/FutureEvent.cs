using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Seed;

/// <summary>
/// An event such as a later version of this program might write, which this one cannot read: the one way to a dead letter
/// that is nobody's fault. The API writes none, so that it goes straight into the log.
/// </summary>
/// <param name="tenant">Whose orders they are.</param>
public sealed class FutureEvent(IEventStore log, string tenant)
{
    private const string Type = "order-gift-wrapped.v2";

    private static readonly DateTimeOffset At = new(2025, 3, 20, 9, 30, 0, TimeSpan.Zero);

    /// <summary>Appends it to the order, once.</summary>
    /// <param name="key">The same key writes the same event, and the second time nothing.</param>
    /// <returns>Whether it was written now.</returns>
    /// <exception cref="Failure">The log is another server's: it does not have the order.</exception>
    public async Task<bool> AppendTo(string orderId, string key, CancellationToken cancellation)
    {
        var context = new CommandContext(tenant, Ids.Derive(key, orderId), "orders seed", Ids.Derive(key, "correlation"));
        var written = EventCodec.Encode([new OrderConfirmed(At)], context)[0] with { Type = Type, Data = """{"paper":"red","ribbon":true}"""u8.ToArray() };
        var stream = new StreamName(tenant, "order", orderId);
        while (true)
        {
            var head = await log.ReadHead(stream, cancellation);
            if (head == StreamHead.None)
                throw new Failure(ExitCodes.BadInput, $"The database that can be reached from here is not the server's: name that one with --data or {DatabaseAddress.Variable}.");
            switch (await log.Append(new Append(stream, head, [written], new Receipt(context.CommandId, [1], null, null)), cancellation))
            {
                case AppendResult.Appended:
                    return true;
                case AppendResult.AlreadyReceived:
                    return false;
            }
        }
    }
}
