using System.Globalization;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Commands;

/// <summary>An order and its story, for people.</summary>
internal static class OrderText
{
    private const int LongestData = 120;

    public static void Write(TextWriter output, OrderView order, IReadOnlyList<EventEnvelope> story)
    {
        output.WriteLine($"Order {order.Id}, {order.Status}, version {order.Version}");
        output.WriteLine($"  customer  {order.CustomerId}");
        output.WriteLine($"  total     {Amount(order.Total, order.Currency)}");
        output.WriteLine($"  payment   {order.PaymentMethod}");
        WriteIfGiven(output, "country", order.Country);
        WriteIfGiven(output, "address", order.ShippingAddress);
        WriteIfGiven(output, "placed", Time(order.PlacedAt));
        WriteIfGiven(output, "shipped", order.ShippedAt is null ? null : $"{Time(order.ShippedAt)}, {order.Carrier} {order.TrackingNumber}");
        WriteIfGiven(output, "delivered", Time(order.DeliveredAt));
        WriteIfGiven(output, "cancelled", order.CancelledAt is null ? null : $"{Time(order.CancelledAt)}, {order.CancelReason}");
        output.WriteLine();
        foreach (var line in order.Lines)
            output.WriteLine(
                $"  {line.Quantity,7} x {Amount(line.UnitPrice, order.Currency),14}  {line.Sku}  {line.Description}{(line.Returned > 0 ? $"  ({line.Returned} returned)" : "")}");
        output.WriteLine();
        foreach (var entry in story)
            output.WriteLine($"  {entry.Position,8}  {Time(entry.RecordedAt)}  {entry.StoredName,-34} {Data(order.Id, entry)}".TrimEnd());
    }

    public static string Amount(long minor, string currency)
    {
        if (!Currencies.IsKnown(currency))
            return $"{minor} {currency}";
        var decimals = Currencies.Decimals(currency);
        var major = minor / (decimal)Currencies.Scale(currency);
        return $"{major.ToString($"N{decimals}", CultureInfo.InvariantCulture)} {currency}";
    }

    private static void WriteIfGiven(TextWriter output, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            output.WriteLine($"  {name,-9} {value}");
    }

    private static string? Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What everybody knows already, the order and the time, is left out.
    private static string Data(string orderId, EventEnvelope entry)
    {
        using var data = JsonDocument.Parse(entry.Data);
        var members = data.RootElement.EnumerateObject().Where(member => member.Name is not ("at" or "orderId"));
        var text = string.Join(' ', members.Select(member => $"{member.Name}={member.Value}"));
        if (entry.Id != orderId)
            text = $"[{entry.Id}] {text}";
        return text.Length <= LongestData ? text : $"{text[..LongestData]}...";
    }
}
