namespace OrleansOrders.Domain.Ports;

/// <summary>The names that the program acts under itself. No caller may have one of them.</summary>
public static class OwnActors
{
    /// <summary>Whoever calls while no keys are configured.</summary>
    public const string Local = "local";

    public const string Reactions = "reactions";

    public const string Fulfilment = "fulfilment";

    public static bool Include(string actor) => actor is Local or Reactions or Fulfilment;

    /// <summary>Whether nobody asked for it: the program saw to it by itself.</summary>
    public static bool AreUnasked(string actor) => actor is Reactions or Fulfilment;
}
