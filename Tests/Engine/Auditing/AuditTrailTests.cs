using Npgsql;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Auditing;

public sealed class AuditTrailTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private AuditTrail _trail = null!;

    public static TheoryData<string, string> Tamperings => new()
    {
        { "a line is altered", "update audit set reason = 'another' where number = 3" },
        { "a line is given to somebody else", "update audit set actor = 'somebody' where number = 3" },
        { "a time is moved", "update audit set at = at - interval '1 us' where number = 3" },
        { "a count is altered", "update audit set count = count + 1 where number = 3" },
        { "a reason is removed", "update audit set reason = null where number = 3" },
        { "a hash is altered", "update audit set hash = sha256(hash) where number = 3" },
        { "a line in the middle is removed", "delete from audit where number = 3" },
        { "the first line is removed", "delete from audit where number = 1" },
        { "the newest line is removed", "delete from audit where number = (select number from audit_head)" },
        { "all lines are removed", "truncate audit" },
        { "two lines change places", "update audit set number = 100 where number = 3; update audit set number = 3 where number = 4; update audit set number = 4 where number = 100" },
        { "a line is inserted", "insert into audit select number + 1, kind, tenant, actor, action, target, reason, source, trace_id, outcome, count, intent, at, hash from audit where number = (select number from audit_head)" },
        { "the head is moved back", "delete from audit where number = 6; update audit_head set number = 5" },
        { "the head is removed", "delete from audit_head" },
    };

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.Create(EngineSchema.Migrations);
        _trail = new AuditTrail(_database.DataSource, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _trail.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_action_is_on_record_before_it_begins_and_after_it_ended()
    {
        var action = new AuditedAction("default", "anna", "retryFulfilment", "fulfilment-1", "the carrier is back", "127.0.0.1", "4bf92f3577b34da6");
        var intent = await _trail.Begin(action, CancellationToken.None);
        await _trail.End(intent, action, "done", CancellationToken.None);

        var entries = await _trail.List(new AuditQuery("default", null, null), null, 10, CancellationToken.None);
        Assert.Equal([(2L, AuditEntry.Ended, "done", intent), (1L, AuditEntry.Intended, null, (long?)null)], entries.Select(entry => (entry.Number, entry.Kind, entry.Outcome, entry.Intent)));
        Assert.All(entries, entry => Assert.Equal(action, entry.Action));
        Assert.Equal(Verdict.Ok, (await Check()).Verdict);
    }

    [Fact]
    public async Task Any_number_of_processes_write_one_chain()
    {
        await using var other = new AuditTrail(_database.DataSource, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? _trail : other).Begin(Action($"{i}"), CancellationToken.None)));

        var report = await Check();
        Assert.Equal((Verdict.Ok, "60 lines"), (report.Verdict, report.Counts.Split(',')[0]));
    }

    [Fact]
    public async Task The_record_is_asked_for_by_tenant_by_person_and_by_action_page_after_page()
    {
        foreach (var i in Enumerable.Range(1, 5))
            await _trail.Begin(Action($"{i}"), CancellationToken.None);
        await _trail.Begin(Action("6") with { Tenant = "other" }, CancellationToken.None);
        await _trail.Begin(Action("7") with { Actor = "ben", Action = "requestRefund" }, CancellationToken.None);

        Assert.Equal(["5", "4"], await Targets(new AuditQuery("default", "anna", null), null, 2));
        Assert.Equal(["3", "2", "1"], await Targets(new AuditQuery("default", "anna", null), 4, 10));
        Assert.Equal(["6"], await Targets(new AuditQuery("other", null, null), null, 10));
        Assert.Equal(["7"], await Targets(new AuditQuery(null, null, "requestRefund"), null, 10));
    }

    [Fact]
    public async Task Text_that_a_caller_wrote_is_kept_short_and_whole()
    {
        await _trail.Begin(Action("x") with { Reason = new string('é', 5_000), Target = "zero\0byte" }, CancellationToken.None);
        var entry = Assert.Single(await _trail.List(new AuditQuery(null, null, null), null, 10, CancellationToken.None));
        Assert.Equal((500, "zero byte"), (entry.Action.Reason!.Length, entry.Action.Target));
        Assert.Equal(Verdict.Ok, (await Check()).Verdict);
    }

    [Theory]
    [InlineData("update audit set reason = 'another'")]
    [InlineData("delete from audit")]
    [InlineData("truncate audit")]
    public async Task Lines_cannot_be_changed_even_by_the_tables_owner(string sql)
    {
        await _trail.Begin(Action("1"), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => _database.Execute(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task A_changed_line_is_noticed(string what, string sql)
    {
        foreach (var i in Enumerable.Range(1, 6))
            await _trail.Begin(Action($"{i}"), CancellationToken.None);
        Assert.Equal(Verdict.Ok, (await Check()).Verdict);

        await _database.Execute($"alter table audit disable trigger audit_is_append_only; {sql}");

        var report = await Check();
        Assert.True(report.Verdict == Verdict.Violated && report.First.Count > 0, what);
    }

    [Fact]
    public async Task What_cannot_be_put_on_record_says_so()
    {
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await new NpgsqlCommand("select from audit_head for update", connection).ExecuteNonQueryAsync();
        await Assert.ThrowsAsync<UnavailableException>(() => _trail.Begin(Action("1"), CancellationToken.None));
        await transaction.RollbackAsync();
        Assert.Equal(1, await _trail.Begin(Action("1"), CancellationToken.None));
    }

    [Fact]
    public async Task A_denial_is_on_record_by_itself()
    {
        _trail.Deny(Action("GET /v1/orders"), "scope-missing");
        await Eventually.True(async () => (await Targets(new AuditQuery(null, null, null), null, 10)).Length == 1, TimeSpan.FromSeconds(20));
    }

    private static AuditedAction Action(string target) => new("default", "anna", "retryFulfilment", target, "because");

    private async Task<string[]> Targets(AuditQuery query, long? before, int limit) =>
        [.. (await _trail.List(query, before, limit, CancellationToken.None)).Select(entry => entry.Action.Target)];

    private async Task<InvariantReport> Check()
    {
        await using var snapshot = await LogSnapshot.Take(_database.DataSource, CancellationToken.None);
        var record = new AuditRecord();
        await record.Check(snapshot, CancellationToken.None);
        return record.ToReport();
    }
}
