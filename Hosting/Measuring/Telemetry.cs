using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansOrders.Hosting.Measuring;

/// <summary>
/// Gathers what the process measures, for <c>/metrics</c>, and sends it where OpenTelemetry's own variables say, with the
/// traces. Without such an endpoint nothing is sent, and nothing is traced.
/// </summary>
public sealed class Telemetry : IAsyncDisposable
{
    /// <summary>Our own meters and activity sources.</summary>
    private const string Ours = "OrleansOrders.*";

    private const string Requests = "Microsoft.AspNetCore";
    private const string Runtime = "System.Runtime";
    private const string Pools = "Npgsql";
    private const string Connections = "Microsoft.AspNetCore.Server.Kestrel";

    // Of the others' many metrics those that an operator asks for; what is left out costs nothing.
    private static readonly string[] Kept =
    [
        "dotnet.process.", "dotnet.gc.", "dotnet.thread_pool.", "dotnet.exceptions", "db.client.connection.count", "db.client.connection.max",
        "db.client.connection.npgsql.pending_requests", "db.client.connection.npgsql.timeouts", "kestrel.active_connections",
        "kestrel.rejected_connections",
    ];

    private readonly Lock gate = new();
    private readonly PrometheusText text = new();
    private readonly MeterProvider meters;
    private readonly TracerProvider? traces;

    private Telemetry(string program, IConfiguration configuration)
    {
        var settings = TelemetrySettings.From(configuration);
        var metering = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => Describe(resource, program))
            .AddMeter(Ours, Runtime, Pools, Connections)
            .AddView(instrument => IsWanted(instrument.Meter.Name, instrument.Name) ? null : MetricStreamConfiguration.Drop)
            .AddReader(new BaseExportingMetricReader(text));
        if (settings.SendsMetrics)
            metering.AddOtlpExporter(exporter => TelemetrySettings.Address(exporter, settings.MetricsEndpoint));
        meters = metering.Build();
        if (!settings.SendsTraces)
            return;
        traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => Describe(resource, program))
            .AddSource(Ours, Requests)
            .AddOtlpExporter(exporter => TelemetrySettings.Address(exporter, settings.TracesEndpoint))
            .Build();
    }

    /// <param name="program">What the process calls itself, unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    public static Telemetry Start(string program) => Start(program, new ConfigurationBuilder().AddEnvironmentVariables().Build());

    /// <param name="configuration">Has OpenTelemetry's variables.</param>
    /// <inheritdoc cref="Start(string)"/>
    public static Telemetry Start(string program, IConfiguration configuration) => new(program, configuration);

    /// <summary>What is measured now, in Prometheus' text format.</summary>
    public ReadOnlyMemory<byte> WriteMetrics()
    {
        lock (gate)
        {
            text.Collect!(Timeout.Infinite);
            return text.ToBytes();
        }
    }

    /// <summary>Sends what was not sent yet.</summary>
    public ValueTask DisposeAsync()
    {
        traces?.Dispose();
        meters.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Describe(ResourceBuilder resource, string program) => resource
        .AddService(program, serviceVersion: typeof(Telemetry).Assembly.GetName().Version!.ToString(3), serviceInstanceId: Environment.MachineName)
        .AddEnvironmentVariableDetector();

    private static bool IsWanted(string meter, string instrument) =>
        meter is not (Runtime or Pools or Connections) || Array.Exists(Kept, kept => instrument.StartsWith(kept, StringComparison.Ordinal));
}
