namespace OrleansOrders.EventStore;

/// <summary>Turns stored stream ids back into names.</summary>
internal static class StoredNames
{
    /// <summary>The type ends at the first dash; types hold none.</summary>
    public static StreamName Parse(string tenant, string streamId)
    {
        var dash = streamId.IndexOf('-', StringComparison.Ordinal);
        return new StreamName(tenant, streamId[..dash], streamId[(dash + 1)..]);
    }
}
