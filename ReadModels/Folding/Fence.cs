namespace OrleansOrders.ReadModels;

/// <summary>Where a table stands, and which table it is: both must still hold when a batch is written.</summary>
/// <param name="Name">Of the row in <c>projections</c>.</param>
internal sealed record Fence(string Name, long Position, long Generation);
