using Microsoft.Extensions.Logging;
using Orleans.EventSourcing;
using Orleans.Runtime;
using Orleans.Serialization;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>What an adaptor may use of the runtime.</summary>
internal sealed class JournalServices(IGrainContext grain, JournalServices.Shared shared) : ILogConsistencyProtocolServices
{
    public GrainId GrainId => grain.GrainId;

    public string MyClusterId => shared.Silo.ClusterId;

    public T DeepCopy<T>(T value) => shared.Copier.Copy(value);

    public void ProtocolError(string msg, bool throwexception)
    {
        Log(LogLevel.Error, "{0}", msg);
        if (throwexception)
            throw new OrleansException($"{msg} ({GrainId})");
    }

    public void CaughtException(string where, Exception e) => Log(LogLevel.Error, "{0}: {1}: {2}", where, e.GetType().Name, e.Message);

    public void CaughtUserCodeException(string callback, string where, Exception e) =>
        Log(LogLevel.Warning, "{0} in {1}: {2}: {3}", callback, where, e.GetType().Name, e.Message);

    public void Log(LogLevel level, string format, params object[] args)
    {
        if (shared.Logger.IsEnabled(level))
            shared.Logger.Log(level, default, $"{GrainId}: {string.Format(null, format, args)}", null, static (text, _) => text);
    }

    /// <summary>What is the same for every activation, kept once: there are many.</summary>
    internal sealed record Shared(ILogger<JournalServices> Logger, DeepCopier Copier, ILocalSiloDetails Silo);
}
