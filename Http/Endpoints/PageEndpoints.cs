using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>
/// The operations page. Its files are the same for everybody and need no credential; all that it shows comes through the API,
/// with the credential of whoever looks.
/// </summary>
internal static class PageEndpoints
{
    /// <summary>
    /// Nothing but our own files runs, is shown or is called, and no other page may frame this one: what a customer wrote stays
    /// text even where a mistake would let it become markup.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string KeepForGood = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/", Scopes.Public, "page", "The operations page") { IsDescribed = false }, _ =>
            Task.FromResult(Send(PageFiles.Instance.Start, AskAgain)));
        routes.Map(new RouteContract("GET", PageFiles.Folder + "/{version}/{**file}", Scopes.Public, "pageFile", "A file of it") { IsDescribed = false }, call =>
        {
            var files = PageFiles.Instance;
            var file = call.FindRouteValue("file") is { } path ? files.Find(path) : null;
            if (file is null || file == files.Start)
                throw new ProblemException(Problem.Of(ProblemCodes.RouteNotFound, "The page has no such file."));
            // Beside a gateway of another version a document may ask for its files here: served, but not to be kept.
            return Task.FromResult(Send(file, call.RouteValue("version") == files.Version ? KeepForGood : AskAgain));
        });
    }

    private static Reply Send(PageFile file, string caching) => new(200, null) { Writer = context => Write(context, file, caching) };

    private static async Task Write(HttpContext context, PageFile file, string caching)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = caching;
        headers.ETag = file.Tag;
        headers.Vary = "Accept-Encoding";
        if (request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var isCompressed = request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (isCompressed)
            headers.ContentEncoding = "gzip";
        var bytes = isCompressed ? file.Gzip : file.Bytes;
        response.ContentType = file.MediaType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
