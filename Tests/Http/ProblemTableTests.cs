using System.Reflection;
using OrleansOrders.Domain;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http;

public sealed class ProblemTableTests
{
    public static TheoryData<string> RefusalCodes => Constants(typeof(Refusals));

    public static TheoryData<string> HttpCodes => Constants(typeof(ProblemCodes));

    [Theory]
    [MemberData(nameof(RefusalCodes))]
    public void Every_refusal_of_the_rules_has_a_status_that_is_the_callers_and_a_title(string code)
    {
        var (status, title) = ProblemTable.Find(code);
        Assert.Contains(status, new[] { 403, 404, 409, 422 });
        Assert.NotEmpty(title);
        Assert.Equal(code.EndsWith("-not-found", StringComparison.Ordinal), status == 404);
    }

    [Theory]
    [MemberData(nameof(HttpCodes))]
    public void Every_code_of_http_has_a_status_and_a_title(string code)
    {
        var (status, title) = ProblemTable.Find(code);
        Assert.InRange(status, 400, 503);
        Assert.NotEmpty(title);
    }

    [Fact]
    public void Nothing_else_is_in_the_table()
    {
        string[] known = [.. Values(typeof(Refusals)), .. Values(typeof(ProblemCodes))];
        Assert.Equal(known.Order(), ProblemTable.Codes.Order());
    }

    private static TheoryData<string> Constants(Type type) => new(Values(type));

    private static IEnumerable<string> Values(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
}
