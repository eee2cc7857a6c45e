using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansOrders.Cli.Bench.Growth;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>
/// A program that measures what needs more packages than this one has. It uses this one's server, tells its rounds on
/// standard error, and prints its result as one line of JSON.
/// </summary>
/// <param name="Name">Of its project, and of the folder beside this one's that it is built into.</param>
internal sealed record SideProgram(string Name, IReadOnlyList<string> Headlines, IReadOnlyList<string> Curves)
{
    public static IReadOnlyList<SideProgram> All { get; } =
        [new("Benchmarks.Kafka", ["R4"], ["relay"]), new("Benchmarks.Cluster", ["R7", "R6c"], [])];

    public string WhyNotBuilt => $"{Name} is not built: its packages cannot be restored, or it does not compile";

    public bool IsBuilt => File.Exists(Program);

    private string Program => Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", Name, "bin", "app", $"OrleansOrders.{Name}.dll");

    /// <exception cref="Failure">It ended without a result.</exception>
    public Task<HeadlineResult> Measure(string headline, BenchServer server, Pace pace, Action<string> report, CancellationToken cancellation) =>
        Run<HeadlineResult>(["headline", headline], pace.IsQuick, pace.Rounds, server, report, cancellation);

    /// <inheritdoc cref="Measure"/>
    public Task<CurveResult> Walk(string curve, BenchServer server, GrowthPace pace, Action<string> report, CancellationToken cancellation) =>
        Run<CurveResult>(["curve", curve], pace.IsQuick, pace.Rounds, server, report, cancellation);

    private async Task<T> Run<T>(
        string[] what, bool isQuick, int rounds, BenchServer server, Action<string> report, CancellationToken cancellation)
    {
        string[] arguments = [Program, .. what, "--rounds", $"{rounds}", .. isQuick ? ["--quick"] : Array.Empty<string>()];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[HeadlineCommand.Server] = server.ConnectionString;
        using var process = Process.Start(start)!;
        await using var interrupted = cancellation.UnsafeRegister(static one => Interrupt((Process)one!), process);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                report(line.Data);
        };
        process.BeginErrorReadLine();
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == ExitCodes.Ok
            ? JsonSerializer.Deserialize<T>(output, JsonSerializerOptions.Web)!
            : throw new Failure(ExitCodes.Failed, string.Create(CultureInfo.InvariantCulture, $"{Name} ended with exit code {process.ExitCode} while it measured {what[1]}."));
    }

    // As Ctrl-C does it, so that it cleans up.
    private static void Interrupt(Process process)
    {
        using var signal = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        signal.WaitForExit();
    }
}
