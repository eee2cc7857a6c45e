using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansOrders.Hosting;

namespace OrleansOrders.Silo;

/// <summary>The program: a silo, from its start to its orderly end.</summary>
public static class SiloProgram
{
    public const string Name = "orders-silo";

    public static Task<int> Run(string[] arguments, TextWriter output, TextWriter error) =>
        CommandLine.Run(SiloCommand.Create(Serve), Name, arguments, output, error);

    private static async Task<int> Serve(SiloSettings settings, bool isSupervised, ParseResult parsed, CancellationToken cancellation)
    {
        using var stop = new StopSignal(cancellation, isSupervised);
        using var logging = Logs.Create(Logs.LevelFromEnvironment());
        await using var silo = await SiloHost.Start(settings, logging, stop.Token);
        Announce(silo, parsed.InvocationConfiguration.Output);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return ExitCodes.Ok;
    }

    // One JSON object a line, for people and for the program that may have started this one.
    private static void Announce(SiloHost silo, TextWriter output)
    {
        output.WriteLine(JsonSerializer.Serialize(new
        {
            silo = $"{silo.Settings.Address}:{silo.Settings.SiloPort}",
            gateway = $"{silo.Settings.Address}:{silo.Settings.GatewayPort}",
            cluster = silo.Settings.Cluster,
            health = silo.HealthUrl,
            dashboard = silo.DashboardUrl,
        }));
        output.Flush();
    }
}
