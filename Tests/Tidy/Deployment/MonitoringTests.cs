using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Tidy.Docs;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>Dashboard and alerts ask for metrics and labels that there are, and every alert says what to do.</summary>
public sealed partial class MonitoringTests
{
    private const string AlertFile = "deploy/prometheus/alerts.yaml";
    private const string DashboardFile = "deploy/grafana/dashboard.json";

    // Prometheus adds these to what it reads.
    private static readonly string[] Added = ["job", "instance", "le"];

    private static readonly IReadOnlyList<JsonNode> Alerts =
        [.. Yaml.Read(AlertFile).Single().Items("groups").SelectMany(group => group.Items("rules"))];

    private static readonly IReadOnlyList<JsonNode> Panels = [.. JsonNode.Parse(Repository.Read(DashboardFile))!["panels"]!.AsArray()!];

    private static readonly IReadOnlyDictionary<string, Metric> Known = Metrics.Documented.ToDictionary(metric => metric.Name);

    public static TheoryData<string, string> Questions
    {
        get
        {
            var questions = new TheoryData<string, string>();
            foreach (var alert in Alerts)
                questions.Add((string)alert["alert"]!, (string)alert["expr"]!);
            foreach (var panel in Panels)
            {
                foreach (var target in panel.Items("targets"))
                    questions.Add((string)panel["title"]!, (string)target["expr"]!);
            }
            return questions;
        }
    }

    [Theory, MemberData(nameof(Questions))]
    public void A_question_names_metrics_and_labels_that_are_documented(string title, string question)
    {
        var names = Name().Matches(Labels().Replace(question, " ")).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(names);
        names.Remove("up"); // Prometheus' own
        Assert.All(names, name => Assert.True(IsDocumented(name), $"{title}: {name} is not in {Metrics.Page}"));
        var labels = names.SelectMany(name => Known[Metrics.FamilyOf(name)].Labels).Concat(Added).ToHashSet();
        var asked = Grouping().Matches(question).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Concat(Matcher().Matches(question).Select(match => match.Groups[1].Value));
        Assert.All(asked, label => Assert.True(labels.Contains(label), $"{title}: no label {label}"));
        Assert.Equal(question.Count(letter => letter == '('), question.Count(letter => letter == ')'));
        Assert.Equal(question.Count(letter => letter == '{'), question.Count(letter => letter == '}'));
    }

    [Theory]
    [InlineData("orders_http_duration_seconds_bucket", true)]
    [InlineData("orders_http_duration_seconds", false)]
    [InlineData("orders_log_position_bucket", false)]
    [InlineData("orders_log_positions", false)]
    public void A_name_that_nobody_measures_is_found(string name, bool isThere) => Assert.Equal(isThere, IsDocumented(name));

    [Fact]
    public void Every_alert_has_a_severity_a_sentence_and_a_section_of_the_runbook()
    {
        Assert.True(Alerts.Count >= 15);
        Assert.Distinct(Alerts.Select(alert => (string)alert["alert"]!));
        Assert.All(Alerts, alert =>
        {
            Assert.Contains(alert.Text("labels/severity"), (string[])["page", "ticket"]);
            Assert.EndsWith(".", alert.Text("annotations/summary"), StringComparison.Ordinal);
            var (page, section) = (alert.Text("annotations/runbook")!.Split('#')[0], alert.Text("annotations/runbook")!.Split('#')[1]);
            Assert.Equal("docs/runbook.md", page);
            Assert.Contains(section, Pages.PlacesOf(page));
            var shown = Shown().Matches(alert.Text("annotations/summary")!).Select(match => match.Groups[1].Value);
            Assert.All(shown, label => Assert.Matches($@"by \([^)]*\b{label}\b|up\{{", (string)alert["expr"]!));
        });
    }

    [Fact]
    public void Panels_have_numbers_of_their_own_and_do_not_overlap()
    {
        Assert.True(Panels.Count > 30);
        Assert.Distinct(Panels.Select(panel => (int)panel["id"]!));
        var cells = Panels.SelectMany(panel =>
            from x in Enumerable.Range((int)panel.At("gridPos/x")!, (int)panel.At("gridPos/w")!)
            from y in Enumerable.Range((int)panel.At("gridPos/y")!, (int)panel.At("gridPos/h")!)
            select (x, y)).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    // A histogram is asked for by its parts, everything else by its name.
    private static bool IsDocumented(string name) => Known.TryGetValue(name, out var whole)
        ? whole.Type != "histogram"
        : Known.TryGetValue(Metrics.FamilyOf(name), out var family) && family.Type == "histogram";

    [GeneratedRegex(@"\b(?:orders|journal|dotnet|db_client|kestrel)_\w+|\bup\b")]
    private static partial Regex Name();

    // Labels look like names.
    [GeneratedRegex(@"\bby \([^)]*\)|\{[^}]*\}")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[{,](\w+)(?:=~|!~|!=|=)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex Shown();
}
