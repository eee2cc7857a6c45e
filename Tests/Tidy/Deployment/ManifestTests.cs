using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>The Kubernetes manifests, read without a cluster: what they say is known to Kubernetes, and to the programs.</summary>
public sealed partial class ManifestTests
{
    private const long AppUser = 1654; // `app` in the base images

    public static TheoryData<string> Files => [.. Manifests.Files];

    public static TheoryData<string> Names => [.. Manifests.Workloads.Keys];

    [Theory, MemberData(nameof(Files))]
    public void Every_member_is_one_that_kubernetes_knows(string file) =>
        Assert.All(Yaml.Read(file), document => Assert.Empty(KubernetesTypes.Check(document)));

    [Theory]
    [InlineData("failureTreshold: 6", "Probe", "failureTreshold is not a member")]
    [InlineData("periodSeconds: \"6\"", "Probe", "periodSeconds is not number")]
    [InlineData("httpGet: { path: /health/live }", "Probe", "httpGet/port is missing")]
    [InlineData("containers: { name: silo }", "PodSpec", "containers is no list")]
    [InlineData("whenUnsatisfiable: Perhaps", "Spread", "whenUnsatisfiable is not ScheduleAnyway|DoNotSchedule")]
    public void What_kubernetes_does_not_know_is_found(string yaml, string kind, string problem)
    {
        var document = Yaml.Parse($"kind: {kind}\n{yaml}")[0];
        Assert.Contains(KubernetesTypes.Check(document), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_is_applied_in_one_namespace()
    {
        var listed = Manifests.Kustomization.Items("resources").Select(file => Manifests.Folder + file).Append(Manifests.Folder + "kustomization.yaml");
        Assert.Equal(Manifests.Files.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.All(Manifests.Objects.Where(one => (string)one["kind"]! != "Namespace"), one => Assert.Equal("orders", one.Text("metadata/namespace")));
        Assert.Distinct(Manifests.Objects.Select(one => $"{one["kind"]}/{one.Text("metadata/name")}"));
    }

    [Fact]
    public void Every_image_is_one_that_a_project_makes_in_this_version()
    {
        Assert.Equal(
            Manifests.Workloads.Values.Select(one => one.Container.Text("image")!).Order(),
            ProgramSettings.ByImage.Keys.Select(image => $"{image}:{ProgramSettings.Version}").Order());
        Assert.All(Manifests.Kustomization.Items("images"), image => Assert.Equal(ProgramSettings.Version, image.Text("newTag")));
        Assert.Equal(ProgramSettings.ByImage.Keys.Order(), Manifests.Kustomization.Items("images").Select(image => image.Text("name")!).Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_variable_is_one_that_the_program_reads(string name)
    {
        var workload = Manifests.Workloads[name];
        Assert.Empty(workload.Environment.Keys.Except(workload.Program.Variables));
        Assert.Contains(workload.Environment.Keys, variable => variable.StartsWith("ORDERS_POSTGRES", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_file_that_a_variable_names_comes_from_a_secret_that_the_page_makes(string name)
    {
        var workload = Manifests.Workloads[name];
        var page = Repository.Read("docs/deployment.md").Replace("\\\n", "", StringComparison.Ordinal);
        foreach (var (variable, path) in workload.Environment.Where(pair => pair.Key.EndsWith("_FILE", StringComparison.Ordinal)))
        {
            var (folder, key) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
            Assert.Contains(workload.SecretFiles, file => file.Path == folder && (file.Key ?? key) == key && Makes(page, file.Secret, key));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_port_is_the_images_and_what_the_program_was_told(string name)
    {
        var (workload, environment) = (Manifests.Workloads[name], Manifests.Workloads[name].Environment);
        Assert.Subset(workload.Program.Ports.ToHashSet(), workload.Ports.Values.ToHashSet());
        Dictionary<string, string?> told = new()
        {
            ["silo"] = environment.GetValueOrDefault("ORDERS_SILO_PORT"),
            ["gateway"] = environment.GetValueOrDefault("ORDERS_GATEWAY_PORT"),
            ["health"] = environment.GetValueOrDefault("ORDERS_HTTP_PORT"),
            ["dashboard"] = environment.GetValueOrDefault("ORDERS_DASHBOARD_PORT"),
            ["http"] = environment.GetValueOrDefault("ORDERS_URLS")?.Split(':')[^1],
        };
        Assert.All(workload.Ports, port => Assert.Equal(told[port.Key], $"{port.Value}"));
    }

    [Theory]
    [InlineData("orders-silo", "Hosting/HealthServer.cs", "Silo/SiloHost.cs")]
    [InlineData("orders-gateway", "Http/Endpoints/HealthEndpoints.cs", "Hosting/WebServer.cs")]
    public void Probes_ask_what_the_code_answers_and_nobody_is_killed_who_still_drains(string name, string health, string drain)
    {
        var container = Manifests.Workloads[name].Container;
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            Assert.Contains(container.Text($"{probe}/httpGet/port")!, Manifests.Workloads[name].Ports.Keys);
            Assert.Contains($"\"{container.Text($"{probe}/httpGet/path")}\"", Repository.Read(health), StringComparison.Ordinal);
        }
        Assert.Equal("/health/startup", container.Text("startupProbe/httpGet/path"));
        Assert.InRange((int)container.At("startupProbe/periodSeconds")! * (int)container.At("startupProbe/failureThreshold")!, 120, 600);
        Assert.Equal("/health/ready", container.Text("readinessProbe/httpGet/path"));
        // A database that is away must not restart what waits for it.
        Assert.Equal("/health/live", container.Text("livenessProbe/httpGet/path"));
        var longest = int.Parse(LongestDrain().Match(Repository.Read(drain)).Groups[1].Value);
        var before = (int?)container.At("lifecycle/preStop/sleep/seconds") ?? 0;
        Assert.InRange((int)Manifests.Workloads[name].Pod.At("terminationGracePeriodSeconds")!, before + longest + 15, 120);
    }

    [Theory, MemberData(nameof(Names))]
    public void Nobody_is_root_and_nothing_can_be_written_but_a_temporary_folder(string name)
    {
        var (pod, container) = (Manifests.Workloads[name].Pod, Manifests.Workloads[name].Container);
        Assert.Equal(("true", $"{AppUser}", "RuntimeDefault"),
            (pod.Text("securityContext/runAsNonRoot"), pod.Text("securityContext/runAsUser"), pod.Text("securityContext/seccompProfile/type")));
        Assert.Equal(("false", "true", "ALL"), (
            container.Text("securityContext/allowPrivilegeEscalation"), container.Text("securityContext/readOnlyRootFilesystem"),
            container.Text("securityContext/capabilities/drop/0")));
        Assert.Equal("false", pod.Text("automountServiceAccountToken"));
        Assert.All(container.Items("volumeMounts"), mount => Assert.True(
            mount.Text("readOnly") == "true" || mount.Text("mountPath") == "/tmp", mount.Text("mountPath")));
        Assert.NotNull(container.Text("resources/limits/memory"));
        Assert.NotNull(container.Text("resources/requests/cpu"));
    }

    private static bool Makes(string page, string secret, string key) => Regex.IsMatch(
        page, $@"create secret generic {Regex.Escape(secret)}( +--from-file=\S+)*? +--from-file=\S*/{Regex.Escape(key)}\b");

    [GeneratedRegex(@"LongestDrain = TimeSpan\.FromSeconds\((\d+)\)")]
    private static partial Regex LongestDrain();
}
