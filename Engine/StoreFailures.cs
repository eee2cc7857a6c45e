using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>The store's failures in the words of the engine's port.</summary>
internal static class StoreFailures
{
    public static async Task<T> Translate<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (StoreUnavailableException failure)
        {
            throw new UnavailableException(failure.Message, failure);
        }
        catch (AppendOutcomeUnknownException failure)
        {
            throw new OutcomeUnknownException(failure.Message, failure);
        }
    }
}
