namespace OrleansOrders.Domain.Contracts;

/// <summary>
/// What events looked like in versions that are not written any more. Nothing reads these types: old JSON is brought
/// forward by <see cref="Upcasters"/>. They say what the contract of an old version is, for as long as its events last.
/// </summary>
/// <param name="Tracking">Carrier and tracking number.</param>
public sealed record ShipmentDispatchedV1(string Tracking, DateTimeOffset At);
