using System.Text;
using System.Text.Json.Nodes;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Golden;

/// <summary>Whole streams as they were once stored; each folds to the state that its last line names.</summary>
public sealed class GoldenHistoryTests
{
    private const string StateLine = "state ";

    private static readonly string Folder = Repository.PathOf("Tests", "Golden", "histories");

    public static TheoryData<string> Histories => [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory, MemberData(nameof(Histories))]
    public void A_golden_history_folds_to_its_state(string history)
    {
        var lines = Read(history);
        var expected = Assert.Single(lines, line => line.StartsWith(StateLine, StringComparison.Ordinal))[StateLine.Length..];
        var actual = Fold(history.Split('-')[0], [.. Events(lines)]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{history} folds to\n{StateLine}{actual}");
    }

    [Fact]
    public void Every_event_in_its_current_version_and_every_old_version_is_part_of_a_history()
    {
        var released = EventCatalog.Kinds.Select(kind => kind.StoredName).Concat(Upcasters.All.Select(upcaster => upcaster.From));
        var told = Directory.GetFiles(Folder, "*.txt").SelectMany(File.ReadAllLines).Select(line => line.Split(' ')[0]);
        Assert.Empty(released.Except(told));
    }

    private static string[] Read(string history) => File.ReadAllLines(Path.Combine(Folder, history + ".txt"));

    private static IEnumerable<DomainEvent> Events(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => !line.StartsWith(StateLine, StringComparison.Ordinal)))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            yield return EventCatalog.Decode(line[..space], Encoding.UTF8.GetBytes(line[(space + 1)..]));
        }
    }

    private static string Fold(string streamType, DomainEvent[] events) => streamType switch
    {
        "order" => Fold<Order, OrderState, OrderCommand>(events),
        "payment" => Fold<Payment, PaymentState, PaymentCommand>(events),
        "stock" => Fold<Stock, StockState, StockCommand>(events),
        "shipment" => Fold<Shipment, ShipmentState, ShipmentCommand>(events),
        "customer" => Fold<Customer, CustomerState, CustomerCommand>(events),
        _ => Fold<Fulfilment, FulfilmentState, FulfilmentCommand>(events),
    };

    private static string Fold<TAggregate, TState, TCommand>(DomainEvent[] events)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command =>
        Encoding.UTF8.GetString(StateCatalog.Encode(events.Aggregate(TAggregate.Initial, TAggregate.Evolve)));
}
