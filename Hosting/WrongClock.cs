using System.Globalization;

namespace OrleansOrders.Hosting;

/// <summary>
/// Lets a test start a process whose clock is wrong by so many seconds, as <c>-300</c>; durations are measured as ever. Without
/// the environment variable it is the machine's.
/// </summary>
public sealed class WrongClock(TimeSpan error) : TimeProvider
{
    public const string Variable = "ORDERS_TEST_CLOCK_ERROR";

    /// <exception cref="Failure">The variable is not a number of seconds.</exception>
    public static TimeProvider FromEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => System,
        var text when int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) => new WrongClock(TimeSpan.FromSeconds(seconds)),
        _ => throw new Failure(ExitCodes.BadInput, $"{Variable} is not a number of seconds."),
    };

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + error;
}
