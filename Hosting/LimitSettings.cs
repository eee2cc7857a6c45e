using System.Globalization;
using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>How much callers may ask for, as the environment says.</summary>
public static class LimitSettings
{
    public const string PerKey = "ORDERS_RATE_PER_KEY";
    public const string PerTenant = "ORDERS_RATE_PER_TENANT";
    public const string Concurrent = "ORDERS_CONCURRENT_REQUESTS";

    private const int Largest = 1_000_000;

    /// <param name="hasKeys">Where nobody has to say who he is, there are no limits but those that are set.</param>
    /// <exception cref="Failure">A setting is no number.</exception>
    public static CallLimits Read(bool hasKeys) => Read(hasKeys, Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <inheritdoc cref="Read(bool)"/>
    public static CallLimits Read(bool hasKeys, Func<string, string?> variable)
    {
        var standard = hasKeys ? CallLimits.Standard : CallLimits.None;
        return new CallLimits
        {
            PerKey = ReadNumber(variable, PerKey, standard.PerKey),
            PerTenant = ReadNumber(variable, PerTenant, standard.PerTenant),
            Concurrent = ReadNumber(variable, Concurrent, standard.Concurrent),
        };
    }

    private static int ReadNumber(Func<string, string?> variable, string name, int standard)
    {
        if (variable(name) is not { Length: > 0 } text)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Largest
            ? number
            : throw new Failure(ExitCodes.BadInput, $"{name} is a number from 0, which is no limit, to {Largest}.");
    }
}
