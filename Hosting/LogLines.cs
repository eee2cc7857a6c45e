using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Hosting;

/// <summary>
/// One line for an entry, as text or as a JSON object, with the order, the tenant and the trace that the work was about. What
/// others put around an entry (the server's address of a request) is left out: it holds what callers wrote.
/// </summary>
internal sealed class LogLines(string form, TimeProvider time) : ConsoleFormatter(form)
{
    public const string Text = "orders-text";
    public const string Json = "orders-json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var at = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var (tenant, order, trace) = Subject();
        if (Name == Json)
            WriteJson(logEntry, at, message, (tenant, order, trace), textWriter);
        else
            WriteText(logEntry, at, message, (tenant, order, trace), textWriter);
    }

    private static (string? Tenant, string? Order, string? Trace) Subject()
    {
        var subject = LogSubject.Current;
        return (subject?.Tenant, subject?.OrderId, Activity.Current?.TraceId.ToHexString() ?? subject?.FindTrace?.Invoke());
    }

    private static void WriteText<TState>(
        in LogEntry<TState> entry, string at, string message, (string? Tenant, string? Order, string? Trace) subject, TextWriter output)
    {
        var line = new StringBuilder($"{at} {NameOf(entry.LogLevel)}: {entry.Category}[{entry.EventId.Id}] {message}");
        if (entry.Exception is { } failure)
            line.Append(' ').Append(failure);
        foreach (var (name, value) in ((string, string?)[])[("order", subject.Order), ("tenant", subject.Tenant), ("trace", subject.Trace)])
        {
            if (value is not null)
                line.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }
        output.WriteLine(line.Replace("\r", " ").Replace('\n', ' ').ToString());
    }

    private static void WriteJson<TState>(
        in LogEntry<TState> entry, string at, string message, (string? Tenant, string? Order, string? Trace) subject, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", at);
            json.WriteString("level", entry.LogLevel.ToString().ToLowerInvariant());
            json.WriteString("category", entry.Category);
            json.WriteString("message", message);
            Write(json, "orderId", subject.Order);
            Write(json, "tenant", subject.Tenant);
            Write(json, "traceId", subject.Trace);
            Write(json, "exception", entry.Exception?.ToString());
            if (entry.State is IReadOnlyList<KeyValuePair<string, object?>> fields && fields.Any(IsField))
            {
                json.WriteStartObject("fields");
                foreach (var (name, value) in fields.Where(IsField))
                    json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    // The template itself is among them.
    private static bool IsField(KeyValuePair<string, object?> field) => field.Key.Length > 0 && field.Key[0] != '{';

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
