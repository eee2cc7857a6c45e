namespace OrleansOrders.Http;

/// <summary>Every limit of the HTTP side, in one place; those of the rules are in <see cref="Domain.Limits"/>.</summary>
public static class ApiLimits
{
    public const int BodyBytes = 64 * 1024;

    /// <summary>Of a body that is too large this much is still taken in, so that the answer reaches a caller who is sending.</summary>
    public const int BodyBytesDrained = 1024 * 1024;

    public const double BodyBytesPerSecond = 240;

    public const double AnswerBytesPerSecond = 4 * 1024;

    public const int RequestLineBytes = 8 * 1024;

    public const int HeaderBytes = 16 * 1024;

    public const int Headers = 64;

    public const int BodyDepth = 16;

    public const int IdempotencyKeyLength = 255;

    public const int PageDefault = 50;

    public const int PageMaximum = 200;

    public const int CursorLength = 512;

    public const int SearchLength = 100;

    public const int NameLength = 200;

    public const int EmailLength = 254;

    public const int ShortTextLength = 64;

    public const int UrlLength = 2_000;

    /// <summary>How long a secret that was replaced may still be good.</summary>
    public const int LongestGraceHours = 168;

    /// <summary>Errors listed in one answer; more would only make a hostile request expensive.</summary>
    public const int ErrorsPerProblem = 100;

    /// <summary>Live streams that this process serves at a time.</summary>
    public const int LiveStreams = 200;

    /// <summary>Of them, so many of one tenant, so that none can shut the others out.</summary>
    public const int LiveStreamsPerTenant = 100;

    /// <summary>Events of the log's end, of all tenants, that are kept for those who follow it live.</summary>
    public const int LiveWindow = 8_192;

    /// <summary>Whoever comes back, or falls behind, is given what he missed from the log, up to so many events of all tenants.</summary>
    public const int LiveReplay = 20_000;

    /// <summary>Events that are read from the log, or written to a live stream, at once.</summary>
    public const int LiveBatch = 500;

    /// <summary>How long a request's head may take to arrive.</summary>
    public static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may do nothing.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(120);

    /// <summary>How long a body may arrive more slowly than <see cref="BodyBytesPerSecond"/>.</summary>
    public static readonly TimeSpan SlowBodyTime = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may be taken more slowly than <see cref="AnswerBytesPerSecond"/>, on the average of its connection.</summary>
    public static readonly TimeSpan SlowReaderTime = TimeSpan.FromSeconds(10);

    /// <summary>How far a caller's clock may be ahead.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    public static readonly DateTimeOffset EarliestTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
