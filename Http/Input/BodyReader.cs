using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansOrders.Http;

/// <summary>Reads a request's body: all of it, strictly, within its limit.</summary>
internal static class BodyReader
{
    /// <param name="isOptional">Whether no body at all is an answer (null) instead of a problem.</param>
    /// <exception cref="ProblemException">The body is too large, not JSON, or not of this shape.</exception>
    public static async Task<T?> Read<T>(HttpRequest request, JsonTypeInfo<T> type, bool isOptional, CancellationToken cancellation)
        where T : class
    {
        if (request.ContentLength > ApiLimits.BodyBytes)
            throw TooLarge();
        var mayHaveBody = request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0 || IsLaterHttp(request);
        if (mayHaveBody && request.ContentType is not null)
            CheckMediaType(request);
        var bytes = mayHaveBody ? await ReadAll(request.Body, request.ContentLength, cancellation) : [];
        if (bytes.Length > 0)
        {
            CheckMediaType(request);
            BodyScan.Check(bytes);
            return Deserialize(bytes, type);
        }
        return isOptional ? null : throw new ProblemException(Problem.Of(ProblemCodes.BodyRequired, "The request needs a JSON body."));
    }

    // HTTP/2 and 3 end a body by a flag, so that it may have neither of the two headers.
    private static bool IsLaterHttp(HttpRequest request) => request.ContentLength is null && !HttpProtocol.IsHttp11(request.Protocol)
        && !HttpProtocol.IsHttp10(request.Protocol);

    private static void CheckMediaType(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson)
            throw new ProblemException(Problem.Of(ProblemCodes.UnsupportedMediaType, "Send Content-Type: application/json, in UTF-8."));
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
            throw new ProblemException(Problem.Of(ProblemCodes.UnsupportedMediaType, "Send the body without a content encoding."));
    }

    private static async Task<byte[]> ReadAll(Stream body, long? length, CancellationToken cancellation)
    {
        var buffer = new byte[(length ?? 4096) + 1];
        var count = 0;
        while (true)
        {
            var read = await ReadSome(body, buffer.AsMemory(count), cancellation);
            count += read;
            if (count > ApiLimits.BodyBytes)
                throw TooLarge();
            if (read == 0)
                return buffer[..count];
            if (count == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, ApiLimits.BodyBytes + 1));
        }
    }

    // A chunk whose size is beyond all numbers is an error of the stream for the server, not one of the request. Whoever has
    // gone away ends here as well, and is not there to read the answer.
    private static async ValueTask<int> ReadSome(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The body's framing is damaged.", e);
        }
    }

    private static T Deserialize<T>(byte[] bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw Shape(new FieldError("", FieldCodes.WrongType, "The body is an object."));
        }
        catch (JsonException e)
        {
            throw Shape(ShapeErrors.Explain(bytes, type, JsonPointer.FromPath(e.Path)));
        }
    }

    private static ProblemException Shape(FieldError error) =>
        new(Problem.Invalid(ProblemCodes.InvalidRequest, Checks.Detail(1), [error]));

    private static ProblemException TooLarge() =>
        new(Problem.Of(ProblemCodes.BodyTooLarge, $"A body has at most {ApiLimits.BodyBytes} bytes."));
}
