using System.Security.Cryptography;
using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// The identity of one command. The same key is the same command: however often it is sent, it is carried out once, and
/// every sending gets the first answer.
/// </summary>
/// <param name="Id">Unique per tenant.</param>
/// <param name="Fingerprint">
/// What the key stands for; the same key with another fingerprint is refused. Null lets the grain take the command's own
/// content, without its time.
/// </param>
/// <param name="IfVersion">The stream version that the caller saw; the command is not decided on another. Null decides on any.</param>
[GenerateSerializer, Immutable, Alias("orders.CommandKey")]
public readonly record struct CommandKey(
    [property: Id(0)] Guid Id, [property: Id(1)] byte[]? Fingerprint = null, [property: Id(2)] long? IfVersion = null)
{
    /// <summary>A key for a command that will not be sent again.</summary>
    public static CommandKey New() => new(new Guid(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The key that the caller's own identity of the command stands for: an order number, a message id.</summary>
    public static CommandKey From(string tenant, string identity) => new(Ids.Derive("client", tenant, identity));
}
