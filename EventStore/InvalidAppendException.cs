namespace OrleansOrders.EventStore;

/// <summary>
/// The append can never succeed as it is: malformed JSON, a name that cannot be stored, a head that is not the
/// stream's. Nothing was written, and other appends were not affected.
/// </summary>
public sealed class InvalidAppendException(string message, Exception? inner = null) : Exception(message, inner);
