using OrleansOrders.Tests.Http.Contract;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>A server without keys, where everybody is tenant default.</summary>
internal sealed record OpenServer(Uri BaseAddress) : IApiHost
{
    public void Authenticate(HttpRequestMessage request, string tenant)
    {
        // Nobody has to say who he is.
    }

    public Task AppendForeign(string streamType, string id, string storedName, string data) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> FindStored(string text) => throw new NotSupportedException();
}
