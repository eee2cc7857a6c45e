namespace OrleansOrders.Http;

/// <summary>The server, and the caller as it knows him.</summary>
/// <param name="Edition"><c>standalone</c> or <c>cluster</c>.</param>
/// <param name="Environment">What <c>ORDERS_ENVIRONMENT</c> says: production, test; absent where it says nothing.</param>
/// <param name="Actor">Under which name the caller's commands are kept.</param>
/// <param name="Scopes">What the credential may do.</param>
/// <param name="Position">Where the log ends.</param>
/// <param name="Silos">Silos that this gateway is connected with; absent in the standalone edition.</param>
public sealed record EnvironmentReply(
    string Edition, string Version, string? Environment, string Tenant, string Actor, IReadOnlyList<string> Scopes, long Position, int? Silos);
