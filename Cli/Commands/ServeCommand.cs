using System.CommandLine;
using System.Diagnostics;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Engine;
using OrleansOrders.Hosting;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Commands;

/// <summary>The standalone edition: everything in one process, until it is told to stop.</summary>
internal static class ServeCommand
{
    // Copies side by side find a port by themselves; a port that was asked for is taken or refused.
    private const int FurtherPorts = 100;

    // More than that do each other no good on one machine.
    private const int MostSilos = 16;

    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Throw away the data folder's database first." };

    private static readonly Option<int?> Silos = new("--silos") { Description = "The cluster edition, with that many silos as processes of their own.", HelpName = "n" };

    private static readonly Option<bool> Supervised = SupervisedOption.Create();

    private static readonly Option<string?> Keys = new("--keys")
    {
        Description = $"A file with the callers' keys, as `orders keys` makes it; a change is taken up while it runs. Default: {KeysFile.Variable}",
        HelpName = "file",
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = "Addresses to listen on instead of loopback, separated by semicolons; needs keys.",
        HelpName = "urls",
    };

    public static Command Create()
    {
        CommonOptions.AcceptOnly(Silos, 1, MostSilos);
        var command = new Command("serve", "Serve orders until Ctrl-C: everything in this one process, or a cluster on this machine.")
        {
            CommonOptions.Port, CommonOptions.Data, Fresh, Silos, Keys, Urls, Supervised,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            using var stop = new StopSignal(cancellation, parsed.GetValue(Supervised));
            if (parsed.GetValue(Silos) is { } silos)
                await ServeCluster.Serve(Read(parsed), silos, terminal, stop.Token);
            else
                await Serve(Read(parsed), terminal, stop.Token);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static ServeOptions Read(ParseResult parsed) => ServeOptions.Read(
        parsed.GetValue(CommonOptions.Data)!, parsed.GetValue(Fresh), parsed.GetValue(CommonOptions.Port), parsed.GetValue(Keys),
        parsed.GetValue(Urls));

    private static async Task Serve(ServeOptions options, Terminal terminal, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var level = Logs.LevelFromEnvironment();
        var notifier = SmtpSettings.CreateNotifier(TimeProvider.System);
        if (options.Port is > 0 and var wanted && options.Urls.Count == 0 && !Ports.IsFree(wanted))
            throw WebServer.PortTaken($"Port {wanted}");
        await using var database = await Database.Own(
            new PrivatePostgresOptions(options.Data) { Fresh = options.Fresh, Report = terminal.Report }, stop);
        var host = await StandaloneHost.Start(
            new StandaloneOptions(database.Logins)
            {
                Web = new WebServerOptions
                {
                    Port = options.Port ?? CommonOptions.DefaultPort,
                    FurtherPorts = options.Port is null ? FurtherPorts : 0,
                    Urls = options.Urls,
                    Api = new ApiOptions { Keys = new KeyRing(options.Keys), Tokens = options.Tokens?.Rules, Limits = options.Limits, Environment = InstallationName.Read() },
                    Tokens = options.Tokens,
                    KeysFile = options.KeysFile,
                },
                Notifier = notifier,
                Webhooks = WebhookSettings.Read(),
                LogLevel = level,
                MasterKeyFile = MasterKeySetting.FileFor(options.Data),
                Engine = new EngineOptions { Boundary = CrashPoint.FromEnvironment(), RefundLimits = RefundSettings.Read() },
                Time = WrongClock.FromEnvironment(),
            }, stop);
        await using (host)
        {
            if (database.IsPrivate)
                ServerNote.Write(options.Data, host.BaseUrl);
            Announce(terminal, host.BaseUrl, database.IsPrivate ? Path.GetFullPath(options.Data) : DatabaseAddress.Variable, clock.Elapsed);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(_ => { }, TaskScheduler.Default);
            terminal.Report("Stopping ...");
            if (database.IsPrivate)
                ServerNote.Remove(options.Data);
        }
    }

    private static void Announce(Terminal terminal, string url, string data, TimeSpan elapsed) => terminal.Print(
        new { url, data, edition = "standalone", seconds = Math.Round(elapsed.TotalSeconds, 1) },
        output => output.WriteLine(
            $"""
             OrleansOrders is ready after {elapsed.TotalSeconds:0.0} s (standalone edition).

               page      {url}/
               orders    {url}/v1/orders
               sales     {url}/v1/reports/sales
               OpenAPI   {url}/openapi/v1.json
               health    {url}/health/ready
               data      {data}

             Ctrl-C stops it; the data stays.
             """));
}
