using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>Teaches an Orleans client or silo to carry commands and states.</summary>
public static class OrdersContracts
{
    /// <summary>
    /// The largest message that clients and silos take, in bytes: the largest order, 1,000 lines whose descriptions are all
    /// escapes, fits in; nothing that fits in can exhaust a silo.
    /// </summary>
    public const int LargestMessage = 8 * 1024 * 1024;

    private const string Space = "OrleansOrders.Domain";

    /// <summary>To be called once, on the services of a client.</summary>
    public static IServiceCollection AddOrdersClient(this IServiceCollection services)
    {
        services.AddSingleton<IOutgoingGrainCallFilter, OutgoingCallFilter>();
        services.Configure<ClientMessagingOptions>(messaging => messaging.MaxMessageBodySize = LargestMessage);
        return services.AddOrdersContracts();
    }

    /// <summary>What clients and silos share; a silo that has the grains has it.</summary>
    public static IServiceCollection AddOrdersContracts(this IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddJsonSerializer(WireJson.IsCarried, _ => false, options =>
            options.Configure(json => json.SerializerOptions = WireJson.Options)));
        services.AddSingleton<IGeneralizedCopier, NoCopies>();
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(Space));
        return services;
    }

    /// <summary>Commands and states never change, so that a call within one silo may hand over the same object.</summary>
    private sealed class NoCopies : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => WireJson.IsCarried(type);

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
