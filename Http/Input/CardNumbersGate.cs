using Microsoft.AspNetCore.Http;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>Looks for card numbers in what a request says outside of its body, before anything else sees it.</summary>
internal static class CardNumbersGate
{
    /// <exception cref="ProblemException">There is one.</exception>
    public static void Check(HttpRequest request)
    {
        List<FieldError>? found = null;
        if (CardNumbers.OccurInPath(request.Path.Value))
            (found ??= []).Add(BodyScan.CardNumberAt("", "path"));
        foreach (var (name, values) in request.Query)
        {
            if (CardNumbers.Occur(name))
                (found ??= []).Add(BodyScan.CardNumberAt("", "query"));
            else if (Occur(values))
                (found ??= []).Add(BodyScan.CardNumberAt(JsonPointer.Append("", name), "query"));
        }
        if (Occur(request.Headers[IdempotencyKey.Header]))
            (found ??= []).Add(BodyScan.CardNumberAt("/" + IdempotencyKey.Header, "header"));
        if (found is not null)
            throw new ProblemException(BodyScan.CardNumberProblem(found));
    }

    private static bool Occur(Microsoft.Extensions.Primitives.StringValues values)
    {
        foreach (var value in values)
        {
            if (CardNumbers.Occur(value))
                return true;
        }
        return false;
    }
}
