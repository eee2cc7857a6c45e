using System.CommandLine;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Http;

namespace OrleansOrders.Api;

/// <summary>The program: the HTTP API in front of the silos, from its start to its orderly end.</summary>
public static class GatewayProgram
{
    public const string Name = "orders-gateway";

    private static readonly Setting Cluster = new("--cluster", ClusterNames.ClusterVariable, ClusterNames.Cluster, "The cluster to call.");

    private static readonly Setting Service = new("--service", "ORDERS_SERVICE", ClusterNames.Service, "The cluster's service.");

    private static readonly Setting Port = new("--port", "ORDERS_PORT", "8080", "The HTTP port on loopback; 0 takes any free one.");

    // For the program that starts copies of it side by side.
    private static readonly Option<int> FurtherPorts = new("--further-ports")
    {
        Description = "How many ports after the named one are tried when it is taken.", Hidden = true,
    };

    private static readonly Setting Keys = new(
        "--keys", KeysFile.Variable, "", "A file with the callers' keys, as `orders keys` makes it; a change is taken up while it runs.");

    private static readonly Setting Urls = new(
        "--urls", "ORDERS_URLS", "", "Addresses to listen on instead of loopback, separated by semicolons; needs keys.");

    private static readonly Option<bool> Supervised = SupervisedOption.Create();

    private static readonly Option<Uri?> Check = HealthCheck.CreateOption();

    public static Task<int> Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(
            $"The HTTP API of the cluster edition; any number may run. Needs {DatabaseAddress.Variable}, the database that the silos use.")
        {
            Cluster.Option, Service.Option, Port.Option, Keys.Option, Urls.Option, Check, FurtherPorts, Supervised,
        };
        root.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                if (parsed.GetValue(Check) is { } url)
                    return await HealthCheck.Ask(url, cancellation);
                return await Serve(Read(parsed), parsed.GetValue(Supervised), output, cancellation);
            }
            catch (Exception failure)
            {
                return ErrorLine.Write(error, Name, failure, cancellation);
            }
        });
        return CommandLine.Run(root, Name, arguments, output, error);
    }

    private static async Task<int> Serve(GatewaySettings settings, bool isSupervised, TextWriter output, CancellationToken cancellation)
    {
        using var stop = new StopSignal(cancellation, isSupervised);
        using var logging = Logs.Create(Logs.LevelFromEnvironment());
        await using var gateway = await Gateway.Start(settings, logging, stop.Token);
        output.WriteLine(JsonSerializer.Serialize(new { url = gateway.Url, cluster = settings.Cluster }));
        output.Flush();
        await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return ExitCodes.Ok;
    }

    private static GatewaySettings Read(ParseResult parsed)
    {
        var keysFile = Keys.Read(parsed);
        var keys = KeysFile.Read(keysFile);
        var tokens = TokenSettings.Read();
        var isClosed = keys.Count > 0 || tokens is not null;
        return new GatewaySettings(DatabaseLogins.Require(Name))
        {
            Cluster = Cluster.ReadName(parsed),
            Service = Service.ReadName(parsed),
            Tls = ClusterTls.FromEnvironment(),
            MasterKeyFile = MasterKeySetting.FileFor(),
            Web = new WebServerOptions
            {
                Port = Port.ReadNumber(parsed, 0, IPEndPoint.MaxPort),
                FurtherPorts = parsed.GetValue(FurtherPorts),
                Urls = ListenAddresses.Parse(Urls.Read(parsed), isClosed),
                Api = new ApiOptions
                {
                    Keys = new KeyRing(keys), Tokens = tokens?.Rules, Limits = LimitSettings.Read(isClosed), Edition = "cluster",
                    Environment = InstallationName.Read(),
                },
                Tokens = tokens,
                KeysFile = keysFile,
            },
        };
    }
}
