using OrleansOrders.Domain;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Golden;

/// <summary>The bytes of every event shape that was ever released, one file each. Written once, never changed.</summary>
public static class GoldenFiles
{
    private const string WriteMissing = "ORDERS_WRITE_GOLDEN";

    private static readonly string Folder = Repository.PathOf("Tests", "Golden", "events");

    /// <summary>The names of the files, without their ending. Missing ones are written first, when the environment asks for it.</summary>
    public static IReadOnlyList<string> Names { get; } = List();

    /// <summary>As it is stored: the file without its last newline.</summary>
    public static byte[] Read(string golden) => [.. File.ReadAllBytes(PathOf(golden)).SkipLast(1)];

    private static string PathOf(string golden) => Path.Combine(Folder, golden + ".json");

    private static string[] List()
    {
        if (Environment.GetEnvironmentVariable(WriteMissing) == "1")
        {
            foreach (var (golden, @event) in GoldenEvents.Expected)
                Write(golden, @event);
        }
        return [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
    }

    // CreateNew makes it impossible to overwrite one; old versions cannot be written by today's code at all.
    private static void Write(string golden, DomainEvent @event)
    {
        if (File.Exists(PathOf(golden)) || EventCatalog.KindOf(@event).StoredName != GoldenEvents.StoredNameOf(golden))
            return;
        using var file = new FileStream(PathOf(golden), FileMode.CreateNew);
        file.Write(EventCatalog.Encode(@event));
        file.WriteByte((byte)'\n');
    }
}
