using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace OrleansOrders.Http;

/// <summary>OpenAPI 3.1, made from the routes' contracts.</summary>
internal static class OrdersOpenApi
{
    private const string Name = "v1";

    private const string Description = """
        Amounts are integers in minor units of the currency beside them. Every error is application/problem+json with a
        code for programs. A POST command needs an Idempotency-Key: repeated with the same key and body it gives the first
        reply again. Versions travel as entity tags: send one back in If-Match and nothing is changed that was changed
        meanwhile. A reply's position, sent as min-position, makes a query wait until it shows that reply's effect.
        """;

    public static void AddOrdersOpenApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReplyJson.Instance);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RequestJson.Strict);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, ProblemJson.Instance);
        });
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = api => api.ActionDescriptor.EndpointMetadata.OfType<RouteContract>().Any(route => route.IsDescribed);
            options.AddOperationTransformer(new OperationFromContract());
            options.AddSchemaTransformer(Simplify);
            options.AddDocumentTransformer(Introduce);
        });
    }

    public static void Map(ApiRoutes routes, IServiceProvider services)
    {
        // Made at the first request, when all routes are known, and once: everybody may ask for it.
        var document = new Lazy<Task<byte[]>>(() => Write(services));
        routes.Map(
            new RouteContract("GET", "/openapi/v1.json", Scopes.Public, "openApi", "This document") { IsDescribed = false },
            async _ => new Reply(200, await document.Value));
    }

    private static async Task<byte[]> Write(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return stream.ToArray();
    }

    // null is never sent, and for a request it is the same as absent: the document speaks of absent members only.
    private static Task Simplify(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        schema.Type &= ~JsonSchemaType.Null;
        var type = context.JsonTypeInfo.Type;
        if (type.Namespace?.StartsWith("OrleansOrders", StringComparison.Ordinal) != true || schema.Properties is null)
            return Task.CompletedTask;
        if (type.Name.EndsWith("Request", StringComparison.Ordinal))
        {
            schema.AdditionalPropertiesAllowed = false;
            return Task.CompletedTask;
        }
        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
            schema.Required?.Remove(property.Name);
        return Task.CompletedTask;
    }

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo { Title = "OrleansOrders", Version = Name, Description = Description.ReplaceLineEndings(" ") };
        document.Servers = [new OpenApiServer { Url = "/" }]; // the host's address is not part of the contract
        document.AddComponent(OperationFromContract.Security, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "Not needed while the host has no keys. Scopes: " + string.Join(", ", Scopes.All) + ".",
        });
        return Task.CompletedTask;
    }
}
