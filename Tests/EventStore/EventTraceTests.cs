using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public sealed class EventTraceTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData($$"""{"actor":"me","traceparent":"{{Trace}}"}""")]
    [InlineData($$"""{"traceparent": "{{Trace}}", "actor": "me"}""")]
    public void The_span_that_wrote_an_event_is_found_in_its_metadata(string metadata)
    {
        var found = EventTrace.Find(Encoding.UTF8.GetBytes(metadata))!.Value;
        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), (found.TraceId.ToHexString(), found.SpanId.ToHexString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"traceparent":null}""")]
    [InlineData("""{"traceparent":5}""")]
    [InlineData("""{"traceparent":"00-4bf9"}""")]
    [InlineData("""{"traceparent":"00-00000000000000000000000000000000-0000000000000000-01"}""")]
    [InlineData("""{"traceparent":"zz-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-zzzzzzzzzzzzzzzz-zz"}""")]
    [InlineData("""{"actor":"\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\""}""")]
    [InlineData("""{"traceparent":""")]
    public void What_is_no_trace_is_as_good_as_none(string metadata) => Assert.Null(EventTrace.Find(Encoding.UTF8.GetBytes(metadata)));
}
