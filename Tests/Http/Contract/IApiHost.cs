namespace OrleansOrders.Tests.Http.Contract;

/// <summary>
/// A running edition of the product, reached over HTTP only. Everything in this folder knows nothing else of it, so
/// that one suite judges every edition.
/// </summary>
public interface IApiHost
{
    Uri BaseAddress { get; }

    /// <summary>Adds what the host wants as proof of a tenant; nothing where it has no keys.</summary>
    /// <param name="tenant"><c>default</c>, or another that the host knows; each may do everything.</param>
    void Authenticate(HttpRequestMessage request, string tenant);

    /// <summary>Writes an event that this version does not know, as a newer program on the same log would.</summary>
    /// <param name="data">JSON.</param>
    Task AppendForeign(string streamType, string id, string storedName, string data);

    /// <summary>Every stored row, of every table, in which this text can be read.</summary>
    Task<IReadOnlyList<string>> FindStored(string text);
}
