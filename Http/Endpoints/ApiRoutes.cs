using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Maps routes by their contracts; a route without one does not exist.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder builder, ApiServices services)
{
    public void Map(RouteContract contract, Func<Call, Task<Reply>> handler)
    {
        var tag = contract.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["v1", var resource, ..] ? resource : "health";
        var tagged = contract with { Tag = tag };
        RequestDelegate run = context => Run(context, tagged, handler);
        var endpoint = builder.MapMethods(contract.Pattern, [contract.Method], run).WithName(contract.Name).WithTags(tag)
            .WithSummary(contract.Summary).WithMetadata(tagged, run.GetMethodInfo())
            .WithMetadata(new ProducesResponseTypeMetadata(contract.Success, contract.Reply ?? typeof(void), contract.Reply is null ? [] : [contract.MediaType]));
        if (contract.Body is { } body)
            endpoint.WithMetadata(new AcceptsMetadata(["application/json"], body.Type, contract.IsBodyOptional));
    }

    private async Task Run(HttpContext context, RouteContract contract, Func<Call, Task<Reply>> handler)
    {
        HttpTelemetry.Describe(context, contract);
        // What is open to all is asked by whoever watches the process, most of all when it is busy.
        if (contract.Scope == Scopes.Public || contract.IsForWatching || contract.IsStream)
        {
            await Answer(context, contract, handler);
            return;
        }
        services.Gate.Enter();
        try
        {
            await Answer(context, contract, handler);
        }
        finally
        {
            services.Gate.Leave();
        }
    }

    private async Task Answer(HttpContext context, RouteContract contract, Func<Call, Task<Reply>> handler)
    {
        var audit = new RequestAudit(context, contract, services.Audit, services.Log);
        var reply = await audit.Around(async () =>
        {
            var caller = audit.Caller = await services.Authentication.Admit(context, contract.Scope);
            if (contract.Scope != Scopes.Public)
            {
                LogSubject.Current?.Is(caller.Tenant, OrderOf(context, contract));
                HttpTelemetry.Identify(caller);
                services.Gate.Count(caller);
            }
            return await handler(new Call(context, contract, services, caller, audit));
        });
        await (await Opened(reply, audit.Caller!.Tenant, context.RequestAborted)).Write(context);
    }

    // Only what can be an order's id: the address is the caller's text.
    private static string? OrderOf(HttpContext context, RouteContract contract)
    {
        var name = contract.Pattern.StartsWith("/v1/orders/{id}", StringComparison.Ordinal) ? "id" : "orderId";
        return context.Request.RouteValues[name] is string id && Texts.IsId(id) ? id : null;
    }

    // Here and nowhere else, so that no route can forget it.
    private async ValueTask<Reply> Opened(Reply reply, string tenant, CancellationToken cancellation)
    {
        if (reply.Body is not { } body || services.Options.Personal is not { } personal)
            return reply;
        return reply with { Body = await personal.Open(tenant, body, cancellation) };
    }
}
