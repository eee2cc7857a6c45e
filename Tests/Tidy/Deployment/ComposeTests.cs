using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>docker-compose.yml says nothing that the programs do not know. Whether an engine takes it, only an engine can tell.</summary>
public sealed partial class ComposeTests
{
    private const string SecretFolder = "/run/secrets/";
    private const int SiloConnections = 62;
    private const int GatewayConnections = 46;

    private static readonly JsonObject Compose = Yaml.Read("docker-compose.yml").Single();

    private static readonly Dictionary<string, JsonNode> Services =
        Compose["services"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!);

    private static readonly IReadOnlyList<string> Programs =
        [.. Services.Where(pair => pair.Value.Text("image")!.StartsWith("orleansorders/", StringComparison.Ordinal)).Select(pair => pair.Key)];

    public static TheoryData<string> Ours => [.. Programs];

    [Theory, MemberData(nameof(Ours))]
    public void Every_variable_is_one_that_the_program_reads(string service)
    {
        var environment = Services[service].Pairs("environment");
        Assert.Empty(environment.Keys.Except(ProgramOf(service).Variables));
        Assert.Contains(environment.Keys, name => name.StartsWith("ORDERS_POSTGRES", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ours))]
    public void Every_secret_is_a_file_that_the_script_makes(string service)
    {
        var script = Repository.Read("deploy/make-secrets");
        var used = Services[service].Pairs("environment").Values.Where(value => value.StartsWith(SecretFolder, StringComparison.Ordinal))
            .Select(value => value[SecretFolder.Length..]).ToList();
        Assert.Equal(used.Order(), Services[service].Items("secrets").Select(secret => secret.ToString()).Order());
        Assert.All(used, secret => Assert.Equal($"./secrets/{secret}", Compose.Text($"secrets/{secret}/file")));
        Assert.All(used, secret => Assert.Matches($@"\b{secret}\b", script));
    }

    [Fact]
    public void No_password_stands_in_it() => Assert.DoesNotMatch("(?i)password=|PASSWORD: ", Repository.Read("docker-compose.yml"));

    [Theory, MemberData(nameof(Ours))]
    public void Every_image_of_ours_is_one_that_a_project_makes_as_another_user_than_root(string service)
    {
        var (repository, tag) = (Services[service].Text("image")!.Split(':')[0], Services[service].Text("image")!.Split(':')[1]);
        Assert.Equal(ProgramSettings.Version, tag);
        Assert.Equal(repository, (string)ProgramOf(service).Project.Descendants("ContainerRepository").Single());
        Assert.Equal("app", (string)ProgramOf(service).Project.Descendants("ContainerUser").Single());
        Assert.Equal(("true", "ALL"), (Services[service].Text("read_only"), Services[service].Text("cap_drop/0")));
    }

    [Theory]
    [InlineData("silo-1", "ORDERS_HTTP_PORT")]
    [InlineData("silo-2", "ORDERS_HTTP_PORT")]
    [InlineData("gateway", "ORDERS_URLS")]
    public void Every_program_is_asked_for_its_health_where_it_answers(string service, string variable)
    {
        var asked = Services[service].Items("healthcheck/test").Select(word => word.ToString()).ToList();
        Assert.Equal($"/app/{(string)ProgramOf(service).Project.Descendants("AssemblyName").Single()}.dll", asked[2]);
        Assert.Equal("--check", asked[3]);
        var port = Services[service].Text($"environment/{variable}")!.Split(':')[^1];
        Assert.Equal($"http://127.0.0.1:{port}/health/ready", asked[4]);
    }

    [Fact]
    public void Everything_starts_after_what_it_needs()
    {
        Assert.Equal("service_healthy", Condition("migrate", "postgres"));
        Assert.All((string[])["silo-1", "silo-2"], silo =>
        {
            Assert.Equal("service_completed_successfully", Condition(silo, "migrate"));
            Assert.Equal("service_healthy", Condition(silo, "kafka"));
            Assert.Equal("service_healthy", Condition("gateway", silo));
        });
        var healthy = Services.Values.SelectMany(service => service.At("depends_on") is JsonObject needs ? needs.ToList() : [])
            .Where(pair => pair.Value.Text("condition") == "service_healthy").Select(pair => pair.Key).Distinct();
        Assert.All(healthy, service => Assert.NotNull(Services[service].At("healthcheck/test")));
    }

    [Fact]
    public void Nobody_is_killed_who_still_drains_and_the_database_has_room_for_all()
    {
        var longest = ((string[])["Silo/SiloHost.cs", "Hosting/WebServer.cs"])
            .Max(file => int.Parse(LongestDrain().Match(Repository.Read(file)).Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.All(Programs, service => Assert.True(
            int.Parse(Services[service].Text("stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture) >= longest + 15));
        var room = Services["postgres"].Items("command").Select(word => word.ToString()).Single(word => word.StartsWith("max_connections=", StringComparison.Ordinal));
        var silos = Services.Values.Count(service => service.Text("image")!.StartsWith("orleansorders/silo", StringComparison.Ordinal));
        Assert.True(int.Parse(room.Split('=')[1], CultureInfo.InvariantCulture) >= (silos * SiloConnections) + GatewayConnections + 20);
        Assert.Contains($"A silo takes at most {SiloConnections} connections", Repository.Read("docs/operations.md"), StringComparison.Ordinal);
    }

    private static ProgramSettings ProgramOf(string service) => ProgramSettings.ByImage[Services[service].Text("image")!.Split(':')[0]];

    private static string? Condition(string service, string needs) => Services[service].Text($"depends_on/{needs}/condition");

    [GeneratedRegex(@"LongestDrain = TimeSpan\.FromSeconds\((\d+)\)")]
    private static partial Regex LongestDrain();
}
