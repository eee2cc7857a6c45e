namespace OrleansOrders.Cli.Simulation;

/// <summary>Tells those who wait that the log has grown.</summary>
internal sealed class Bell
{
    private readonly List<(long Position, Action Wake)> waiting = [];
    private long end;

    public void Wait(long position, Action wake)
    {
        if (end > position)
            wake();
        else
            waiting.Add((position, wake));
    }

    public void Ring(long reached)
    {
        if (reached <= end)
            return;
        end = reached;
        foreach (var (_, wake) in waiting.FindAll(one => one.Position < end))
            wake();
        waiting.RemoveAll(one => one.Position < end);
    }
}
