using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>The pages for silos of other teams name options, metrics and types that are there. Those projects are not referenced here: their text is read.</summary>
public sealed partial class ProviderPageTests
{
    [Theory]
    [InlineData("docs/kafka-streams.md", "Grains/KafkaStreams/KafkaStreamOptions.cs", @"\b{0} {{ get;")]
    [InlineData("docs/log-consistency.md", "Grains/LogConsistency/JournalTelemetry.cs", "\"{0}\"")]
    public void Every_option_or_metric_of_the_table_is_in_the_source(string page, string source, string declared)
    {
        var names = Repository.Read(page).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Name().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value)).ToList();
        Assert.True(names.Count >= 5);
        Assert.All(names, name => Assert.Matches(string.Format(null, declared, Regex.Escape(name)), Repository.Read(source)));
    }

    [Theory]
    [InlineData("docs/kafka-streams.md", "Grains/KafkaStreams/")]
    [InlineData("docs/log-consistency.md", "Grains/LogConsistency/")]
    public void Every_type_and_method_of_ours_that_the_examples_use_is_public_there(string page, string folder)
    {
        var sources = string.Concat(Repository.Files
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && (file.StartsWith(folder, StringComparison.Ordinal) || file.StartsWith("EventStore/", StringComparison.Ordinal)))
            .Select(Repository.Read));
        var used = Pages.CodeOf(page).SelectMany(code => Ours().Matches(code)).Select(match => match.Value).Distinct().ToList();
        Assert.True(used.Count >= 3);
        Assert.All(used, name => Assert.Matches($@"public [^;={{]*\b{name}\b", sources));
    }

    [GeneratedRegex("`([\\w.]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(AddPostgresLogConsistency|AddKafkaStreams|I?(Json)?Journal(Format|Author|Faults|ConflictException)|IKafkaStreamFormat|KafkaStreamItem|Migrator|EventStoreSchema)\b")]
    private static partial Regex Ours();
}
