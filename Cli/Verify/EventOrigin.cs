using System.Text.Json;

namespace OrleansOrders.Cli.Verify;

/// <summary>What an event's metadata says about where it comes from.</summary>
/// <param name="CausationId">The event that set it off; null when a caller did.</param>
internal readonly record struct EventOrigin(Guid CommandId, Guid? CausationId)
{
    /// <summary>Null when the metadata does not say.</summary>
    public static EventOrigin? Read(ReadOnlySpan<byte> metadata)
    {
        try
        {
            var reader = new Utf8JsonReader(metadata);
            Guid? command = null;
            Guid? cause = null;
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var isCommand = reader.ValueTextEquals("commandId"u8);
                if (!isCommand && !reader.ValueTextEquals("causationId"u8))
                    continue;
                reader.Read();
                if (isCommand)
                    command = reader.GetGuid();
                else
                    cause = reader.GetGuid();
            }
            return command is { } id ? new EventOrigin(id, cause) : null;
        }
        catch (Exception broken) when (broken is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
