using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Fulfilments;

namespace OrleansOrders.Engine;

/// <summary>
/// How commands, sagas, reactions and notifications go, in either edition: meter and activity source are both named
/// <see cref="Name"/>. Labels have few values: kinds of things, never one thing's id.
/// </summary>
public static class EngineTelemetry
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Name = "OrleansOrders.Engine";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Commands = Meter.CreateHistogram(
        "orders.command.duration", "s", "Deciding a command and writing its events, by aggregate and outcome.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15] });

    private static readonly Histogram<double> Steps = Meter.CreateHistogram(
        "orders.fulfilment.step.duration", "s", "A step of a fulfilment, or its undoing, by result: done, failed, or retry, which comes again.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10, 30] });

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "orders.consumer.failures", "{attempt}", "Attempts of those who follow the log that failed and come again.");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "orders.notifications", "{message}", "Messages to customers, by kind and result: sent, not-sendable, refused, failed.");

    /// <summary>An attempt of one that follows the log has failed.</summary>
    /// <param name="consumer">As dead letters name it: <c>reactions</c> or <c>notifications</c>.</param>
    public static void ConsumerFailed(string consumer) => Failures.Add(1, new KeyValuePair<string, object?>("consumer", consumer));

    internal static void Command(string aggregate, CommandOutcome? outcome, long started)
    {
        if (!Commands.Enabled)
            return;
        Commands.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("aggregate", aggregate), new("outcome", NameOf(outcome)));
    }

    internal static void Step(string step, StepResult result, long started)
    {
        if (!Steps.Enabled)
            return;
        var ended = result switch
        {
            StepResult.Failed { Transient: true } => "retry",
            StepResult.Failed => "failed",
            _ => "done",
        };
        Steps.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("step", step), new("result", ended));
    }

    internal static void Notification(string kind, string result) => Messages.Add(1, new("kind", kind), new("result", result));

    private static string NameOf(CommandOutcome? outcome) => outcome switch
    {
        CommandOutcome.Done { Replayed: true } or CommandOutcome.Refused { Replayed: true } => "replayed",
        CommandOutcome.Done => "done",
        CommandOutcome.Refused => "refused",
        CommandOutcome.VersionMismatch => "version-mismatch",
        CommandOutcome.KeyReused => "key-reused",
        _ => "failed",
    };
}
