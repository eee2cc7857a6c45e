using System.Text.RegularExpressions;

namespace OrleansOrders.Tests.Tidy;

/// <summary>SQL is source code: one object per file, in lower case, in a stated order, each saying why it is there.</summary>
public sealed partial class SqlTests
{
    private static readonly string[] Installed = [.. SourceFiles.EndingIn("Sql/order.txt").Select(file => file[..^"/order.txt".Length])];

    public static TheoryData<string> Folders => [.. Installed];

    public static TheoryData<string> Files => [.. SourceFiles.Sql];

    [Theory, MemberData(nameof(Folders))]
    public void The_order_lists_every_file_once(string folder)
    {
        var listed = SourceFiles.Read($"{folder}/order.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).ToArray();
        var files = SourceFiles.Sql.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal)).Select(file => file[(folder.Length + 1)..]);
        Assert.NotEmpty(listed);
        Assert.Equal(files.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_lies_in_a_folder_that_installs_it(string file) =>
        Assert.Contains(Installed, folder => file.StartsWith(folder + "/", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Files))]
    public void A_file_begins_with_why_and_names_its_object(string file)
    {
        var sql = SourceFiles.Read(file);
        Assert.Matches(@"\A-- [A-Z`]", sql);
        var name = Path.GetFileNameWithoutExtension(file);
        Assert.Matches("^[a-z][a-z0-9_]*$", name);
        Assert.Equal(name, FirstObject().Match(WithoutComments(sql)).Groups["name"].Value);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_is_in_lower_case(string file)
    {
        var code = Text().Replace(WithoutComments(SourceFiles.Read(file)), "''");
        Assert.DoesNotMatch("[A-Z]", code);
    }

    [Theory, MemberData(nameof(Files))]
    public void Times_have_a_zone_and_parameters_a_prefix(string file)
    {
        var code = Text().Replace(WithoutComments(SourceFiles.Read(file)), "''");
        Assert.DoesNotMatch(@"\btimestamp\b(?!\s*with\s+time)", code);
        var parameters = FunctionHead().Match(code).Groups["parameters"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.All(parameters, parameter => Assert.Matches(@"^(p_|out r_|inout p_|variadic p_)\w+", parameter));
    }

    private static string WithoutComments(string sql) => Comment().Replace(sql, "");

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"'([^']|'')*'|""[^""]*""")]
    private static partial Regex Text();

    [GeneratedRegex(@"\bcreate\s+(or\s+replace\s+)?(unique\s+)?(unlogged\s+)?(table|function|procedure|view|type|role|policy|index|extension|sequence|trigger)\s+(if\s+not\s+exists\s+)?(?<name>\w+)")]
    private static partial Regex FirstObject();

    [GeneratedRegex(@"\bfunction\s+\w+\s*\((?<parameters>[^)]*)\)", RegexOptions.Singleline)]
    private static partial Regex FunctionHead();
}
