using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansOrders.Hosting.Measuring;

/// <summary>
/// Writes what the meters have gathered in Prometheus' text format 0.0.4. What two hosts of one process measure under one name
/// is one family here, and no series is written twice.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    // What a pool is called that nobody has named: how it connects is nobody's business.
    private const string PoolName = "db.client.connection.pool.name";

    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);
    private readonly StringBuilder labels = new();

    /// <summary>Set by the reader that this is given to: has it call <see cref="Export"/>.</summary>
    public Func<int, bool>? Collect { get; set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        families.Clear();
        foreach (var metric in batch)
        {
            var name = PrometheusNames.Of(metric.Name, metric.Unit, IsCounter(metric.MetricType));
            if (!families.TryGetValue(name, out var family))
                families.Add(name, family = new Family(metric.Description, TypeOf(metric.MetricType)));
            foreach (ref readonly var point in metric.GetMetricPoints())
                Write(family, name, metric.MetricType, point);
        }
        return ExportResult.Success;
    }

    /// <summary>What the last <see cref="Export"/> was given.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(64 * 1024);
        foreach (var (name, family) in families)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n')
                .Append("# TYPE ").Append(name).Append(' ').Append(family.Type).Append('\n').Append(family.Lines);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Write(Family family, string name, MetricType type, in MetricPoint point)
    {
        var series = LabelsOf(point);
        if (!family.Series.Add(series))
            return;
        if (type.IsHistogram())
        {
            WriteHistogram(family.Lines, name, series, point);
            return;
        }
        var value = type switch
        {
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
            _ => type.IsLong() ? point.GetSumLong() : point.GetSumDouble(),
        };
        Line(family.Lines, name, series, value);
    }

    private static void WriteHistogram(StringBuilder text, string name, string series, in MetricPoint point)
    {
        var before = series.Length == 0 ? "" : series + ",";
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString("R", CultureInfo.InvariantCulture);
            Line(text, name + "_bucket", $"{before}le=\"{bound}\"", count);
        }
        Line(text, name + "_sum", series, point.GetHistogramSum());
        Line(text, name + "_count", series, point.GetHistogramCount());
    }

    private static void Line(StringBuilder text, string name, string series, double value)
    {
        text.Append(name);
        if (series.Length > 0)
            text.Append('{').Append(series).Append('}');
        text.Append(' ').Append(CultureInfo.InvariantCulture, $"{value:R}").Append('\n');
    }

    private string LabelsOf(in MetricPoint point)
    {
        labels.Clear();
        foreach (var (key, value) in point.Tags)
        {
            var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            if (key == PoolName && shown.Contains('=', StringComparison.Ordinal))
                shown = "other";
            labels.Append(labels.Length > 0 ? "," : "").Append(PrometheusNames.Sanitize(key)).Append("=\"");
            foreach (var letter in shown)
                _ = letter switch
                {
                    '\\' => labels.Append(@"\\"),
                    '"' => labels.Append("\\\""),
                    '\n' => labels.Append(@"\n"),
                    _ => labels.Append(letter),
                };
            labels.Append('"');
        }
        return labels.ToString();
    }

    private static bool IsCounter(MetricType type) => type is MetricType.LongSum or MetricType.DoubleSum;

    private static string TypeOf(MetricType type) => type.IsHistogram() ? "histogram" : IsCounter(type) ? "counter" : "gauge";

    private sealed record Family(string Help, string Type)
    {
        public HashSet<string> Series { get; } = new(StringComparer.Ordinal);

        public StringBuilder Lines { get; } = new();
    }
}
