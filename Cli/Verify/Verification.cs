using Npgsql;

namespace OrleansOrders.Cli.Verify;

/// <summary>What a verification found; the record is the JSON.</summary>
public sealed record VerificationReport(bool Ok, IReadOnlyList<InvariantReport> Invariants);

/// <summary>
/// Checks the invariants over a whole database, also while a server works on it. Memory does not grow with the log: it is
/// read as a stream, stock first, then order by order.
/// </summary>
public sealed class Verification(NpgsqlDataSource database, string connectionString, TimeProvider time)
{
    private readonly StreamIntegrity integrity = new();
    private readonly Receipts receipts = new();
    private readonly PaymentBooks books = new();
    private readonly MoneyBalance money = new();
    private readonly StockBalance stock = new();
    private readonly ReadModelFolds readModels = new();
    private readonly PublishedLog published = new();
    private readonly TenantIsolation tenants = new();
    private readonly AuditRecord audit = new();
    private InvariantReport? letters;

    /// <param name="logOnly">Leaves the read models out, which is the larger part of the work, and the only one that writes.</param>
    /// <param name="begin">Told what is looked at next.</param>
    public async Task<VerificationReport> Run(bool logOnly, Action<string> begin, CancellationToken cancellation)
    {
        var sagas = new SagaEnds(stock.ReservedFor);
        await using (var snapshot = await LogSnapshot.Take(database, cancellation))
        {
            begin("the log in order");
            await integrity.CheckLog(snapshot, cancellation);
            begin("streams, sagas, money and stock");
            await Walk(snapshot, sagas, cancellation);
            await sagas.CheckReactions(snapshot, cancellation);
            await books.CheckRest(snapshot, cancellation);
            await readModels.Snapshots.CheckTable(snapshot, cancellation);
            letters = await OpenLetters.Read(snapshot, cancellation);
            begin("receipts");
            await receipts.CheckTables(snapshot, cancellation);
            begin("what was published");
            await published.Check(snapshot, cancellation);
            begin("tenants");
            await tenants.Check(snapshot, cancellation);
            begin("the audit");
            await audit.Check(snapshot, cancellation);
        }
        if (!logOnly)
        {
            begin("read models");
            await readModels.Compare(database, connectionString, time, cancellation);
        }
        InvariantReport[] reports =
        [
            receipts.ToReport(), integrity.ToReport(), books.ToReport(), money.ToReport(), stock.ToReport(), sagas.ToReport(),
            published.ToReport(), readModels.ToReport(), tenants.ToReport(), letters!,
            audit.ToReport(),
        ];
        return new VerificationReport(reports.All(report => report.Verdict != Verdict.Violated), reports);
    }

    private async Task Walk(LogSnapshot snapshot, SagaEnds sagas, CancellationToken cancellation)
    {
        var reactedTo = await snapshot.Single<long?>("select min(position) from reaction_checkpoints", cancellation) ?? 0;
        var repairs = await RepairedEvents.Read(snapshot, cancellation);
        var waiting = await OpenLetters.ReadWaiting(snapshot, cancellation);
        await new StreamWalk(snapshot, [integrity, receipts, readModels.Snapshots, stock], repairs).Run(stock: true, cancellation);

        ILookup<(string, string), LedgerRow> ledger = Array.Empty<LedgerRow>().ToLookup(row => (row.Tenant, row.OrderId));
        var orders = new OrderAssembler([books, money, sagas, stock], reactedTo, waiting, (tenant, id) => ledger[(tenant, id)]);
        var walk = new StreamWalk(snapshot, [integrity, receipts, readModels.Snapshots, orders], repairs)
        {
            BeforeBatch = async batch =>
            {
                orders.Flush();
                ledger = await LedgerRow.ReadBatch(snapshot, batch, cancellation);
            },
        };
        await walk.Run(stock: false, cancellation);
        orders.Flush();
    }
}
