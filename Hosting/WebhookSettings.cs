using OrleansOrders.Engine.Webhooks;

namespace OrleansOrders.Hosting;

/// <summary>What the environment says about webhooks.</summary>
public static class WebhookSettings
{
    /// <summary><c>allow</c> lets them connect to addresses that are not public.</summary>
    public const string PrivateAddresses = "ORDERS_WEBHOOKS_PRIVATE_ADDRESSES";

    /// <exception cref="Failure">A setting is wrong.</exception>
    public static WebhookOptions Read() => Read(Environment.GetEnvironmentVariable(PrivateAddresses));

    /// <inheritdoc cref="Read()"/>
    public static WebhookOptions Read(string? privateAddresses) => privateAddresses switch
    {
        null or "" or "refuse" => new WebhookOptions(),
        "allow" => new WebhookOptions { AllowsPrivateAddresses = true },
        _ => throw new Failure(ExitCodes.BadInput, $"{PrivateAddresses} is allow or refuse."),
    };
}
