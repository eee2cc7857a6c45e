using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Calls;

/// <summary>From a call to what the engine remembers a command by.</summary>
internal static class CallContexts
{
    public static CommandContext For(CallIdentity identity, Command command, CommandKey key) =>
        new(identity.Tenant, key.Id, identity.Actor, identity.CorrelationId)
        {
            CausationId = identity.CausationId,
            // What an event has caused is recognised by that event; everything else leaves a receipt.
            Fingerprint = key.Fingerprint ?? (identity.CausationId is null ? FingerprintOf(command) : null),
            IfVersion = key.IfVersion,
            TraceParent = identity.TraceParent,
        };

    // Without the time, which differs when the command is sent again.
    private static byte[] FingerprintOf(Command command)
    {
        var timeless = command with { At = default };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(command.GetType().Name));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(timeless, timeless.GetType(), WireJson.Options));
        return hash.GetHashAndReset();
    }
}
