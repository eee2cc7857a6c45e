using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansOrders.Http;

/// <summary>Adds to an operation what its route's contract says: parameters, headers, problems and the scope.</summary>
internal sealed class OperationFromContract : IOpenApiOperationTransformer
{
    public const string Security = "key";

    private static readonly Dictionary<int, string> Problems = new()
    {
        [400] = "The request is wrong; errors says where.",
        [401] = "No credential, or none that is good now.",
        [403] = "The credential does not have the scope.",
        [404] = "It is not there.",
        [409] = "It is not possible in the present state, or the same key is running.",
        [412] = "If-Match names another version.",
        [413] = "The body has more than 64 KiB.",
        [415] = "The body is not application/json in UTF-8.",
        [422] = "An amount or number is not possible here, or the key belongs to another request.",
        [429] = "The credential or its tenant asks too often; repeat after Retry-After.",
        [500] = "A defect.",
        [503] = "Not now; repeat after Retry-After, commands with the same key.",
    };

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteContract>().FirstOrDefault() is not { } route)
            return;
        var document = context.Document!;
        operation.Parameters = [.. PathParameters(route), .. route.Query.Select(ToParameter), .. HeaderParameters(route)];
        AddHeaders(route, operation.Responses![route.Success.ToString(CultureInfo.InvariantCulture)]);
        if (route.OtherSuccess != 0)
            operation.Responses[route.OtherSuccess.ToString(CultureInfo.InvariantCulture)] = operation.Responses[route.Success.ToString(CultureInfo.InvariantCulture)];
        document.AddComponent(nameof(ProblemBody), await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        foreach (var status in Statuses(route))
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = Problems[status],
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemBody.MediaType] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemBody), document) },
                },
            };
        }
        if (route.HasEntityTag && route.Method == "GET")
            operation.Responses["304"] = new OpenApiResponse { Description = "The version is the one that If-None-Match names." };
        if (route.Scope == Scopes.Public)
            return;
        operation.Description = $"Scope: {route.Scope}.";
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, document)] = [route.Scope] }];
    }

    private static IEnumerable<int> Statuses(RouteContract route)
    {
        var isCommand = route.Method != "GET";
        int[] always = route.Scope == Scopes.Public ? [500] : [400, 401, 403, 429, 500];
        int[] addressed = route.Pattern.Contains('{', StringComparison.Ordinal) ? [404] : [];
        int[] command = isCommand ? [409] : [];
        int[] body = route.Body is null ? [] : [413, 415];
        int[] keyed = isCommand && route.IsConditional ? [412, 422] : [];
        int[] waiting = route.Pattern == "/health/live" ? [] : [503];
        return [.. always, .. addressed, .. command, .. body, .. keyed, .. waiting];
    }

    private static void AddHeaders(RouteContract route, IOpenApiResponse? success)
    {
        if (success is not OpenApiResponse response)
            return;
        var headers = new Dictionary<string, IOpenApiHeader>();
        if (route.HasEntityTag)
        {
            headers["ETag"] = Header("The version, like \"7\".");
            headers[Reply.PositionHeader] = Header("The log position of that version, for min-position.");
        }
        if (route.Success is 201 or 202)
            headers["Location"] = Header("Where it is found.");
        if (route.Key != KeyUse.None && route.HasEntityTag)
            headers[Reply.ReplayedHeader] = Header("true when this is the first reply given again.");
        if (headers.Count > 0)
            response.Headers = headers;
    }

    private static OpenApiHeader Header(string description) => new()
    {
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static IEnumerable<IOpenApiParameter> PathParameters(RouteContract route) => route.Pattern.Split('/')
        .Where(part => part.StartsWith('{'))
        .Select(part => part.Trim('{', '}'))
        .Select(name => new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = name == "sku" ? Texts.SkuPattern : Texts.IdPattern },
        });

    private static IEnumerable<IOpenApiParameter> HeaderParameters(RouteContract route)
    {
        if (route.Key != KeyUse.None)
            yield return InHeader(IdempotencyKey.Header, "One per command, the same when it is repeated.", route.Key == KeyUse.Required);
        if (route.IsConditional)
            yield return InHeader("If-Match", "The version that the caller saw, like \"7\", or *.", false);
        if (route.IsStream)
            yield return InHeader(LastEventId.Header, "The last id that arrived: what followed it comes first. Without it, only what is new.", false);
        if (route.HasEntityTag && route.Method == "GET")
            yield return InHeader("If-None-Match", "The version that the caller has.", false);
    }

    private static OpenApiParameter InHeader(string name, string description, bool isRequired) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Required = isRequired,
        Schema = name == IdempotencyKey.Header
            ? new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[!-~]{1,255}$" }
            : new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter ToParameter(QueryParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = new OpenApiSchema
        {
            Type = parameter.Schema == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String,
            Format = parameter.Schema switch { "integer" => "int64", "date" => "date", _ => null },
            Enum = parameter.Values?.Select(value => (JsonNode)JsonValue.Create(value)!).ToList(),
        },
    };
}
