using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OrleansOrders.Http;
using OrleansOrders.Tests.Tidy;

namespace OrleansOrders.Tests.Http.Page;

/// <summary>The operations page as files: how large it may be, what is ours, what is others', and what it may never do.</summary>
public sealed partial class PageFileTests
{
    private const int MostBytes = 60_000;
    private const string Folder = "Http/Page/";
    private const string Vendor = Folder + "vendor/";

    // Each makes markup or code of a text.
    private static readonly string[] Dangerous =
    [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc", "localStorage", "javascript:",
    ];

    private static IEnumerable<string> OwnScripts => SourceFiles.EndingIn(".js")
        .Where(file => file.StartsWith(Folder, StringComparison.Ordinal) && !file.StartsWith(Vendor, StringComparison.Ordinal));

    [Fact]
    public void All_of_the_page_is_at_most_60_kilobytes_as_it_is_sent()
    {
        var bytes = PageFiles.Instance.All.Sum(file => file.Gzip.Length);
        Assert.True(bytes <= MostBytes, $"{bytes} bytes: {string.Join(", ", PageFiles.Instance.All.Select(file => $"{file.Path} {file.Gzip.Length}"))}");
        Assert.True(PageFiles.Instance.All.Count() > 10);
    }

    [Fact]
    public void What_others_published_is_as_they_published_it()
    {
        var listed = SourceFiles.Read(Vendor + "checksums.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ')).ToList();
        Assert.Equal(
            SourceFiles.EndingIn(".js").Where(file => file.StartsWith(Vendor, StringComparison.Ordinal)).Select(file => file[Vendor.Length..]),
            listed.Select(line => line[0]).Order(StringComparer.Ordinal));
        foreach (var line in listed)
        {
            var bytes = SourceFiles.Bytes(Vendor + line[0]);
            Assert.Equal(line[4], Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal(bytes, PageFiles.Instance.Find($"vendor/{line[0]}")!.Bytes);
        }
    }

    [Theory]
    [InlineData("htm")]
    [InlineData("preact")]
    [InlineData("uPlot")]
    public void Others_licences_are_kept_beside_their_work(string name) =>
        Assert.Contains("Copyright", SourceFiles.Read($"{Vendor}LICENSE.{name}.txt"), StringComparison.Ordinal);

    [Fact]
    public void No_script_of_ours_can_make_markup_of_a_text() => Assert.Empty(
        from file in OwnScripts
        from word in Dangerous
        where SourceFiles.Read(file).Contains(word, StringComparison.Ordinal)
        select $"{file}: {word}");

    [Fact]
    public void Nothing_is_inline_that_the_policy_forbids()
    {
        var document = SourceFiles.Read(Folder + "index.html");
        Assert.DoesNotMatch(@"<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=", document);
    }

    [Fact]
    public void Every_import_of_a_script_is_a_file_of_the_page_and_every_file_is_imported()
    {
        var imported = new HashSet<string> { "app.js", "vendor/uPlot.js" };
        foreach (var file in OwnScripts)
        {
            var path = file[Folder.Length..];
            foreach (Match import in Import().Matches(SourceFiles.Read(file)))
            {
                var found = new Uri(new Uri($"http://page/{path}"), import.Groups[1].Value).AbsolutePath[1..];
                Assert.True(PageFiles.Instance.Find(found) is not null, $"{path} imports {found}.");
                imported.Add(found);
            }
        }
        Assert.Equal(imported.Order(), PageFiles.Instance.All.Select(file => file.Path).Where(path => path.EndsWith(".js", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Scripts_are_sent_without_indentation_and_comments_and_say_the_same()
    {
        var sent = Encoding.UTF8.GetString(PageFiles.Instance.Find("format.js")!.Bytes);
        Assert.DoesNotMatch(@"(?m)^\s|^//", sent);
        Assert.Equal(
            SourceFiles.Read(Folder + "format.js").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)),
            sent.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()));
    }

    [GeneratedRegex(@"from '(\.[^']+)'")]
    private static partial Regex Import();
}
