namespace OrleansOrders.Cli.Load;

/// <summary>An order that this run placed.</summary>
/// <param name="Goods">What it is of: the index of its body.</param>
internal readonly record struct PooledOrder(string Id, int Goods);

/// <summary>Orders that further requests can go to, each once; a bounded number, and what is above it is left alone.</summary>
internal sealed class OrderPool
{
    private const int Capacity = 65_536;

    private readonly Lock gate = new();
    private readonly PooledOrder[] ring = new PooledOrder[Capacity];
    private int first;
    private int count;

    public int Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    public void Add(PooledOrder order)
    {
        lock (gate)
        {
            if (count < Capacity)
                ring[(first + count++) % Capacity] = order;
        }
    }

    /// <summary>Takes the one that has had the most time to come far.</summary>
    public PooledOrder? TakeOldest()
    {
        lock (gate)
        {
            if (count == 0)
                return null;
            var order = ring[first];
            first = (first + 1) % Capacity;
            count--;
            return order;
        }
    }

    public PooledOrder? TakeNewest()
    {
        lock (gate)
            return count == 0 ? null : ring[(first + --count) % Capacity];
    }

    /// <summary>Looks at one and leaves it there.</summary>
    /// <param name="random">From 0 to below 1.</param>
    public PooledOrder? Peek(double random)
    {
        lock (gate)
            return count == 0 ? null : ring[(first + (int)(random * count)) % Capacity];
    }
}
