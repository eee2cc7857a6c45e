using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace OrleansOrders.Http;

/// <summary>
/// What the server refuses before it is a request (a head that is malformed, too large or too slow) never reaches
/// <see cref="ProblemGate"/>, and the server's own answer to it is empty. Here it becomes a problem like every other.
/// </summary>
internal sealed class RejectedRequests : IObserver<KeyValuePair<string, object?>>
{
    // Documented as the way to learn of such requests; it comes when the answer is decided and before it is written.
    private const string Rejected = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly TimeProvider time;

    private RejectedRequests(TimeProvider time) => this.time = time;

    public static void AnswerWithProblems(KestrelServerOptions server)
    {
        var answering = new RejectedRequests(server.ApplicationServices.GetRequiredService<TimeProvider>());
        server.ApplicationServices.GetRequiredService<DiagnosticListener>().Subscribe(answering, name => name == Rejected);
        server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
        {
            var writer = new RejectionWriter(connection.Transport.Output);
            connection.Transport = new Duplex(connection.Transport.Input, writer);
            connection.Features.Set(writer);
            return next(connection);
        }));
    }

    public void OnNext(KeyValuePair<string, object?> happened)
    {
        if (happened.Value is IFeatureCollection features && features.Get<RejectionWriter>() is { } writer)
            writer.Reject(Answer(features));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    // An unknown version of HTTP is 505 by the book; here a 5xx means that something is wrong on our side, and only that.
    private byte[] Answer(IFeatureCollection features)
    {
        var status = (features.Get<IBadRequestExceptionFeature>()?.Error as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        var problem = ProblemGate.FromStatus(status < StatusCodes.Status500InternalServerError ? status : StatusCodes.Status400BadRequest);
        HttpTelemetry.Rejected(problem);
        var (code, body) = ProblemBody.Encode(problem, "/", features.Get<IHttpRequestIdentifierFeature>()?.TraceIdentifier ?? "");
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {code} {ReasonPhrases.GetReasonPhrase(code)}\r\n"))
            .Append(CultureInfo.InvariantCulture, $"Content-Type: {ProblemBody.MediaType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n")
            .Append(CultureInfo.InvariantCulture, $"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nDate: {time.GetUtcNow():R}\r\n");
        if (features.Get<IHttpResponseFeature>()?.Headers.Allow is { Count: > 0 } allowed)
            head.Append(CultureInfo.InvariantCulture, $"Allow: {allowed}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
