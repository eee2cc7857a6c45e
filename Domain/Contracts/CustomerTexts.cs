namespace OrleansOrders.Domain.Contracts;

/// <summary>The events of a customer, in words.</summary>
internal static class CustomerTexts
{
    private static readonly CustomerDetails Details = new("Ada Brown", "ada@example.com", "+44 20 7946 0000", "1 Mill Lane", Example.Country);

    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(new CustomerRegistered(Example.CustomerId, Details, Example.At), "A customer became known."),
        EventText.Of(
            new CustomerDetailsChanged(Details with { Address = "2 Mill Lane" }, Example.At),
            "The customer's details are others now. All of them are given, not only those that changed."),
        EventText.Of(new CustomerErased(Example.At), "The customer asked to be forgotten. Whoever keeps copies of the details deletes them."),
    ];
}
