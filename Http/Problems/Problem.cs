using System.Collections.Immutable;

namespace OrleansOrders.Http;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Pointer">RFC 6901 pointer; into the body, or <c>/name</c> where <paramref name="In"/> says otherwise.</param>
/// <param name="In"><c>query</c>, <c>path</c> or <c>header</c>; absent for the body.</param>
public sealed record FieldError(string Pointer, string Code, string Detail, string? In = null);

/// <summary>An answer that is not a success: what RFC 9457 calls a problem.</summary>
internal sealed record Problem(
    string Code, string Detail, ImmutableArray<FieldError> Errors, ImmutableArray<KeyValuePair<string, string>> Headers)
{
    public static Problem Of(string code, string detail) => new(code, detail, [], []);

    public static Problem Invalid(string code, string detail, IEnumerable<FieldError> errors) => new(code, detail, [.. errors], []);

    public Problem WithHeader(string name, string value) => this with { Headers = Headers.Add(KeyValuePair.Create(name, value)) };

    public Problem RetryAfter(int seconds) => WithHeader("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>Ends a request from wherever it is found out that it cannot go on.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Code)
{
    public Problem Problem { get; } = problem;
}
