using System.Globalization;
using System.Text.Json;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>
/// Runs a property once for every seed. A failure names its seed and tells the sequence;
/// <c>ORDERS_PROPERTY_SEED=17</c> repeats just that one, <c>ORDERS_PROPERTY_FACTOR=100</c> runs a hundred times as many.
/// </summary>
public static class Seeds
{
    private const string Seed = "ORDERS_PROPERTY_SEED";
    private const string Factor = "ORDERS_PROPERTY_FACTOR";

    /// <summary>Whether one seed is repeated instead of all of them.</summary>
    public static bool IsReplay => Read(Seed) is not null;

    /// <param name="run">Gets chance, and a list to which it adds what it does.</param>
    public static void ForEach(int runs, Action<Random, List<object>> run)
    {
        foreach (var seed in Read(Seed) is { } one ? [one] : Enumerable.Range(1, runs * (Read(Factor) ?? 1)))
        {
            var story = new List<object>();
            try
            {
                run(new Random(seed), story);
            }
            catch (Exception failure)
            {
                var told = string.Join('\n', story.Select(step => $"  {step.GetType().Name} {JsonSerializer.Serialize(step)}"));
                throw new InvalidOperationException($"Seed {seed} fails; repeat it with {Seed}={seed}. {failure.Message}\n{told}", failure);
            }
        }
    }

    public static T Pick<T>(this Random chance, params ReadOnlySpan<T> choices) => choices[chance.Next(choices.Length)];

    public static bool OneIn(this Random chance, int count) => chance.Next(count) == 0;

    private static int? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
