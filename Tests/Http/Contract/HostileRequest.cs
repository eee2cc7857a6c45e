using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>One request, the same for the same seed: mostly well-formed, with something wrong in one or several places.</summary>
internal sealed class HostileRequest
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

    private static readonly string[] Paths =
    [
        "/v1/orders", "/v1/orders/{id}", "/v1/orders/{id}/items", "/v1/orders/{id}/items/{id}", "/v1/orders/{id}/place", "/v1/orders/{id}/cancel",
        "/v1/orders/{id}/ship", "/v1/orders/{id}/deliver", "/v1/orders/{id}/returns", "/v1/orders/{id}/events", "/v1/orders/{id}/timeline",
        "/v1/payments/{id}", "/v1/payments/{id}/refunds", "/v1/stock/{id}", "/v1/stock/{id}/receipts", "/v1/customers/{id}", "/v1/fulfilments",
        "/v1/fulfilments/{id}/retry", "/v1/fulfilments/{id}/skip", "/v1/fulfilments/{id}/compensate", "/v1/projections",
        "/v1/projections/{id}/rebuild", "/v1/dead-letters", "/v1/dead-letters/{id}", "/v1/dead-letters/{id}/repair", "/v1/dead-letters/{id}/replay",
        "/v1/dead-letters/replay", "/v1/webhooks", "/v1/webhooks/{id}", "/v1/webhooks/{id}/rotate", "/v1/webhooks/{id}/resend",
        "/v1/webhooks/{id}/deliveries", "/v1/webhooks/{id}/deliveries/{id}/resend", "/v1/reports/sales", "/v1/{id}", "/{id}", "/v1//orders", "/v1/orders/../../etc", "/openapi/{id}.json",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "a", "a b", "../..", "%2e%2e%2f", "'; drop table events; --", "<script>", "{{7*7}}", "\u0000", "\u0001\u001f", "\u007f\u0085", "\\ud800",
        "é", "😀", "\u202Eabc", "e\u0301", "ﷺ", "4111111111111111", "4111 1111 1111 1111", "-1", "0", "9223372036854775808", "1e400", "NaN",
        "null", "true", "[]", "{}", "\"", "\\", "%", "%00", "%zz", "%F0%28%8C%28", "$where", "__proto__", "constructor", "🏴‍☠️", "2011-01-01",
        "2011-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999-14:00", "0001-01-01T00:00:00+14:00", "order_details", "sales' --",
    ];

    private static readonly string[] Members =
    [
        "customerId", "currency", "paymentMethod", "lines", "sku", "quantity", "unitPrice", "description", "place", "occurredAt", "reason", "amount",
        "carrier", "trackingNumber", "name", "email", "dryRun", "data", "type", "maximumDifferences", "url",
        "eventTypes", "enabled", "graceHours", "since", "$id", "$ref", "", "a.b", "a/b~c", "we'] ird",
    ];

    private static readonly string[] Parameters =
        ["customer", "status", "consumer", "state", "stream", "q", "from", "to", "cursor", "limit", "min-position", "version", "at", "groupBy", "", "x", "a[]"];

    private readonly Random _random;
    private readonly List<(string Name, string Value)> _headers = [];
    private readonly byte[]? _body;

    public HostileRequest(int seed, string orderId)
    {
        _random = new Random(seed);
        var path = Pick(Paths).Replace("{id}", _random.Next(3) == 0 ? orderId : Uri.EscapeDataString(Text()), StringComparison.Ordinal);
        var query = string.Join('&', Enumerable.Range(0, _random.Next(3)).Select(_ => $"{Uri.EscapeDataString(Pick(Parameters))}={Uri.EscapeDataString(Text())}"));
        Method = _random.Next(2) == 0 ? "POST" : Pick(Methods);
        Target = $"{path}{(query.Length > 0 ? "?" + query : "")}";
        if (_random.Next(8) != 0)
            _headers.Add(("Idempotency-Key", _random.Next(4) == 0 ? Ascii(Text()) : $"hostile-{seed}"));
        if (_random.Next(6) == 0)
            _headers.Add(("If-Match", Pick(["*", "\"1\"", "\"x\"", "W/\"1\"", "1", "\"9223372036854775807\"", ",", Ascii(Text())])));
        if (_random.Next(6) == 0)
            _headers.Add(("traceparent", Pick(["00-0-0-00", "nonsense", $"00-{new string('0', 32)}-{new string('0', 16)}-00"])));
        if (Method is not ("POST" or "PUT" or "PATCH") || _random.Next(10) == 0)
            return;
        _body = Damaged();
        _headers.Add(("Content-Type", _random.Next(15) == 0 ? Pick(["text/plain", "application/xml", "x"]) : "application/json"));
    }

    public string Method { get; }

    public string Target { get; }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Target) { Content = _body is null ? null : new ByteArrayContent(_body) };
        foreach (var (name, value) in _headers)
            (name == "Content-Type" ? (HttpHeaders)message.Content!.Headers : message.Headers).TryAddWithoutValidation(name, value);
        return message;
    }

    /// <summary>As it travels over a connection that stays open.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\nHost: localhost\r\n");
        foreach (var (name, value) in _headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (_body is not null || Method is "POST" or "PUT" or "PATCH")
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {_body?.Length ?? 0}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. _body ?? []];
    }

    private byte[] Damaged()
    {
        var bytes = Encoding.UTF8.GetBytes(Body());
        for (var damage = _random.Next(4) == 0 ? _random.Next(4) : 0; damage > 0 && bytes.Length > 0; damage--)
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        return _random.Next(12) == 0 ? bytes[..(bytes.Length / 2)] : bytes;
    }

    private string Body() => _random.Next(10) switch
    {
        0 => Text(),
        1 => string.Concat(Enumerable.Repeat(Pick(["[", "{\"a\":"]), _random.Next(200))),
        2 => Order(_random.NextInt64(), _random.NextInt64()).ToJsonString(),
        3 => Spoiled().ToJsonString(),
        4 => new JsonObject { ["reason"] = Text() }.ToJsonString(),
        _ => Value(0)!.ToJsonString(),
    };

    private JsonObject Spoiled()
    {
        var order = Order(1, 1);
        order[Pick(Members)] = Value(0);
        return order;
    }

    private JsonObject Order(long quantity, long unitPrice) => new()
    {
        ["customerId"] = "hostile",
        ["currency"] = "GBP",
        ["paymentMethod"] = "pm_ok",
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = Text(), ["quantity"] = quantity, ["unitPrice"] = unitPrice }),
    };

    private JsonNode? Value(int depth) => _random.Next(depth > 3 ? 4 : 7) switch
    {
        0 => JsonValue.Create(Text()),
        1 => JsonValue.Create(_random.NextInt64(long.MinValue, long.MaxValue)),
        2 => JsonValue.Create(_random.NextDouble() * 1e20),
        3 => JsonValue.Create(_random.Next(2) == 0),
        4 => new JsonArray([.. Enumerable.Range(0, _random.Next(5)).Select(_ => Value(depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, _random.Next(6)).Select(_ => Pick(Members)).Distinct()
            .Select(name => KeyValuePair.Create(name, Value(depth + 1)))),
    };

    private string Text() => _random.Next(5) switch
    {
        0 => new string((char)_random.Next(32, 0xD7FF), _random.Next(600)),
        1 => string.Concat(Enumerable.Range(0, _random.Next(12)).Select(_ => Pick(Texts))),
        _ => Pick(Texts),
    };

    private static string Ascii(string text) => new([.. text.Where(c => c is > ' ' and < '\u007f')]);

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
