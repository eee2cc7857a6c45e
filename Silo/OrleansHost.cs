using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Dashboard;
using Orleans.Runtime;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Silo;

/// <summary>Builds the host that Orleans runs in, with the dashboard where there is a password for it.</summary>
internal static partial class OrleansHost
{
    // Orleans asks for little, and seldom two things at a time.
    private const int OrleansConnections = 6;

    // One for each projection, and some for what sagas ask.
    private const int ReadModelConnections = 12;

    private static readonly TimeSpan OtherProjector = TimeSpan.FromMilliseconds(500);

    // The projection grains keep the read models; where nothing comes from Kafka for so long, the log is read instead.
    private static readonly TimeSpan Grains = TimeSpan.FromSeconds(5);

    public static IHost Build(SiloSettings settings, RoleConnections connections, PersonalTexts? personal, ILoggerFactory logging)
    {
        if (settings.DashboardPassword is null)
        {
            var plain = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = SiloProgram.Name });
            Configure(plain, settings, connections, personal, logging);
            return plain.Build();
        }
        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = SiloProgram.Name });
        web.WebHost.UseKestrelCore();
        web.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        web.Services.AddRoutingCore();
        Configure(web, settings, connections, personal, logging);
        var application = web.Build();
        application.Use(new DashboardAccess(settings.DashboardPassword).Guard);
        application.UseRouting(); // behind the guard, so that an unknown path says no more than a known one
        application.MapOrleansDashboard();
        return application;
    }

    private static void Listen(KestrelServerOptions kestrel, SiloSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(settings.ListenAddress, settings.DashboardPort);
    }

    private static void Configure(
        IHostApplicationBuilder builder, SiloSettings settings, RoleConnections connections, PersonalTexts? personal,
        ILoggerFactory logging)
    {
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<IFatalErrorHandler>(new GivenUp(Console.Error));
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton(WrongClock.FromEnvironment());
        AddReadModels(builder.Services, settings, connections, logging);
        builder.UseOrleans(silo =>
        {
            Cluster(silo, settings, connections.Writer);
            silo.AddOrders(new OrdersSiloOptions(connections.Writer)
            {
                Publisher = connections.Publisher,
                Engine = new EngineOptions
                {
                    Boundary = CrashPoint.FromEnvironment(), RefundLimits = settings.RefundLimits, Personal = personal,
                },
                Kafka = settings.Kafka,
                Webhooks = settings.Webhooks,
                Notifier = SmtpSettings.CreateNotifier(TimeProvider.System),
            });
            if (settings.DashboardPassword is not null)
                silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        });
    }

    // Both as a server and as another silo's client.
    private static void Protect(TlsOptions options, ClusterTls tls)
    {
        options.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = SiloProgram.Name;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, _, _) => tls.Accepts(certificate);
    }

    private static void AddReadModels(
        IServiceCollection services, SiloSettings settings, RoleConnections connections, ILoggerFactory logging)
    {
        var log = logging.CreateLogger("OrleansOrders");
        // Under one name only: the container disposes of what it made once for each.
        services.AddSingleton<IReadModels>(provider => new PostgresReadModels(
            connections.Projector, provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<TimeProvider>(),
            new ReadModelsOptions
            {
                Connections = ReadModelConnections,
                Reader = connections.Reader,
                Notice = line => LogNotice(log, line),
                StandsBy = settings.Kafka is not null,
                StandbyInterval = settings.Kafka is null ? OtherProjector : Grains,
            }));
        // Before the silo, so that it starts before it and stops after it.
        services.AddHostedService<ProjectionService>();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LogNotice(ILogger log, string line);

    private static void Cluster(ISiloBuilder silo, SiloSettings settings, string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = OrleansConnections, ApplicationName = $"{SiloProgram.Name} membership",
        }.ConnectionString;
        silo
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster, settings.Service))
            .ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort)
            .UseAdoNetClustering((AdoNetClusteringSiloOptions options) =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.DatabaseDriver, connection))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (ClusterNames.DatabaseDriver, connection))
            .Tune();
        if (settings.Tls is { } tls)
            silo.UseTls(tls.Certificate, options => Protect(options, tls));
    }
}
