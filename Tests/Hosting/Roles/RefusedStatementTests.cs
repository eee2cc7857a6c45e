using Npgsql;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting.Roles;

/// <summary>What PostgreSQL itself keeps each part of the program from, statement by statement.</summary>
public sealed class RefusedStatementTests : IAsyncLifetime
{
    // Refused to everybody who works on the database, whatever else is allowed.
    private static readonly string[] AgainstTheLog =
    [
        "update events set data = '{}'",
        "delete from events",
        "truncate events",
        "drop table events",
        "alter table events disable trigger all",
        "alter table events add column x integer",
        "alter table events drop constraint events_stream_version",
        "alter table events rename to old_events",
        "alter table events owner to current_user",
        "alter table events disable row level security",
        "create rule silent as on insert to events do instead nothing",
        "create trigger silent before insert on events for each row execute function suppress_redundant_updates_trigger()",
        "drop index events_position",
        "update commands set fingerprint = ''",
        "delete from commands",
        "truncate commands",
        "drop table commands",
        "alter table commands disable trigger all",
        "delete from streams",
        "truncate streams, events",
        "update streams set tenant = 'another'",
        "update streams set stream_key = 0",
        "delete from log",
        "truncate log",
        "drop function find_own_append",
        "create or replace function receipt_checksum(p_tenant text, p_command_id uuid, p_stream_id text, p_version bigint, p_position bigint,"
            + " p_fingerprint bytea, p_refusal_code text, p_refusal_detail text, p_recorded_at timestamptz) returns bytea language sql"
            + " as 'select null::bytea'",
        "update schema_migrations set checksum = ''",
        "delete from event_repairs",
        "update event_repairs set reason = ''",
        "delete from dead_letters",
        "delete from dead_letter_actions",
        "update dead_letter_actions set actor = ''",
        "delete from kafka_epochs",
        "update kafka_epochs set epoch = 0",
        "delete from provider_ledger",
        "update provider_ledger set amount = 0",
        "update audit set actor = ''",
        "delete from audit",
        "truncate audit",
        "alter table audit disable trigger all",
        "drop trigger audit_is_append_only on audit",
        "drop table audit",
        "delete from audit_head",
        "insert into archives values (gen_random_uuid(), '', '', 0, '')",
        "delete from archived_streams",
        "set session_replication_role = 'replica'",
        "create role accomplice",
        "alter role orders_writer superuser",
        "drop owned by orders_migrator",
        "copy events to program 'cat'",
        "create extension file_fdw",
    ];

    private static readonly Dictionary<string, string[]> AgainstOthers = new()
    {
        [RoleNames.Writer] =
        [
            "create table mine (id integer)", "create function mine() returns integer language sql as 'select 1'",
            "insert into order_details (tenant, order_id, document, version, position) values ('t', 'o', '{}', 1, 1)",
            "update projections set position = 0", "delete from order_details", "drop table order_search", "update kafka_publisher set position = 0",
            "insert into kafka_epochs values (1, 'me', now(), 0)", "select from order_details",
        ],
        [RoleNames.Projector] =
        [
            "insert into events select * from events", "insert into commands select * from commands", "update log set position = 0",
            "select from commands", "select from log for update", "insert into streams select * from streams",
            "update kafka_publisher set position = 0", "insert into notifications select * from notifications",
        ],
        [RoleNames.Publisher] =
        [
            "create table mine (id integer)", "insert into events select * from events", "select from commands", "update log set position = 0",
            "select from order_details", "select from snapshots", "update projections set position = 0", "insert into notifications select * from notifications",
        ],
        [RoleNames.Reader] =
        [
            "create table mine (id integer)", "select from events", "select from streams", "select from commands", "select from snapshots",
            "select from dead_letters", "select from notifications", "select from provider_ledger", "update order_details set version = 0",
            "delete from order_search", "insert into projections (name) values ('x')", "update log set position = 0", "select from log for update",
            "alter table order_details disable row level security", "alter table order_details no force row level security",
            "drop policy own_tenant on order_details", "create policy all_tenants on order_details for select using (true)",
        ],
        [RoleNames.Backup] =
        [
            "create table mine (id integer)", "insert into events select * from events", "update log set position = 0",
            "update order_details set version = 0", "delete from snapshots", "select nextval('streams_stream_key_seq')",
        ],
    };

    private FencedDatabase _database = null!;

    public static TheoryData<string> Roles => [RoleNames.Writer, RoleNames.Projector, RoleNames.Publisher, RoleNames.Reader, RoleNames.Backup];

    public async Task InitializeAsync() => _database = await FencedDatabase.Create();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory, MemberData(nameof(Roles))]
    public async Task Nobody_who_works_on_the_log_can_change_what_was_written(string role)
    {
        await using var connection = await _database.Connect(role);
        AssertNone(await FindAllowed(connection, AgainstTheLog));
    }

    [Theory, MemberData(nameof(Roles))]
    public async Task Each_role_is_kept_out_of_the_others_work(string role)
    {
        await using var connection = await _database.Connect(role);
        AssertNone(await FindAllowed(connection, AgainstOthers[role]));
    }

    [Fact]
    public async Task The_owner_may_do_what_the_others_may_not()
    {
        // Else the refusals could have quite another reason.
        await using var connection = await _database.Connect(RoleNames.Migrator);
        var own = AgainstTheLog.Where(statement => !statement.Contains("to current_user", StringComparison.Ordinal)).Take(24).ToArray();
        Assert.Equal(own, await FindAllowed(connection, own));
    }

    [Theory, MemberData(nameof(Roles))]
    public async Task A_user_of_one_role_becomes_nobody_else(string role)
    {
        await using var connection = await _database.ConnectAsUserOf(role);
        string[] ways =
        [
            .. RoleNames.All.Where(other => other != role).Select(other => $"set role {other}"), "set session authorization orders_migrator",
            $"set role {await _database.Database.Query<string>("select current_user::text")}", $"grant orders_migrator to {role}",
        ];
        AssertNone(await FindAllowed(connection, ways));
        foreach (var back in new[] { "reset role", "set role none", "reset session authorization", "set session authorization default", "reset all", "discard all" })
        {
            await Execute(connection, back);
            AssertNone(await FindAllowed(connection, ["update events set data = '{}'", "delete from events", "truncate events", "drop table events"]));
        }
    }

    private static void AssertNone(string[] allowed) => Assert.True(allowed.Length == 0, string.Join('\n', allowed));

    /// <summary>Tries each in a transaction of its own, which is rolled back, and returns those that were not refused.</summary>
    private static async Task<string[]> FindAllowed(NpgsqlConnection connection, IEnumerable<string> statements)
    {
        var allowed = new List<string>();
        foreach (var statement in statements)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            try
            {
                await Execute(connection, statement);
                allowed.Add(statement);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // As it must be. Anything else is a mistake in the statement, and fails the test.
            }
            catch (PostgresException other)
            {
                allowed.Add($"{statement}: {other.SqlState} {other.MessageText}");
            }
            await transaction.RollbackAsync();
        }
        return [.. allowed];
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
