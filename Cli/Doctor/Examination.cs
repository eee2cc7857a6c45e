using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Doctor;

/// <summary>Looks at everything that a start needs. Starts and changes nothing; docs/doctor.md lists what it looks at.</summary>
/// <param name="data">The data folder's full path.</param>
/// <param name="port">The HTTP port that is wanted.</param>
/// <param name="environment">All variables that are set.</param>
internal sealed class Examination(string data, int port, IReadOnlyDictionary<string, string> environment, TimeProvider time)
{
    private readonly List<Finding> findings = [];

    public async Task<IReadOnlyList<Finding>> Run(CancellationToken cancellation)
    {
        var settings = new SettingChecks(Variable, time);
        await Add("sdk", async () => [await MachineChecks.Sdk(cancellation)], cancellation);
        await Add("postgresql", async () => [await DatabaseChecks.Binaries(cancellation)], cancellation);
        await Add("data folder", () => DatabaseChecks.DataFolder(data), cancellation);
        await Add("permissions", () => DatabaseChecks.Place(data, cancellation), cancellation);
        await Add("port", () => MachineChecks.Port(port), cancellation);
        await Add("disk space", () => MachineChecks.DiskSpace(data), cancellation);
        await Add("memory", MachineChecks.Memory, cancellation);
        await Add("open files", MachineChecks.OpenFiles, cancellation);
        await Add("clock", () => MachineChecks.Clock(time), cancellation);
        await Add("settings", () => Task.FromResult(SettingChecks.Names(environment.Keys)), cancellation);
        await Add("secrets", () => Task.FromResult(settings.Secrets()), cancellation);
        await Add("values", () => Task.FromResult(settings.Values()), cancellation);
        await Add("keys", settings.Keys, cancellation);
        await Add("master key", () => settings.MasterKeyFile(data, Secret.Read(DatabaseAddress.Variable, Variable) is null), cancellation);
        await Add("kafka", async () => [await NeighbourChecks.Kafka(Variable, cancellation)], cancellation);
        await Add("mail server", async () => [await NeighbourChecks.Mail(Variable, cancellation)], cancellation);
        await Add("database", () => LookIntoDatabase(cancellation), cancellation);
        return findings;
    }

    private string? Variable(string name) => environment.GetValueOrDefault(name);

    private Task Add(string name, Func<Finding> check, CancellationToken cancellation) =>
        Add(name, () => Task.FromResult<IEnumerable<Finding>>([check()]), cancellation);

    private async Task Add(string name, Func<Task<IEnumerable<Finding>>> check, CancellationToken cancellation)
    {
        try
        {
            findings.AddRange(await check());
        }
        catch (Exception failure)
        {
            findings.Add(Finding.Fail(name, ErrorLine.From(failure, cancellation).Line, "The line itself says what to do."));
        }
    }

    private async Task<IEnumerable<Finding>> LookIntoDatabase(CancellationToken cancellation)
    {
        if (await FindDatabase(cancellation) is not { } connectionString)
            return [Finding.Ok("database", "not looked at: none is named, and no server runs on the data folder")];
        findings.Add(ServerChecks.Encryption(connectionString));
        await using var source = NpgsqlDataSource.Create(connectionString);
        await (await source.OpenConnectionAsync(cancellation)).DisposeAsync(); // said once when it cannot be had
        await Add("server version", () => ServerChecks.Look(source, cancellation), cancellation);
        await Add("master key's database", async () => [await DatabaseChecks.MasterKey(source, MasterKeySetting.FileFor(data, Variable), cancellation)], cancellation);
        await Add("database version", async () => [await DatabaseChecks.Versions(source, cancellation)], cancellation);
        await Add("database roles", async () => [await DatabaseChecks.Roles(source, cancellation)], cancellation);
        await Add("database clock", async () => [await DatabaseChecks.Clock(source, time, cancellation)], cancellation);
        return [];
    }

    private async Task<string?> FindDatabase(CancellationToken cancellation)
    {
        var writer = DatabaseLogins.VariableOf(RoleNames.Writer);
        foreach (var name in (string[])[DatabaseAddress.Variable, writer])
        {
            if (Secret.Read(name, Variable) is { } given)
                return DatabaseAddress.Check(given, "orders doctor", name);
        }
        return PrivatePostgres.Exists(data) && await RunningServer.Find(await ClusterPlace.Choose(data, cancellation), cancellation) is { } folder
            ? RunningServer.ConnectionString(folder, PrivatePostgres.Database)
            : null;
    }
}
