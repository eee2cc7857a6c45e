using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Hosting;

/// <summary>A line says what the work was about, whoever wrote it, and is one line whatever it says.</summary>
public sealed class LogLineTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public void A_line_of_json_has_order_tenant_and_trace_as_fields_of_its_own()
    {
        using var subject = LogSubject.Begin("north", "7f3k", () => Trace);
        using var line = JsonDocument.Parse(Write(LogLines.Json, "It failed:\n\"so\"", [new("Kind", "TimeoutException"), new("{OriginalFormat}", "It failed")]));
        var root = line.RootElement;
        Assert.Equal(
            ("7f3k", "north", Trace, "warning"),
            (Of(root, "orderId"), Of(root, "tenant"), Of(root, "traceId"), Of(root, "level")));
        Assert.Equal("It failed:\n\"so\"", Of(root, "message"));
        Assert.Equal("TimeoutException", Of(root.GetProperty("fields"), "Kind"));
        Assert.Single(root.GetProperty("fields").EnumerateObject());
    }

    [Fact]
    public void A_line_of_text_ends_with_them_and_what_somebody_wrote_does_not_begin_a_second_line()
    {
        using var subject = LogSubject.Begin("north", "7f3k", () => Trace);
        var line = Write(LogLines.Text, "It failed:\r\nfake line", []);
        Assert.EndsWith($"fake line order=7f3k tenant=north trace={Trace}", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Work_about_nothing_in_particular_has_no_such_fields_and_what_ended_leaves_none()
    {
        using (LogSubject.Begin("north", "7f3k"))
            Assert.Contains("7f3k", Write(LogLines.Text, "x", []), StringComparison.Ordinal);
        Assert.DoesNotContain("=", Write(LogLines.Text, "x", []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_work_turns_out_to_be_about_is_known_to_who_began_it()
    {
        using var subject = LogSubject.Begin();
        await FindOut();
        Assert.Contains("order=7f3k tenant=north", Write(LogLines.Text, "x", []), StringComparison.Ordinal);
    }

    private static async Task FindOut()
    {
        await Task.Yield();
        LogSubject.Current!.Is("north", "7f3k");
    }

    private static string? Of(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Write(string form, string message, KeyValuePair<string, object?>[] fields)
    {
        using var output = new StringWriter();
        new LogLines(form, TimeProvider.System).Write(
            new LogEntry<KeyValuePair<string, object?>[]>(LogLevel.Warning, "category", 0, fields, null, (_, _) => message), null, output);
        return output.ToString().TrimEnd('\n');
    }
}
