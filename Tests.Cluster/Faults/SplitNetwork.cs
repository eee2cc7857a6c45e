using OrleansOrders.Tests.Faults;

namespace OrleansOrders.Tests.Cluster.Faults;

/// <summary>
/// Two network namespaces on a bridge of this machine's, for a silo each. The gateway reaches both through the bridge, and
/// PostgreSQL's socket lies in the file system; only what goes from one to the other can be cut.
/// </summary>
internal sealed class SplitNetwork : IDisposable
{
    private static readonly string Name = $"o{Environment.ProcessId % 100_000}";

    public SplitNetwork()
    {
        Shell.Must($"""
            set -e
            ip link add {Name}b type bridge; ip addr add {AddressOf(1)}/24 dev {Name}b; ip link set {Name}b up
            for i in 2 3; do
              ip netns add {Name}n$i
              ip link add {Name}v$i type veth peer name eth0 netns {Name}n$i
              ip link set {Name}v$i master {Name}b up
              ip -n {Name}n$i addr add {AddressOf(0)[..^1]}$i/24 dev eth0
              ip -n {Name}n$i link set eth0 up; ip -n {Name}n$i link set lo up
            done
            """);
    }

    public SiloStart First => Silo(2);

    public SiloStart Second => Silo(3);

    public void Cut() => Shell.Must(
        $"ip -n {Name}n2 route add blackhole {AddressOf(3)}/32 && ip -n {Name}n3 route add blackhole {AddressOf(2)}/32");

    public void Mend() => Shell.Must(
        $"ip -n {Name}n2 route delete blackhole {AddressOf(3)}/32 && ip -n {Name}n3 route delete blackhole {AddressOf(2)}/32");

    public void Dispose() => Shell.Run($"ip netns delete {Name}n2; ip netns delete {Name}n3; ip link delete {Name}b");

    private static SiloStart Silo(int number) => new()
    {
        Address = AddressOf(number),
        Within = ["nsenter", $"--net=/var/run/netns/{Name}n{number}"],
    };

    private static string AddressOf(int number) => $"10.213.77.{number}";
}
