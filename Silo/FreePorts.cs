using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OrleansOrders.Silo;

/// <summary>
/// Chooses ports where none was named. By chance, and below those that the system gives to outgoing connections, so that
/// silos that start together seldom want the same one; who finds it taken after all chooses again.
/// </summary>
internal static class FreePorts
{
    private const int Least = 15_000;
    private const int Most = 32_000;
    private const int Attempts = 1_000;

    public static int Choose(IPAddress address)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Least, Most);
            if (attempt == Attempts || IsFree(address, port))
                return port;
        }
    }

    /// <summary>True for 0, which stands for any.</summary>
    public static bool IsFree(IPAddress address, int port)
    {
        if (port == 0)
            return true;
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
