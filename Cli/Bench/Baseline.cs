using System.Globalization;
using System.Text.Json;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>The ratios of an earlier run, which a later one must not fall behind.</summary>
internal sealed class Baseline(IReadOnlyDictionary<string, double> ratios, double tolerance)
{
    /// <param name="file">What <c>orders bench --json</c> printed.</param>
    /// <param name="tolerance">The part of a ratio that may be lost: rounds differ by so much anyway.</param>
    /// <exception cref="Failure">It cannot be read.</exception>
    public static Baseline Read(string file, double tolerance)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            return new Baseline(
                document.RootElement.GetProperty("headlines").EnumerateObject()
                    .ToDictionary(headline => headline.Name, headline => headline.Value.GetProperty("ratio").GetDouble()), tolerance);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new Failure(ExitCodes.BadInput, $"--compare {file} is not what `orders bench --json` prints: {unusable.Message}", unusable);
        }
    }

    /// <summary>Says how the result falls behind; null when it does not, or when the baseline does not know it.</summary>
    public string? Judge(string id, HeadlineResult result)
    {
        if (!ratios.TryGetValue(id, out var before))
            return null;
        var isWorse = result.LessIsBetter ? result.Ratio > before / (1 - tolerance) : result.Ratio < before * (1 - tolerance);
        return isWorse
            ? string.Create(CultureInfo.InvariantCulture, $"{id} is at {result.Ratio:0.00}, the baseline at {before:0.00}; {tolerance:P0} may be lost")
            : null;
    }
}
