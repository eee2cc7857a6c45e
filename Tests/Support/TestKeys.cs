using OrleansOrders.Engine.Personal;

namespace OrleansOrders.Tests.Support;

/// <summary>The master key of the tests: the same everywhere, so that processes of one test understand each other.</summary>
internal static class TestKeys
{
    public static byte[] MasterBytes { get; } = [.. Enumerable.Range(1, MasterKey.Length).Select(number => (byte)number)];

    public static byte[] OtherBytes { get; } = [.. Enumerable.Range(101, MasterKey.Length).Select(number => (byte)number)];

    public static MasterKey Master { get; } = new(MasterBytes);

    public static MasterKey Other { get; } = new(OtherBytes);
}
