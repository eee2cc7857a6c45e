using System.Security.Cryptography;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Cluster;

/// <summary>The password of the dashboards: the environment's, else one made for the data folder, which only its owner can read.</summary>
/// <param name="File">Where it stands; null when the environment gave it.</param>
internal sealed record DashboardPassword(string Value, string? File)
{
    public const string Variable = "ORDERS_DASHBOARD_PASSWORD";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static DashboardPassword Of(string dataFolder)
    {
        if (Secret.Read(Variable) is { } given)
            return new DashboardPassword(given, null);
        Directory.CreateDirectory(dataFolder);
        var file = Path.Combine(Path.GetFullPath(dataFolder), "dashboard.password");
        if (System.IO.File.Exists(file) && System.IO.File.ReadAllText(file).Trim() is { Length: > 0 } kept)
        {
            System.IO.File.SetUnixFileMode(file, OwnerOnly);
            return new DashboardPassword(kept, file);
        }
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        });
        using var writer = new StreamWriter(stream);
        writer.WriteLine(made);
        return new DashboardPassword(made, file);
    }
}
