using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Subscriptions and deliveries, for the API. Any number of processes may have one.</summary>
public sealed partial class Webhooks : IWebhooks
{
    /// <summary>Subscriptions of a tenant.</summary>
    public const int MostPerTenant = 20;

    /// <summary>Lanes that subscriptions are spread over; processes that run side by side must agree on it.</summary>
    internal const int Lanes = 16;

    // For whoever lost the reply that had it.
    private static readonly TimeSpan SecretShownAgain = TimeSpan.FromHours(24);

    private readonly NpgsqlDataSource database;
    private readonly IEventStore store;
    private readonly MasterKey master;
    private readonly TimeProvider time;
    private readonly WebhookCommands commands;

    /// <param name="database">Of a database that <see cref="EngineSchema.Migrations"/> was applied to. Stays the caller's.</param>
    /// <param name="personal">Its master key wraps the secrets.</param>
    public Webhooks(NpgsqlDataSource database, IEventStore store, PersonalTexts personal, TimeProvider time)
    {
        (this.database, this.store, master, this.time) = (database, store, personal.Master, time);
        commands = new WebhookCommands(database, time);
    }

    public Task<IReadOnlyList<WebhookView>> List(string tenant, CancellationToken cancellation) => WebhookRows.Ask(
        database, async connection =>
        {
            var found = await WebhookRows.Read(
                connection, $"{WebhookRows.View} and w.tenant = $1 order by w.created_at, w.id", WebhookRows.ReadView, cancellation, tenant);
            return (IReadOnlyList<WebhookView>)await WithSecretEnds(connection, found, cancellation);
        }, cancellation);

    public Task<WebhookView?> Find(string tenant, Guid id, CancellationToken cancellation) =>
        WebhookRows.Ask(database, connection => Find(connection, tenant, id, cancellation), cancellation);

    public async Task<WebhookOutcome<WebhookView>> Create(
        string tenant, string url, IReadOnlyList<string> eventTypes, string? description, bool enabled, WebhookCommand command,
        CancellationToken cancellation)
    {
        var (secret, end) = (WebhookSecrets.Create(master, tenant, command.Id, command.Id), await ReadEnd(cancellation));
        return await commands.Once(tenant, command, async connection =>
        {
            // Two that are made at once are counted one after the other.
            await WebhookRows.Execute(connection, "select pg_advisory_xact_lock(hashtextextended('webhooks ' || $1, 0))", cancellation, tenant);
            if (await WebhookRows.Execute(
                connection, """
                insert into webhooks (id, tenant, lane, url, event_types, description, enabled, disabled_reason, position, created_at)
                select $1, $2, $3, $4, $5, $6, $7, case when $7 then null else 'asked' end, $8, $9
                where (select count(*) from webhooks where tenant = $2 and removed_at is null) < $10
                """, cancellation, command.Id, tenant, LaneOf(command.Id), url,
                eventTypes.ToArray(), WebhookRows.OrNull(description, NpgsqlDbType.Text), enabled, end,
                time.GetUtcNow(), MostPerTenant) == 0)
                return (WebhookAnswer.TooMany, null, null);
            await AddSecret(connection, secret, TimeSpan.Zero, cancellation);
            var made = (await Find(connection, tenant, command.Id, cancellation))!;
            return (WebhookAnswer.Done, made with { Secret = WebhookSecrets.Show(master, secret) }, null);
        }, (connection, _, at) => ShowAgain(connection, tenant, command.Id, command.Id, at, cancellation), cancellation);
    }

