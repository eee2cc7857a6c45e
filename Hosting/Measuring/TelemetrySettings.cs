using OpenTelemetry.Exporter;

namespace OrleansOrders.Hosting.Measuring;

/// <summary>
/// Where OpenTelemetry's variables say that measurements and traces go. What they say beyond that (protocol, headers, sampling,
/// intervals) its library reads by itself.
/// </summary>
internal sealed record TelemetrySettings(bool SendsMetrics, bool SendsTraces, string? MetricsEndpoint, string? TracesEndpoint)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="Failure">An address is none.</exception>
    public static TelemetrySettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <inheritdoc cref="FromEnvironment"/>
    public static TelemetrySettings From(Func<string, string?> variable)
    {
        var both = Read(variable, Endpoint);
        var metrics = Read(variable, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
        var traces = Read(variable, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        return new TelemetrySettings(
            (both ?? metrics) is not null && variable("OTEL_METRICS_EXPORTER") != "none",
            (both ?? traces) is not null && variable("OTEL_TRACES_EXPORTER") != "none", metrics, traces);
    }

    /// <summary>The address of one signal is whole; that of all is where each has its own path, which the library adds.</summary>
    public static void Address(OtlpExporterOptions exporter, string? own)
    {
        if (own is not null)
            exporter.Endpoint = new Uri(own);
    }

    private static string? Read(Func<string, string?> variable, string name) => variable(name) switch
    {
        null or "" => null,
        var given when Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => given,
        _ => throw new Failure(ExitCodes.BadInput, $"{name} is an address like http://localhost:4317."),
    };
}
