using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

public static class CustomerSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    public static readonly CustomerDetails Ada = new("Ada", "ada@example.com", null, "1 Mill Lane", "United Kingdom");

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["registered"] = [new CustomerRegistered("c1", Ada, Noon)],
        ["moved"] = [new CustomerRegistered("c1", Ada, Noon), new CustomerDetailsChanged(Ada with { Address = "2 Mill Lane" }, Noon)],
        ["erased"] = [new CustomerRegistered("c1", Ada, Noon), new CustomerErased(Noon)],
    };

    public static IReadOnlyDictionary<string, CustomerCommand> Commands { get; } = new Dictionary<string, CustomerCommand>
    {
        ["put"] = new PutCustomer("c1", Ada with { Phone = "+44 20 7946 0000" }, Noon),
        ["repeat"] = new PutCustomer("c1", Ada, Noon),
        ["erase"] = new EraseCustomer(Noon),
        ["erase-guest"] = new EraseCustomer(Noon, "c1"),
    };
}
