using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Faults;

/// <summary>
/// A customer who orders, changes, cancels, receives, returns and looks, by a seed. What is not answered is sent again under
/// its key until it is; one in five commands is sent again although it was answered, and one in twenty keys comes with
/// another body as well.
/// </summary>
internal sealed class Shopper(Sender sender, string tenant, int number, int seed, CancellationToken stopping)
{
    public const int Skus = 8;

    private static readonly string[] Methods = ["pm_ok", "pm_ok", "pm_ok", "pm_ok", "pm_timeout_then_ok", "pm_declined", "pm_capture_fails"];

    private readonly Random chance = new(seed * 1_000 + number);
    private readonly List<(string Id, long Position)> orders = [];
    private int keys;

    private string Name => $"{tenant}-{seed}-{number}";

    /// <summary>Until it is told to stop, one errand after the other, with a pause that leaves the machine to the server.</summary>
    public async Task Run(TimeSpan pace)
    {
        using var timer = new PeriodicTimer(pace);
        while (!stopping.IsCancellationRequested)
        {
            if (orders.Count == 0 || chance.Next(5) < 2)
                await Order();
            else
                await Visit(chance.Next(orders.Count));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public static string Sku(string tenant, int number) => $"{tenant}-sku-{number}";

    /// <summary>Fills a shelf, so that there is something to order; of the last one there is little.</summary>
    public static Task Stock(Sender sender, string tenant, int seed, int number) => new Shopper(sender, tenant, 1_000 + number, seed, default).Do(
        $"/v1/stock/{Sku(tenant, number)}/receipts", $"stock-{Sku(tenant, number)}", quantity => new { quantity },
        number == Skus - 1 ? 5 : 100_000);

    private async Task Order()
    {
        var isDraft = chance.Next(4) == 0;
        var method = Methods[chance.Next(Methods.Length)];
        var (first, second) = (chance.Next(Skus), chance.Next(Skus));
        var key = NextKey();
        var id = Ids.Text(Ids.Derive("http", tenant, key));
        var position = await Do("/v1/orders", $"order-{id}", quantity => new
        {
            customerId = Name,
            currency = "GBP",
            paymentMethod = method,
            place = !isDraft,
            lines = new[]
            {
                new { sku = Sku(tenant, first), quantity, unitPrice = 250, description = $"for {tenant}" },
                new { sku = Sku(tenant, (first + second + 1) % Skus), quantity = 2, unitPrice = 199, description = "" },
            }.DistinctBy(line => line.sku),
        }, 1 + chance.Next(3), key);
        if (position == 0)
            return;
        orders.Add((id, position));
        if (isDraft)
            await Do($"/v1/orders/{id}/items", $"order-{id}", quantity => new { lines = new[] { new { sku = Sku(tenant, second), quantity, unitPrice = 99 } } }, 1);
        await Look(orders.Count - 1);
    }

    private async Task Visit(int index)
    {
        var id = orders[index].Id;
        (string Path, Func<int, object> Body) errand = chance.Next(8) switch
        {
            0 => ("place", _ => new { }),
            1 => ("cancel", quantity => new { reason = $"{Name} does not want it, {quantity} times" }),
            2 or 3 => ("ship", quantity => new { carrier = "Post", trackingNumber = $"{tenant}-{quantity}" }),
            4 => ("deliver", _ => new { }),
            5 => ("returns", quantity => new { lines = new[] { new { sku = Sku(tenant, chance.Next(Skus)), quantity } }, reason = $"{tenant} sends it back" }),
            6 => ("refunds", quantity => new { amount = quantity, reason = $"{tenant} complained" }),
            _ => ("", _ => new { }),
        };
        if (errand.Path.Length > 0)
        {
            var (path, stream) = errand.Path == "refunds" ? ($"/v1/payments/{id}/refunds", $"payment-{id}") : ($"/v1/orders/{id}/{errand.Path}", $"order-{id}");
            var position = await Do(path, stream, errand.Body, 1);
            orders[index] = (id, Math.Max(orders[index].Position, position));
        }
        await Look(index);
    }

    private Task Look(int index) => sender.Read(tenant, $"/v1/orders/{orders[index].Id}", $"order-{orders[index].Id}", orders[index].Position);

    /// <returns>The position of what was done; 0 when it was not.</returns>
    private async Task<long> Do(string path, string stream, Func<int, object> body, int quantity, string? key = null)
    {
        // Made once: a repeat must have the same body, whatever else it was made of.
        var order = new Order(tenant, key ?? NextKey(), path, stream, body(quantity));
        var changed = order with { Body = body(quantity + 1) };
        var (repeats, changes) = (chance.Next(5) == 0, chance.Next(20) == 0);
        var invocation = await sender.Send(order);
        for (var attempt = 1; invocation.Outcome == Outcome.Unknown || invocation.Code == "idempotency-key-in-use"; attempt++)
        {
            // Who is told to go and still has no answer leaves it at that: unknown.
            if (stopping.IsCancellationRequested && attempt > 5)
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(50 + chance.Next(200)), CancellationToken.None);
            invocation = await sender.Send(changes && attempt == 2 ? changed : order);
        }
        if (repeats)
            await sender.Send(order);
        if (changes)
            await sender.Send(changed);
        return invocation.Outcome == Outcome.Done ? invocation.Position : 0;
    }

    private string NextKey() => $"{Name}-{++keys}";
}
