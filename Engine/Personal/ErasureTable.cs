using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Personal;

/// <summary>Reads and writes <c>erasure_receipts</c>.</summary>
internal sealed class ErasureTable(NpgsqlDataSource database)
{
    /// <summary>What every text begins with that was sealed under the customer's key; null when nothing ever was.</summary>
    public async Task<string?> FindSealedMark(string tenant, string customerId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select key_id from personal_keys where customer_id = $1 and tenant = $2");
        command.Parameters.Add(new() { Value = customerId });
        command.Parameters.Add(new() { Value = tenant });
        return await command.ExecuteScalarAsync(cancellation) is Guid keyId ? SealedText.MarkOf(keyId) : null;
    }

    /// <summary>Customers who were erased, and after whom nobody has looked to the end.</summary>
    public async Task<IReadOnlyList<(string Tenant, string CustomerId)>> ListUnchecked(int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select k.tenant, k.customer_id from personal_keys k
            where k.erased_at is not null
                and not exists (select from erasure_receipts r where r.customer_id = k.customer_id and r.tenant = k.tenant)
            order by k.erased_at limit $1
            """);
        command.Parameters.Add(new() { Value = most });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    /// <summary>Keeps what was found. A second look that knew fewer texts does not replace the first.</summary>
    public async Task Keep(
        KnownTexts known, IReadOnlyList<ErasurePlace> places, IReadOnlyList<UncheckedPlace> left, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            insert into erasure_receipts (tenant, customer_id, checked_at, texts_sought, places, unchecked)
            values ($1, $2, clock_timestamp(), $3, $4, $5)
            on conflict on constraint erasure_receipts_customer do update set
                checked_at = excluded.checked_at, texts_sought = excluded.texts_sought, places = excluded.places,
                unchecked = excluded.unchecked
            where erasure_receipts.texts_sought <= excluded.texts_sought
            """);
        command.Parameters.Add(new() { Value = known.Tenant });
        command.Parameters.Add(new() { Value = known.CustomerId });
        command.Parameters.Add(new() { Value = known.Texts.Count });
        command.Parameters.Add(Json(JsonSerializer.Serialize(places, ErasureJson.Default.IReadOnlyListErasurePlace)));
        command.Parameters.Add(Json(JsonSerializer.Serialize(left, ErasureJson.Default.IReadOnlyListUncheckedPlace)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="elsewhere">Places that nobody can look through from here.</param>
    public async Task<ErasureReceipt?> Find(
        string tenant, string customerId, IReadOnlyList<UncheckedPlace> elsewhere, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select k.erased_at, r.checked_at, r.texts_sought, r.places, r.unchecked
            from personal_keys k left join erasure_receipts r on r.customer_id = k.customer_id and r.tenant = k.tenant
            where k.customer_id = $1 and k.tenant = $2 and k.erased_at is not null
            """);
        command.Parameters.Add(new() { Value = customerId });
        command.Parameters.Add(new() { Value = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var erasedAt = reader.GetFieldValue<DateTimeOffset>(0);
        var receipt = new ErasureReceipt(customerId, "checking", erasedAt, erasedAt + PersonalTexts.Memory, null, 0, [], elsewhere);
        if (reader.IsDBNull(1))
            return receipt;
        var left = JsonSerializer.Deserialize(reader.GetString(4), ErasureJson.Default.IReadOnlyListUncheckedPlace)!;
        return receipt with
        {
            Status = "checked",
            CheckedAt = reader.GetFieldValue<DateTimeOffset>(1),
            TextsSought = reader.GetInt32(2),
            Places = JsonSerializer.Deserialize(reader.GetString(3), ErasureJson.Default.IReadOnlyListErasurePlace)!,
            Unchecked = [.. left, .. elsewhere],
        };
    }

    private static NpgsqlParameter Json(string text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Json };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ErasurePlace>))]
[JsonSerializable(typeof(IReadOnlyList<UncheckedPlace>))]
internal sealed partial class ErasureJson : JsonSerializerContext;
