using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// What 100,000 activations of the order's grain cost beside their state, with everything that the silo keeps for them,
/// and that they go when nobody calls them. The states alone are weighed first, in an array.
/// </summary>
internal static class ActivationMemory
{
    private const int Orders = 100_000;
    private const int Callers = 64;
    private const string Tenant = "bench";
    private const double MostBytes = 6 * 1024;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task Run(BenchDatabase database, Report report)
    {
        using var silo = await BenchmarkSilo.Start(builder => builder
            .AddOrders(new OrdersSiloOptions(database.ConnectionString) { ReadsFeed = false })
            .Configure<GrainCollectionOptions>(options => (options.CollectionAge, options.CollectionQuantum) = (Idle, TimeSpan.FromSeconds(5))));
        var store = silo.Services.GetRequiredService<IEventStore>();
        await EachOrder(i => Write(store, i));
        var states = new OrderState?[Orders];
        _ = await Fold(store, 0);
        var empty = Weigh();
        await EachOrder(async i => states[i] = await Fold(store, i));
        var state = (Weigh() - empty) / (double)Orders;
        GC.KeepAlive(states);
        Array.Clear(states);

        var before = Weigh();
        var watch = Stopwatch.StartNew();
        await EachOrder(i => Wake(silo.Grains(), i));
        var activating = watch.Elapsed;
        var active = await Count(silo);
        var all = (Weigh() - before) / (double)Orders;
        if (active < Orders)
            throw new InvalidOperationException($"Only {active} activations were left when they were weighed: the machine was too slow for {Idle}.");
        report.Say($"{Orders} orders of 3 lines, activated and loaded by {Callers} callers in {activating.TotalSeconds:n1} s");
        report.Add("state alone", "bytes", [state]);
        report.Add("activation with its state", "bytes", [all]);
        report.Judge("activation beside its state", "bytes", all - state, $"below {MostBytes}", all - state < MostBytes);
        await Leave(silo, report, before);
        await silo.StopAsync();
    }

    private static async Task Leave(IHost silo, Report report, long before)
    {
        var watch = Stopwatch.StartNew();
        int left;
        while ((left = await Count(silo)) > 0 && watch.Elapsed < Idle + Patience)
            await Task.Delay(TimeSpan.FromSeconds(3));
        report.Judge("idle activations left after", $"s ({left} left)", watch.Elapsed.TotalSeconds, $"0 left within {(Idle + Patience).TotalSeconds} s", left == 0);
        report.Add("what each of them left behind", "bytes", [(Weigh() - before) / (double)Orders]);
    }

    private static async Task<int> Count(IHost silo)
    {
        var statistics = await silo.Grains().GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return statistics.Count(grain => grain.GrainId.Type.ToString() == Order.StreamType);
    }

    private static async Task Write(IEventStore store, int order)
    {
        var at = DateTimeOffset.UnixEpoch.AddMinutes(order);
        DomainEvent[] events =
        [
            new OrderCreated(Id(order), $"customer-{order % 1_000}", "GBP", PaymentMethods.Ok, null, "United Kingdom", at),
            new ItemAdded("85123A", 6, 255, "WHITE HANGING HEART T-LIGHT HOLDER", at),
            new ItemAdded("71053", 6, 339, "WHITE METAL LANTERN", at),
            new ItemAdded("84406B", 8, 275, "CREAM CUPID HEARTS COAT HANGER", at),
        ];
        var context = new CommandContext(Tenant, Guid.NewGuid(), "bench", Guid.NewGuid());
        await store.Append(new Append(Stream(order), StreamHead.None, EventCodec.Encode(events, context), null), CancellationToken.None);
    }

    private static async Task<OrderState> Fold(IEventStore store, int order) =>
        (await store.ReadStream(Stream(order), 0, 100, CancellationToken.None))
        .Aggregate(Order.Initial, (state, recorded) => Order.Evolve(state, EventCodec.Decode(recorded)));

    private static async Task Wake(IGrainFactory grains, int order)
    {
        CallIdentity.Use(Tenant, "bench");
        var reply = await grains.GetGrain<IOrderGrain>(GrainKeys.Of(Tenant, Id(order))).ReadKnown();
        if (reply.Version != 4)
            throw new InvalidOperationException($"{Id(order)} is at version {reply.Version}: {reply.Detail}");
    }

    private static StreamName Stream(int order) => new(Tenant, Order.StreamType, Id(order));

    private static string Id(int order) => $"o{order:x8}";

    private static Task EachOrder(Func<int, Task> work) => Parallel.ForEachAsync(
        Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await work(i));

    // What can be reached, and nothing else.
    private static long Weigh()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
