using System.Text.RegularExpressions;
using OrleansOrders.Cli;
using OrleansOrders.Domain;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>What the pages say is there, is there: files, headings, verbs, options, codes, messages.</summary>
public sealed partial class PageTests
{
    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there()
    {
        var broken =
            from page in Pages.All
            from link in Pages.LinksOf(page)
            let target = Pages.Resolve(page, link)
            where !Path.Exists(Repository.PathOf(target.File))
                || (target.Place.Length > 0 && target.File.EndsWith(".md", StringComparison.Ordinal) && !Pages.PlacesOf(target.File).Contains(target.Place))
            select $"{page}: {link}";
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("docs/README.md", @"^docs/[\w-]+\.(md|json)$")]
    [InlineData("docs/decisions/README.md", @"^docs/decisions/\d{4}-.*\.md$")]
    [InlineData("docs/recipes/README.md", @"^docs/recipes/[\w-]+\.md$")]
    public void Every_page_is_on_its_map(string map, string pages)
    {
        var linked = Pages.LinksOf(map).Select(link => Pages.Resolve(map, link).File).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Repository.Files, file => Regex.IsMatch(file, pages) && file != map && !linked.Contains(file));
        Assert.Contains(map, Pages.LinksOf(map == "docs/README.md" ? "README.md" : "docs/README.md")
            .Select(link => Pages.Resolve(map == "docs/README.md" ? "README.md" : "docs/README.md", link).File));
    }

    [Fact]
    public async Task Every_verb_and_option_is_one_that_the_command_has()
    {
        var wrong = new List<string>();
        foreach (var page in Pages.All)
        {
            foreach (var line in Pages.CodeOf(page))
            {
                foreach (Match call in Call().Matches(line))
                    wrong.AddRange((await FindUnknown(call.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Select(word => $"{page}: {line}: {word}"));
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("verify --log-only --json", "")]
    [InlineData("verifi", "verifi")]
    [InlineData("dead-letters replay --everything", "--everything")]
    public async Task A_verb_or_option_that_is_not_there_is_found(string words, string unknown) =>
        Assert.Equal(unknown, string.Join(' ', await FindUnknown(words.Split(' '))));

    [Fact]
    public void Every_answer_has_the_code_and_the_status_that_the_api_gives()
    {
        var known = typeof(Refusals).GetFields().Concat(typeof(ProblemCodes).GetFields()).Select(code => (string)code.GetRawConstantValue()!).ToHashSet();
        var told =
            from page in Pages.All
            from Match answer in Answer().Matches(Repository.Read(page))
            select (Page: page, Status: answer.Groups[1].Value, Code: answer.Groups[2].Value);
        Assert.NotEmpty(told);
        Assert.All(told, answer =>
        {
            Assert.True(known.Contains(answer.Code), $"{answer.Page}: {answer.Code} is no code");
            Assert.Equal($"{answer.Code} {answer.Status}", $"{answer.Code} {ProblemTable.Find(answer.Code).Status}");
        });
    }

    [Fact]
    public void Every_message_of_the_runbook_is_one_that_a_program_says()
    {
        var sources = string.Concat(SourceFiles.CSharp.Where(file => !file.StartsWith("Tests", StringComparison.Ordinal)).Select(Repository.Read));
        var messages = Message().Matches(Repository.Read("docs/runbook.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(messages);
        Assert.All(messages, message => Assert.Contains(message, sources, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_exit_code_of_the_readme_is_one_of_the_programs()
    {
        var told = ExitCode().Matches(Repository.Read("README.md")).Select(match => int.Parse(match.Groups[1].Value)).ToList();
        var known = typeof(ExitCodes).GetFields().Select(code => (int)code.GetRawConstantValue()!).Append(ErrorLine.Interrupted);
        Assert.Equal(known.Order(), told.Order());
    }

    [Fact]
    public void Every_source_file_that_a_page_names_is_there()
    {
        var missing =
            from page in Pages.All
            where !page.StartsWith("docs/recipes/", StringComparison.Ordinal)
            from code in Pages.CodeOf(page)
            where SourceFile().IsMatch(code) && !Path.Exists(Repository.PathOf(code)) && !Path.Exists(Repository.PathOf(Path.GetDirectoryName(page)!, code))
            select $"{page}: {code}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_table_that_the_architecture_names_is_there()
    {
        var section = Repository.Read("docs/architecture.md").Split("## What is stored")[1];
        var tables = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Table().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value)).ToList();
        Assert.True(tables.Count > 10);
        Assert.All(tables, table => Assert.Contains(SourceFiles.Sql, file => file.EndsWith($"/{table}.sql", StringComparison.Ordinal)));
    }

    // A verb is known by its help, and so are its options.
    private static async Task<IReadOnlyList<string>> FindUnknown(string[] words)
    {
        var verbs = words.TakeWhile(word => Verb().IsMatch(word)).Take(2).ToList();
        var help = await Help(verbs);
        if (help is null && verbs.Count > 1)
            help = await Help(verbs[..1]);
        if (help is null)
            return [verbs.Count > 0 ? verbs[0] : ""];
        return [.. words.Select(word => Option().Match(word).Value).Where(option => option.Length > 0 && !help.Contains(option, StringComparison.Ordinal))];
    }

    private static async Task<string?> Help(IReadOnlyList<string> verbs)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLineProgram.Run([.. verbs, "--help"], output, error);
        // An argument is no verb: help for it is that of the verb before.
        return code == ExitCodes.Ok && verbs.Count > 0 && output.ToString().Contains($" {string.Join(' ', verbs)} ", StringComparison.Ordinal)
            ? output.ToString()
            : null;
    }

    [GeneratedRegex(@"^[a-z][a-z-]*$")]
    private static partial Regex Verb();

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex Option();

    // `./orders verb ...` anywhere, `orders verb ...` at the beginning; up to what a shell does with it.
    [GeneratedRegex(@"(?:(?<!\S)\./orders|^orders) ([a-z][^|#;&>]*)")]
    private static partial Regex Call();

    [GeneratedRegex(@"\b([45]\d\d) `([a-z]+(?:-[a-z]+)+|internal|unavailable|overloaded)`")]
    private static partial Regex Answer();

    [GeneratedRegex("^\\| \"([^\"]+)\" \\|", RegexOptions.Multiline)]
    private static partial Regex Message();

    [GeneratedRegex(@"^\| (\d+) \| ", RegexOptions.Multiline)]
    private static partial Regex ExitCode();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Table();

    [GeneratedRegex(@"^[A-Z][\w.]*/[\w./]+\.(cs|csproj|txt|md|sql|json)$")]
    private static partial Regex SourceFile();
}
