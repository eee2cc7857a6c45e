using System.Net;
using System.Net.Sockets;

namespace OrleansOrders.Hosting;

/// <summary>Looks whether a port can be had, before anything expensive is started for it.</summary>
public static class Ports
{
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
