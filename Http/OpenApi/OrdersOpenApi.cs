using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace OrleansOrders.Http;

/// <summary>OpenAPI 3.1, made from the routes' contracts.</summary>
internal static class OrdersOpenApi
{
    public static void AddOrdersOpenApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReplyJson.Instance);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, RequestJson.Strict);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, ProblemJson.Instance);
        });
        services.AddOpenApi("v1", options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
    }

    public static void MapOrdersOpenApi(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");
}
