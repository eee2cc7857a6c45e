namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>The server could not be reached, broke off, or refused for now, or refused us and not the message. Later may be better.</summary>
public sealed class SmtpException(string message, Exception? inner = null) : Exception(message, inner);
