using OrleansOrders.Domain;

namespace OrleansOrders.Hosting;

/// <summary>Above which amounts a refund needs a second person, as the environment says.</summary>
public static class RefundSettings
{
    public const string Variable = "ORDERS_REFUND_LIMITS";

    /// <returns>Null when there are no limits.</returns>
    /// <exception cref="Failure">It is no list of currencies and amounts.</exception>
    public static RefundLimits? Read() => Read(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <inheritdoc cref="Read()"/>
    public static RefundLimits? Read(Func<string, string?> variable)
    {
        try
        {
            return RefundLimits.Parse(variable(Variable));
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{Variable}: {wrong.Message}", wrong);
        }
    }
}
