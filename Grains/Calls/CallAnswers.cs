using System.Collections.Concurrent;
using System.Reflection;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Calls;

/// <summary>Refusals in the shape that a method answers with.</summary>
internal static class CallAnswers
{
    private static readonly ConcurrentDictionary<Type, Func<string, string, object>> Makers = new();

    /// <param name="returnType">A task of a command's reply or of a state's.</param>
    public static object Refuse(Type returnType, string code, string detail) =>
        Makers.GetOrAdd(returnType.GetGenericArguments()[0], static reply => reply == typeof(CommandReply)
            ? CommandReply.Refuse
            : reply.GetMethod(nameof(CommandReply.Refuse), BindingFlags.Public | BindingFlags.Static)!
                .CreateDelegate<Func<string, string, object>>())(code, detail);
}
