using System.Collections.Concurrent;
using OrleansOrders.Cli.Client;

namespace OrleansOrders.Cli.Import;

/// <summary>Carries a plan out against a server, phase after phase, and reports. Every request may be repeated, so the whole run may.</summary>
public sealed class ImportRun(ImportOptions options, ImportPlan plan, ApiClient api, Progress progress, TimeProvider time)
{
    private readonly Settlement settlement = new(api, progress, time);
    private readonly ConcurrentDictionary<string, string> idByInvoice = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> imported = new(StringComparer.Ordinal);
    private readonly Outcomes receipts = new();
    private readonly Outcomes orders = new();
    private readonly Outcomes returns = new();
    private readonly ConcurrentDictionary<string, long> refunds = new(StringComparer.Ordinal);

    public async Task<ImportReport> Run(CancellationToken cancellation)
    {
        await api.Greet(cancellation);
        var started = time.GetTimestamp();
        if (options.ReceiveStock)
            await ReceiveStock(cancellation);
        var stockDone = time.GetElapsedTime(started);
        await SendOrders(cancellation);
        var ends = await settlement.WaitForFulfilments([.. idByInvoice.Values], cancellation);
        await settlement.WaitForProjections(cancellation);
        var ordersDone = time.GetElapsedTime(started);
        await SendReturns(cancellation);
        var (refunded, refused) = await settlement.WaitForRefunds(refunds, cancellation);
        await settlement.WaitForProjections(cancellation);
        return new ImportReport(
            options.Path, plan, options.ReceiveStock ? receipts : null, orders, imported.Values.Sum(), ends, returns, refunded, refused,
            stockDone, ordersDone - stockDone, time.GetElapsedTime(started));
    }

    private async Task ReceiveStock(CancellationToken cancellation)
    {
        progress.Begin("stock received", plan.Receipts.Count);
        await Each(plan.Receipts, async receipt =>
        {
            var reply = await api.Post(
                $"/v1/stock/{Uri.EscapeDataString(receipt.Sku)}/receipts", receipt.Key, new ReceiptBody(receipt.Quantity),
                ClientJson.Default.ReceiptBody, cancellation);
            if (reply.IsDone)
                receipts.Accept(reply.IsReplayed);
            else
                receipts.Refuse(receipt.Sku, reply.ToRefusal());
        }, cancellation);
    }

    private async Task SendOrders(CancellationToken cancellation)
    {
        progress.Begin("orders sent", plan.Orders.Count);
        var sender = new OrderSender(api);
        await Each(plan.Orders, async order =>
        {
            var (id, wasThere, refusal) = await sender.Send(order, cancellation);
            if (id is null)
            {
                orders.Refuse(order.Invoice, refusal!);
                return;
            }
            orders.Accept(wasThere);
            idByInvoice[order.Invoice] = id;
            imported[order.Invoice] = order.Total;
        }, cancellation);
    }

    // Two returns of one order take their pieces from the same lines, so they go one after the other.
    private async Task SendReturns(CancellationToken cancellation)
    {
        var wanted = plan.Returns.Where(returned => idByInvoice.ContainsKey(returned.Order))
            .GroupBy(returned => returned.Order, StringComparer.Ordinal).ToList();
        progress.Begin("returns sent", wanted.Sum(order => order.Count()));
        var sender = new ReturnSender(api);
        await Parallel.ForEachAsync(wanted, Concurrently(cancellation), async (order, _) =>
        {
            foreach (var returned in order)
            {
                var (wasThere, refusal) = await sender.Send(returned, idByInvoice[order.Key], cancellation);
                progress.Advance();
                if (refusal is not null)
                {
                    returns.Refuse(returned.Invoice, refusal);
                    continue;
                }
                returns.Accept(wasThere);
                refunds.AddOrUpdate(idByInvoice[order.Key], returned.Refund, (_, sum) => sum + returned.Refund);
            }
        });
    }

    // Taken in the order of the file, a bounded number at a time.
    private Task Each<T>(IReadOnlyList<T> items, Func<T, Task> work, CancellationToken cancellation) =>
        Parallel.ForEachAsync(items, Concurrently(cancellation), async (item, _) =>
        {
            await work(item);
            progress.Advance();
        });

    private ParallelOptions Concurrently(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellation };
}
