using OrleansOrders.Cli.Client;
using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>Brings one planned order to the server: in one request, or as a draft that grows and is then placed.</summary>
public sealed class OrderSender(ApiClient api)
{
    private const string PaymentMethod = "pm_ok";

    // A character takes at most six bytes of JSON, and a request at most 64 KiB; what is not text needs little room.
    private const int RequestBytes = 60_000;
    private const int BytesPerCharacter = 6;
    private const int BytesPerLine = 120;

    /// <returns>The order's id, whether all of it was there before, or why the server refuses it.</returns>
    public async Task<(string? Id, bool WasThere, Refusal? Refusal)> Send(PlannedOrder order, CancellationToken cancellation)
    {
        var chunks = Chunks(order.Lines);
        var create = await api.Post(
            "/v1/orders", ImportKeys.Order(order.Invoice), ToBody(order, chunks), ClientJson.Default.CreateOrderBody, cancellation);
        if (!create.IsDone)
            return (null, false, create.ToRefusal());
        var id = create.Read(ClientJson.Default.OrderReply).Id;
        var wasThere = create.IsReplayed;
        for (var part = 2; part <= chunks.Count; part++)
        {
            var added = await api.Post(
                $"/v1/orders/{id}/items", ImportKeys.Items(order.Invoice, part), new ItemsBody(chunks[part - 1]),
                ClientJson.Default.ItemsBody, cancellation);
            if (!added.IsDone)
                return (null, false, added.ToRefusal());
            wasThere &= added.IsReplayed;
        }
        if (chunks.Count == 1)
            return (id, wasThere, null);
        var placed = await api.Post(
            $"/v1/orders/{id}/place", ImportKeys.Place(order.Invoice), new PlaceBody(order.At), ClientJson.Default.PlaceBody, cancellation);
        return placed.IsDone ? (id, wasThere && placed.IsReplayed, null) : (null, false, placed.ToRefusal());
    }

    /// <summary>Lines per request: no more than a request may hold, always cut in the same places.</summary>
    public static IReadOnlyList<IReadOnlyList<LineBody>> Chunks(IReadOnlyList<LineItem> lines)
    {
        var chunks = new List<IReadOnlyList<LineBody>>();
        var chunk = new List<LineBody>();
        var bytes = 0;
        foreach (var line in lines)
        {
            var size = BytesPerLine + BytesPerCharacter * (line.Sku.Length + (line.Description?.Length ?? 0));
            if (chunk.Count == Limits.LinesPerRequest || (chunk.Count > 0 && bytes + size > RequestBytes))
            {
                chunks.Add(chunk);
                (chunk, bytes) = ([], 0);
            }
            chunk.Add(new LineBody(line.Sku, line.Quantity, line.UnitPrice, line.Description));
            bytes += size;
        }
        chunks.Add(chunk);
        return chunks;
    }

    private static CreateOrderBody ToBody(PlannedOrder order, IReadOnlyList<IReadOnlyList<LineBody>> chunks) => new(
        order.CustomerId, LineReader.Currency, PaymentMethod, order.Country, order.At, chunks.Count == 1, chunks[0]);
}
