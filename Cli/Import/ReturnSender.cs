using OrleansOrders.Cli.Client;
using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>Sends goods back: the order is shipped and delivered first, because only delivered goods can be returned.</summary>
public sealed class ReturnSender(ApiClient api)
{
    private const string Carrier = "import";

    /// <param name="orderId">The server's id of the order.</param>
    /// <returns>Whether all of it was there before, or why the server refuses it.</returns>
    public async Task<(bool WasThere, Refusal? Refusal)> Send(PlannedReturn returned, string orderId, CancellationToken cancellation)
    {
        var path = $"/v1/orders/{orderId}";
        var shipped = await api.Post(
            $"{path}/ship", ImportKeys.Ship(returned.Order), new ShipBody(Carrier, returned.Order), ClientJson.Default.ShipBody, cancellation);
        if (!shipped.IsDone)
            return (false, shipped.ToRefusal());
        var delivered = await api.Post(
            $"{path}/deliver", ImportKeys.Deliver(returned.Order), new EmptyBody(), ClientJson.Default.EmptyBody, cancellation);
        if (!delivered.IsDone)
            return (false, delivered.ToRefusal());
        var wasThere = true;
        var part = 1;
        foreach (var lines in returned.Lines.Chunk(Limits.LinesPerRequest))
        {
            var reply = await api.Post(
                $"{path}/returns", ImportKeys.Return(returned.Invoice, returned.Order, part++),
                new ReturnBody([.. lines.Select(line => new ReturnLineBody(line.Sku, line.Quantity))], $"import of {returned.Invoice}"),
                ClientJson.Default.ReturnBody, cancellation);
            if (!reply.IsDone)
                return (false, reply.ToRefusal());
            wasThere &= reply.IsReplayed;
        }
        return (wasThere, null);
    }
}