    public async Task<WebhookView?> Change(string tenant, Guid id, WebhookChange change, CancellationToken cancellation)
    {
        var end = change.FromNow ? await ReadEnd(cancellation) : 0;
        return await WebhookRows.InTransaction(database, async connection =>
        {
            await WebhookRows.Execute(
                connection, """
                update webhooks set
                    url = coalesce($3, url), event_types = coalesce($4, event_types),
                    description = case when $5::text is null then description else nullif($5, '') end, enabled = coalesce($6, enabled),
                    disabled_reason = case $6 when false then coalesce(disabled_reason, 'asked') when true then null else disabled_reason end,
                    failing_since = case when $6 then null else failing_since end, position = greatest(position, $7)
                where id = $1 and tenant = $2 and removed_at is null
                """, cancellation, id, tenant, WebhookRows.OrNull(change.Url, NpgsqlDbType.Text),
                WebhookRows.OrNull(change.EventTypes?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                WebhookRows.OrNull(change.Description, NpgsqlDbType.Text), WebhookRows.OrNull(change.Enabled, NpgsqlDbType.Boolean), end);
            return (await Find(connection, tenant, id, cancellation), true);
        }, cancellation);
    }

    public Task<bool> Remove(string tenant, Guid id, CancellationToken cancellation) => WebhookRows.InTransaction(
        database, async connection =>
        {
            var removed = await WebhookRows.Execute(
                connection, "update webhooks set removed_at = $3 where id = $1 and tenant = $2 and removed_at is null", cancellation,
                id, tenant, time.GetUtcNow());
            if (removed > 0)
                await SharedSecretTable.Remove(connection, WebhookSecrets.OwnerOf(id), cancellation);
            return (removed > 0, true);
        }, cancellation);

    public Task<WebhookOutcome<WebhookView>> Rotate(
        string tenant, Guid id, TimeSpan grace, WebhookCommand command, CancellationToken cancellation)
    {
        var secret = WebhookSecrets.Create(master, tenant, id, command.Id);
        return commands.Once(tenant, command, async connection =>
        {
            // Held, so that two rotations come one after the other.
            if (await WebhookRows.Read(
                connection, "select 1 from webhooks where id = $1 and tenant = $2 and removed_at is null for update", _ => true, cancellation,
                id, tenant) is not [_])
                return (WebhookAnswer.NotFound, null, null);
            await AddSecret(connection, secret, grace, cancellation);
            var view = (await Find(connection, tenant, id, cancellation))!;
            return (WebhookAnswer.Done, view with { Secret = WebhookSecrets.Show(master, secret) }, null);
        }, (connection, _, at) => ShowAgain(connection, tenant, id, command.Id, at, cancellation), cancellation);
    }

    internal static int LaneOf(Guid id) => id.ToByteArray()[0] % Lanes;

    private Task AddSecret(NpgsqlConnection connection, WrappedKey secret, TimeSpan grace, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return SharedSecretTable.Add(connection, secret, now, now + grace, cancellation);
    }

    private async Task<WebhookView?> Find(NpgsqlConnection connection, string tenant, Guid id, CancellationToken cancellation)
    {
        var found = await WebhookRows.Read(
            connection, $"{WebhookRows.View} and w.tenant = $1 and w.id = $2", WebhookRows.ReadView, cancellation, tenant, id);
        return (await WithSecretEnds(connection, found, cancellation)).FirstOrDefault();
    }

    private async Task<WebhookView?> ShowAgain(
        NpgsqlConnection connection, string tenant, Guid id, Guid secretId, DateTimeOffset at, CancellationToken cancellation)
    {
        var view = await Find(connection, tenant, id, cancellation);
        if (view is null || time.GetUtcNow() > at + SecretShownAgain)
            return view;
        var newest = (await SharedSecretTable.Find(connection, [WebhookSecrets.OwnerOf(id)], time.GetUtcNow(), cancellation)).FirstOrDefault();
        return newest?.Key.KeyId == secretId ? view with { Secret = WebhookSecrets.Show(master, newest.Key) } : view;
    }

    private async Task<List<WebhookView>> WithSecretEnds(
        NpgsqlConnection connection, List<WebhookView> views, CancellationToken cancellation)
    {
        if (views.Count == 0)
            return views;
        var secrets = await SharedSecretTable.Find(
            connection, [.. views.Select(view => WebhookSecrets.OwnerOf(view.Id))], time.GetUtcNow(), cancellation);
        var ends = secrets.Where(secret => secret.EndsAt is not null).ToLookup(secret => secret.Key.CustomerId, secret => secret.EndsAt);
        return [.. views.Select(view => view with { PreviousSecretUntil = ends[WebhookSecrets.OwnerOf(view.Id)].FirstOrDefault() })];
    }

    private async Task<long> ReadEnd(CancellationToken cancellation)
    {
        try
        {
            return await store.ReadEnd(cancellation);
        }
        catch (NpgsqlException away)
        {
            throw new UnavailableException("The log's end cannot be read.", away);
        }
    }
}
