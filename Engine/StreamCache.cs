using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// Folded streams of one aggregate type, least recently used out first. It only saves reads: the version key decides
/// whether what is kept here still holds.
/// </summary>
internal sealed class StreamCache<TState>(int capacity)
    where TState : class
{
    private readonly Dictionary<StreamName, Entry> entries = [];
    private readonly LinkedList<Entry> recency = [];
    private readonly Lock gate = new();

    /// <summary>The stream's entry, made when it is not there. It stays until it is given back.</summary>
    public Entry Rent(StreamName name)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(name, out var entry))
            {
                entry = new Entry(name);
                entries.Add(name, entry);
                recency.AddFirst(entry.Node);
            }
            else if (!ReferenceEquals(recency.First, entry.Node))
            {
                recency.Remove(entry.Node);
                recency.AddFirst(entry.Node);
            }
            entry.Users++;
            return entry;
        }
    }

    public void Return(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            for (var node = recency.Last; node is not null && entries.Count > capacity;)
            {
                var previous = node.Previous;
                if (node.Value.Users == 0)
                {
                    entries.Remove(node.Value.Name);
                    recency.Remove(node);
                }
                node = previous;
            }
        }
    }

    internal sealed class Entry
    {
        public Entry(StreamName name)
        {
            Name = name;
            Node = new LinkedListNode<Entry>(this);
        }

        public StreamName Name { get; }

        public LinkedListNode<Entry> Node { get; }

        /// <summary>One command at a time in this process: others would only conflict.</summary>
        public TurnGate Turn { get; } = new();

        public int Users { get; set; }

        /// <summary>Null until the stream is loaded, and again after anything that casts doubt on it.</summary>
        public Folded<TState>? Folded { get; set; }
    }
}

/// <summary>A state and the head that it stands for.</summary>
internal sealed record Folded<TState>(TState State, StreamHead Head);
