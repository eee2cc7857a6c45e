using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Simulation;

/// <summary>What a seed's world is made of and what its clients want, before anything happens.</summary>
/// <param name="Reactors">The first so many processes run the reactions: one, as where one has the lease, or all.</param>
internal sealed record Plan(int Processes, int Reactors, IReadOnlyList<PlannedCommand> Commands)
{
    /// <summary>Both have orders and goods of the same names.</summary>
    public static readonly string[] Tenants = ["red", "blue"];

    public static readonly string[] Skus = ["tea", "cup"];
}

/// <summary>One command of a client, which it sends until it knows what became of it.</summary>
/// <param name="Index">In the plan.</param>
/// <param name="StreamId">The order's, SKU's or customer's id.</param>
/// <param name="Changed">What is sent under the same key afterwards; null when nothing is.</param>
/// <param name="Repeats">How often it is sent again although it was answered.</param>
/// <param name="KnowsVersion">Whether it is only for the version that the client saw last.</param>
internal sealed record PlannedCommand(
    int Index, TimeSpan At, string Tenant, string StreamType, string StreamId, Command Command, Command? Changed, int Repeats,
    bool KnowsVersion)
{
    public Guid Key { get; } = Ids.Derive("client", Tenant, StreamId, Index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public override string ToString() => $"#{Index} {Command.GetType().Name} {StreamType}-{StreamId} of {Tenant}";
}
