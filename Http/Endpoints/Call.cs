using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>One request on its way through a route: what came in, who asks, and what is wrong with it so far.</summary>
internal sealed class Call
{
    private readonly HttpContext _context;
    private readonly RouteContract _route;
    private readonly RequestAudit _audit;
    private byte[] _canonicalBody = [];

    public Call(HttpContext context, RouteContract route, ApiServices services, Caller caller, RequestAudit audit)
    {
        (_context, _route, Services, Caller, _audit) = (context, route, services, caller, audit);
        Now = services.Time.GetUtcNow();
        Checks = new Checks(Now);
        Query = new Query(context.Request.Query, route.Query, Checks);
        Key = IdempotencyKey.Read(context.Request, route.Key, Checks);
        CommandId = Key is null ? services.Options.NewId() : Ids.Derive("http", caller.Tenant, Key);
        Precondition = route.IsConditional ? EntityTags.Precondition(context.Request, Checks) : default;
    }

    public ApiServices Services { get; }

    public Caller Caller { get; }

    public string Tenant => Caller.Tenant;

    public DateTimeOffset Now { get; }

    public Checks Checks { get; }

    public Query Query { get; }

    public string? Key { get; }

    /// <summary>Follows from tenant and key, so that a repeat is the same command; new where there is no key.</summary>
    public Guid CommandId { get; }

    public Precondition Precondition { get; }

    public IAggregates Aggregates => Services.Aggregates;

    public IReadModels ReadModels => Services.ReadModels;

    public CancellationToken Aborted => _context.RequestAborted;

    /// <summary>The address's id.</summary>
    public string Id(string name) => Checks.Id("/" + name, RouteValue(name), "path");

    /// <summary>The address's SKU.</summary>
    public string Sku() => Checks.Sku("/sku", RouteValue("sku"), "path");

    /// <summary>Where a live stream is to go on; null when it begins.</summary>
    public long? LastEventId() => Http.LastEventId.Read(_context.Request, Checks);

    public string? FindRouteValue(string name) => _context.Request.RouteValues[name] as string;

    public string RouteValue(string name) => (string)_context.Request.RouteValues[name]!;

    /// <exception cref="ProblemException">The body is not of the type's shape.</exception>
    public async Task<T> Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var body = await BodyReader.Read(_context.Request, type, isOptional: false, Aborted);
        _canonicalBody = JsonSerializer.SerializeToUtf8Bytes(body!, type);
        return body!;
    }

    public async Task<T?> ReadOptional<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var body = await BodyReader.Read(_context.Request, type, isOptional: true, Aborted);
        _canonicalBody = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, type);
        return body;
    }

    /// <summary>Puts on record what is about to be done, once the request is known to be in order.</summary>
    /// <exception cref="ProblemException">The request is wrong.</exception>
    /// <exception cref="UnavailableException">It cannot be put on record, and must not be done.</exception>
    public Task Intend(string target, string? reason = null)
    {
        Checks.ThrowIfAny();
        return _audit.Begin(target, reason, Aborted);
    }

    /// <summary>The same for what is done about an order: a reason that people write is about its customer.</summary>
    /// <inheritdoc cref="Intend(string, string?)"/>
    public async Task IntendFor(string orderId, string target, string? reason)
    {
        Checks.ThrowIfAny();
        if (reason is not null && Services.Options.Personal is { } personal)
        {
            var order = (await Aggregates.Load<OrderState>(Tenant, orderId, PointInTime.Latest, Aborted)).State;
            var customerId = order is OrderState.Existing { Facts.CustomerId: var known } ? known : $"order {orderId}"; // nobody's
            reason = await personal.Seal(Tenant, customerId, CommandId, reason, Aborted);
        }
        await _audit.Begin(target, reason, Aborted);
    }

    public CommandContext Context(long? ifVersion) => new(Tenant, CommandId, Caller.Actor, CorrelationId())
    {
        Fingerprint = Fingerprint(),
        IfVersion = ifVersion,
        TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
    };

    // Method, address and body: a key stands for one request, not for one kind of request.
    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{_route.Method}\n{_route.Pattern}\n"));
        foreach (var (name, value) in _context.Request.RouteValues.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}={value}\n"));
        hash.AppendData(_canonicalBody);
        return hash.GetHashAndReset();
    }

    private Guid CorrelationId() => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? Guid.ParseExact(activity.TraceId.ToHexString(), "N")
        : Services.Options.NewId();
}
