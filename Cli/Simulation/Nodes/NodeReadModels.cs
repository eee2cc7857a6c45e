namespace OrleansOrders.Cli.Simulation;

/// <summary>What is due, answered from the simulated fulfilment board.</summary>
internal sealed class NodeReadModels(World world, SimulatedProcess process) : DueReadModels
{
    private static readonly ulong Key = Chance.Key("due");

    public override Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
        DateTimeOffset now, int limit, CancellationToken cancellation) =>
        world.Network.Call(process, Key, () => Task.FromResult(world.ReadSide.ListDue(now, limit)));
}
