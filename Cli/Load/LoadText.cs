using System.Globalization;

namespace OrleansOrders.Cli.Load;

/// <summary>A load's report for people.</summary>
internal static class LoadText
{
    public static void Write(TextWriter output, LoadReport report)
    {
        var ended = report.IsInterrupted ? "interrupted after" : "in";
        output.WriteLine(Text($"{report.Arrivals} arrivals {ended} {report.Seconds:0.0} s ({report.Arrivals / report.Seconds:0} of {report.Rate}/s), {report.Url} run {report.Run}, seed {report.Seed}"));
        output.WriteLine(Text($"Before: {report.Prepared.Customers} customers, {report.Prepared.Receipts} receipts of {report.Prepared.Skus} SKUs, {report.Prepared.Orders} orders, not in the figures."));
        output.WriteLine("Arrivals have random gaps; milliseconds are from when a request was due to the end of its reply.");
        output.WriteLine();
        output.WriteLine($"{"",-8} {"count",8} {"done",8} {"refused",8} {"errors",8} {"p50",9} {"p95",9} {"p99",9} {"max",9}");
        foreach (var kind in report.Kinds)
            output.WriteLine(Row(kind.Kind, kind.Count, kind.Done, KindReport.Sum(kind.Refused), KindReport.Sum(kind.Errors), kind.Latency));
        output.WriteLine(Text($"{"arrivals",-8} {report.Arrivals,8} {"",8} {"",8} {report.Errors,8} {Latency(report.Latency)}"));
        output.WriteLine(Text($"{"not sent before",-44} {Latency(report.SendDelay)}"));
        output.WriteLine();
        WriteReasons(output, report);
        WriteEnd(output, report);
    }

    private static void WriteReasons(TextWriter output, LoadReport report)
    {
        foreach (var kind in report.Kinds)
        {
            foreach (var refused in kind.Refused)
                output.WriteLine(Text($"refused   {refused.Count,8}  {kind.Kind}: {refused.Code}"));
            foreach (var error in kind.Errors)
                output.WriteLine(Text($"error     {error.Count,8}  {kind.Kind}: {error.Code} ({error.First})"));
        }
        if (report.NotSent > 0)
            output.WriteLine(Text($"error     {report.NotSent,8}  not sent: too many waited for their reply"));
    }

    private static void WriteEnd(TextWriter output, LoadReport report)
    {
        var (largest, end) = (report.LargestLag, report.LagAtEnd);
        output.WriteLine(Text($"lag       projections {end?.ProjectionEvents.ToString() ?? "?"} events at the end, {largest.ProjectionEvents} at most ({largest.ProjectionSeconds:0.0} s); fulfilments {end?.ReactionEvents.ToString() ?? "?"}, {largest.ReactionEvents} at most ({largest.ReactionSeconds:0.0} s)"));
        output.WriteLine(report.SettledSeconds is { } settled
            ? Text($"at rest   {settled:0.0} s after the last reply: everything fulfilled and projected")
            : "at rest   not waited for");
        output.WriteLine(Text($"generator {report.GeneratorCpuMicros:0} µs of processor time for each arrival"));
        output.WriteLine($"verify    {report.Verify}");
    }

    private static string Row(string name, long count, long done, long refused, long errors, LatencyReport latency) =>
        Text($"{name,-8} {count,8} {done,8} {refused,8} {errors,8} {Latency(latency)}");

    private static string Latency(LatencyReport latency) =>
        Text($"{latency.P50,9:0.0} {latency.P95,9:0.0} {latency.P99,9:0.0} {latency.Max,9:0.0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
