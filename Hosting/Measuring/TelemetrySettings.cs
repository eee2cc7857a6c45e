using Microsoft.Extensions.Configuration;
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
    public static TelemetrySettings From(IConfiguration variables)
    {
        var both = Read(variables, Endpoint);
        var metrics = Read(variables, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
        var traces = Read(variables, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        return new TelemetrySettings(
            (both ?? metrics) is not null && variables["OTEL_METRICS_EXPORTER"] != "none",
            (both ?? traces) is not null && variables["OTEL_TRACES_EXPORTER"] != "none", metrics, traces);
    }

    /// <summary>The address of one signal is whole; that of all is where each has its own path, which the library adds.</summary>
    public static void Address(OtlpExporterOptions exporter, string? own)
    {
        if (own is not null)
            exporter.Endpoint = new Uri(own);
    }

    private static string? Read(IConfiguration variables, string name) => variables[name] switch
    {
        null or "" => null,
        var given when Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => given,
        _ => throw new Failure(ExitCodes.BadInput, $"{name} is an address like http://localhost:4317."),
    };
}
