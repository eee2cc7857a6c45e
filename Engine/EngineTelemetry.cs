using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Fulfilments;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// How commands, sagas, reactions and notifications go, in either edition: meter and activity source are both named
/// <see cref="Name"/>. Labels have few values: kinds of things, never one thing's id.
/// </summary>
public static class EngineTelemetry
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Name = "OrleansOrders.Engine";

    private static readonly ActivitySource Activities = new(Name);
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

    private static readonly Counter<long> Webhooks = Meter.CreateCounter<long>(
        "orders.webhook.attempts", "{attempt}", "Attempts to deliver a webhook, by result: delivered, failed, which comes again, given-up.");

    /// <summary>An attempt of one that follows the log has failed.</summary>
    /// <param name="consumer">As dead letters name it: <c>reactions</c> or <c>notifications</c>.</param>
    public static void ConsumerFailed(string consumer) => Failures.Add(1, new KeyValuePair<string, object?>("consumer", consumer));

    /// <summary>The parent of what is set off from here: the span under way, where it is one of these, else what an event has stored.</summary>
    internal static string? Continue(string? stored) =>
        Activity.Current is { } span && ReferenceEquals(span.Source, Activities) ? span.Id : stored;

    /// <summary>
    /// Begins a command in the trace that it comes from, wherever that began. What a saga notes of itself is none: its steps are
    /// spans already, and there would be as many again.
    /// </summary>
    internal static Activity? StartCommand(Command command, CommandContext context)
    {
        if (!Activities.HasListeners() || (command is FulfilmentCommand && context.Actor == OwnActors.Fulfilment))
            return null;
        _ = ActivityContext.TryParse(context.TraceParent, null, isRemote: true, out var parent);
        return Activities.StartActivity(command.GetType().Name, ActivityKind.Internal, parent);
    }

    internal static Activity? StartReaction(RecordedEvent recorded) =>
        About(EventTrace.Start(Activities, $"react {recorded.Type}", ActivityKind.Consumer, recorded.Metadata), recorded);

    internal static Activity? StartNotification(RecordedEvent recorded, string kind) =>
        About(EventTrace.Start(Activities, $"notify {kind}", ActivityKind.Consumer, recorded.Metadata), recorded);

    /// <summary>Begins a step where the saga's event stands that asked for it.</summary>
    internal static Activity? StartStep(string step, SagaContext saga)
    {
        if (!Activities.HasListeners() || !ActivityContext.TryParse(saga.TraceParent, null, isRemote: true, out var parent))
            return null;
        return Activities.StartActivity($"step {step}", ActivityKind.Internal, parent);
    }

    internal static void Command(string aggregate, CommandOutcome? outcome, long started, Activity? span)
    {
        if (span is not null)
        {
            if (outcome is not CommandOutcome.Done { Replayed: false })
                span.SetTag("orders.outcome", NameOf(outcome));
            if (outcome is CommandOutcome.Refused refused)
                span.SetTag("orders.refusal", refused.Code);
            if (outcome is null)
                span.SetStatus(ActivityStatusCode.Error);
            span.Dispose();
        }
        if (!Commands.Enabled)
            return;
        Commands.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("aggregate", aggregate), new("outcome", NameOf(outcome)));
    }

    internal static void Step(string step, StepResult result, long started, Activity? span)
    {
        if (span is not null && result is StepResult.Failed failed)
            span.SetStatus(ActivityStatusCode.Error, failed.Code);
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

    /// <param name="status">What the delivery has become.</param>
    internal static void WebhookAttempt(string status) => Webhooks.Add(1, new KeyValuePair<string, object?>("result", status switch
    {
        "delivered" => status,
        "pending" => "failed",
        _ => "given-up",
    }));

    internal static void Notification(string kind, string result) => Messages.Add(1, new("kind", kind), new("result", result));

    private static Activity? About(Activity? span, RecordedEvent recorded) => span?.SetTag("orders.tenant", recorded.Stream.Tenant)
        .SetTag("orders.stream", recorded.Stream.StreamId).SetTag("orders.position", recorded.Position);

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
