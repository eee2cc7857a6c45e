using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>The <c>Idempotency-Key</c> header: 1 to 255 visible ASCII characters.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <exception cref="ProblemException">The route requires a key and there is none, or none that can be one.</exception>
    public static string? Read(HttpRequest request, KeyUse use, Checks checks)
    {
        if (use == KeyUse.None)
            return null;
        var values = request.Headers[Header];
        if (values.Count == 0 && use == KeyUse.Optional)
            return null;
        if (values.Count == 1 && values[0] is { } key && Texts.IsIdempotencyKey(key))
            return key;
        var error = new FieldError(
            "/" + Header, values.Count == 0 ? FieldCodes.Required : FieldCodes.InvalidHeader,
            $"One header of 1 to {ApiLimits.IdempotencyKeyLength} visible ASCII characters.", "header");
        if (use == KeyUse.Required)
        {
            throw new ProblemException(Problem.Invalid(
                ProblemCodes.IdempotencyKeyRequired, $"The request needs {Header}: one per command, the same when it is repeated.", [error]));
        }
        checks.Add(error.Pointer, error.Code, error.Detail, error.In);
        return null;
    }
}
