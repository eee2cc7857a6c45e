using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>Where the HTTP server listens and how the API behaves.</summary>
public sealed record WebServerOptions
{
    /// <summary>The port on loopback; 0 (the default) takes any free one. Ignored when <see cref="Urls"/> are given.</summary>
    public int Port { get; init; }

    /// <summary>How many ports after <see cref="Port"/> are tried when it is taken. Default 0.</summary>
    public int FurtherPorts { get; init; }

    /// <summary>Addresses other than loopback. Only with keys.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Where the keys of <see cref="Api"/> were read; looked at again every two seconds. Null (the default): nowhere.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Where the keys of the tokens of <see cref="Api"/> come from; asked again every minute. Null (the default): nowhere.</summary>
    public TokenSettings? Tokens { get; init; }

    public ApiOptions Api { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
