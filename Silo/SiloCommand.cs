using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Kafka;

namespace OrleansOrders.Silo;

/// <summary>The words that a silo is started with.</summary>
internal static class SiloCommand
{
    private const int LeastPassword = 12;

    private static readonly Setting Cluster = new("--cluster", ClusterNames.ClusterVariable, ClusterNames.Cluster, "The cluster to join.");

    private static readonly Setting Service = new("--service", "ORDERS_SERVICE", ClusterNames.Service, "The service that reminders belong to.");

    private static readonly Setting Address = new(
        "--address", "ORDERS_ADDRESS", "127.0.0.1",
        "The IP address under which other machines reach this silo; auto takes the machine's own.");

    private static readonly Setting SiloPort = new("--silo-port", "ORDERS_SILO_PORT", "11111", "For other silos; 0 takes any free port.");

    private static readonly Setting GatewayPort = new("--gateway-port", "ORDERS_GATEWAY_PORT", "30000", "For Orleans clients; 0 takes any free port.");

    private static readonly Setting HttpPort = new("--http-port", "ORDERS_HTTP_PORT", "8081", "For health; 0 takes any free port.");

    private static readonly Setting DashboardPort = new(
        "--dashboard-port", "ORDERS_DASHBOARD_PORT", "8082", "For the dashboard; 0 takes any free port.");

    // A password on a command line can be read by every user of the machine, so that only the environment may carry it.
    private const string PasswordVariable = "ORDERS_DASHBOARD_PASSWORD";

    private static readonly Option<bool> Supervised = SupervisedOption.Create();

    private static readonly Option<Uri?> Check = HealthCheck.CreateOption();

    public static RootCommand Create(Func<SiloSettings, bool, ParseResult, CancellationToken, Task<int>> work)
    {
        var root = new RootCommand(
            $"A node of the cluster. Needs {DatabaseAddress.Variable}, a database that `orders migrate` has made; opens the dashboard for the user "
            + $"`{DashboardAccess.User}` when {PasswordVariable} is set; publishes to the Kafka "
            + "brokers that ORDERS_KAFKA names, with the client's settings in the file that ORDERS_KAFKA_SETTINGS names.")
        {
            Cluster.Option, Service.Option, Address.Option, SiloPort.Option, GatewayPort.Option, HttpPort.Option, DashboardPort.Option, Check,
            Supervised,
        };
        root.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                if (parsed.GetValue(Check) is { } url)
                    return await HealthCheck.Ask(url, cancellation);
                return await work(Read(parsed), parsed.GetValue(Supervised), parsed, cancellation);
            }
            catch (Exception failure)
            {
                return ErrorLine.Write(parsed.InvocationConfiguration.Error, SiloProgram.Name, failure, cancellation);
            }
        });
        return root;
    }

    private static SiloSettings Read(ParseResult parsed) => new(DatabaseLogins.Require(SiloProgram.Name))
    {
        Cluster = Cluster.ReadName(parsed),
        Service = Service.ReadName(parsed),
        Address = ReadAddress(parsed),
        SiloPort = ReadPort(SiloPort, parsed),
        GatewayPort = ReadPort(GatewayPort, parsed),
        HttpPort = ReadPort(HttpPort, parsed),
        DashboardPort = ReadPort(DashboardPort, parsed),
        DashboardPassword = ReadPassword(),
        Kafka = ReadKafka(),
        RefundLimits = RefundSettings.Read(),
        Webhooks = WebhookSettings.Read(),
        Tls = ClusterTls.FromEnvironment(),
        MasterKeyFile = MasterKeySetting.FileFor(),
    };

    private static KafkaOptions? ReadKafka()
    {
        try
        {
            return KafkaOptions.FromEnvironment() is { } options ? WithSecrets(options) : null;
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"Kafka's settings cannot be read: {failure.Message}", failure);
        }
    }

    // Beside the file of settings, so that the file need not be a secret itself.
    private static KafkaOptions WithSecrets(KafkaOptions options)
    {
        var settings = new Dictionary<string, string>(options.Settings, StringComparer.Ordinal);
        if (Secret.Read("ORDERS_KAFKA_SASL_PASSWORD") is { } password)
            settings["sasl.password"] = password;
        if (Secret.Read("ORDERS_KAFKA_SSL_KEY_PASSWORD") is { } keyPassword)
            settings["ssl.key.password"] = keyPassword;
        return options with { Settings = settings };
    }

    private static int ReadPort(Setting setting, ParseResult parsed) => setting.ReadNumber(parsed, 0, IPEndPoint.MaxPort);

    private static string? ReadPassword() => Secret.Read(PasswordVariable) switch
    {
        null => null,
        { Length: < LeastPassword } => throw new Failure(ExitCodes.BadInput, $"{PasswordVariable} needs at least {LeastPassword} characters."),
        var password => password,
    };

    private static IPAddress ReadAddress(ParseResult parsed)
    {
        var given = Address.Read(parsed);
        if (given == "auto")
        {
            return Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address))
                ?? throw new Failure(ExitCodes.BadInput, "This machine's name stands for no IPv4 address but loopback: name one with --address.");
        }
        return IPAddress.TryParse(given, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw Address.Wrong("an IP address that other machines can reach, or auto");
    }
}
