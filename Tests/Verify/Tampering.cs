namespace OrleansOrders.Tests.Verify;

/// <summary>One row that is removed, doubled, swapped or altered, and the invariant that must notice.</summary>
internal static class Tampering
{
    private const string Order = "(select stream_key from streams where tenant = 'default' and stream_id like 'order-%' order by version desc, stream_id limit 1)";

    private static readonly string[] ReadModelTables =
        ["order_details", "customer_orders", "order_search", "sales", "stock_levels", "fulfilment_board"];

    public static readonly (int Invariant, string What, string Sql)[] OfTheLog =
    [
        (2, "an event in the middle is removed", $"delete from events where stream_key = {Order} and version = 2"),
        (2, "a stream's first event is removed", $"delete from events where stream_key = {Order} and version = 1"),
        (2, "a stream's last event is removed", "delete from events e using streams s where s.stream_id = 'stock-TIN-RED' and e.stream_key = s.stream_key and e.version = s.version"),
        (2, "the log's last event is removed", "delete from events where position = (select position from log)"),
        (2, "an event is doubled", Double("events", "position = 50")),
        (2, "an event is appended again", """
            insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
            select (select position + 1 from log), e.stream_key, e.version + 1, e.event_id, e.occurred_at, e.recorded_at, e.tenant, e.stream_id, e.type, e.data, e.metadata, e.hash
            from events e join streams s using (stream_key) where s.stream_id = 'stock-LONG-A' and e.version = s.version;
            """),
        (2, "two events of a stream change places", $"""
            update events set version = version + 1000 where stream_key = {Order} and version in (1, 2);
            update events set version = 1003 - version where stream_key = {Order} and version > 1000;
            """),
        (2, "two events of different streams change places in the log", Swap("10", "400")),
        (2, "the newest events of two streams change places in the log", Swap(
            "(select position from streams where stream_id = 'stock-LONG-A')", "(select position from streams where stream_id = 'stock-LONG-B')")),
        (2, "two events of one commit change places in the log", """
            create temporary table pair as select min(position) a, max(position) b from events where transaction_id = (
                select transaction_id from events group by transaction_id having count(*) > 1 and count(distinct stream_key) > 1 limit 1);
            """ + Swap("(select a from pair)", "(select b from pair)")),
        (2, "an event's data is altered", $"update events set data = replace(data::text, '\"quantity\":', '\"quantity\":1')::json where stream_key = {Order} and version = 2"),
        (2, "white space in an event's data is altered", $"update events set data = (data::text || ' ')::json where stream_key = {Order} and version = 2"),
        (2, "an event's metadata is altered", $"update events set metadata = replace(metadata::text, '\"actor\":\"', '\"actor\":\"x')::json where stream_key = {Order} and version = 2"),
        (2, "an event's type is altered", $"update events set type = 'order-delivered.v1' where stream_key = {Order} and version = 2"),
        (2, "an event's time is altered", $"update events set occurred_at = occurred_at + interval '1 us' where stream_key = {Order} and version = 2"),
        (2, "an event's id is altered", $"update events set event_id = gen_random_uuid() where stream_key = {Order} and version = 2"),
        (2, "an event's hash is altered", $"update events set hash = sha256(hash) where stream_key = {Order} and version = 2"),
        (2, "an event is recorded earlier", $"update events set recorded_at = recorded_at - interval '1 hour' where stream_key = {Order} and version = 2"),
        (2, "the log's last event is recorded in the future", "update events set recorded_at = recorded_at + interval '1 hour' where position = (select position from log)"),
        (2, "an event is given to another commit", $"update events set transaction_id = (select max(transaction_id::text::bigint)::text::xid8 from events) where stream_key = {Order} and version = 2"),
        (2, "an event's position is altered", "update events set position = position + 1000000 where position = 77"),
        (2, "an event is given to another stream", "update events set stream_id = 'stock-LONG-B' where stream_id = 'stock-LONG-A' and version = 3"),
        (2, "a head is removed", "delete from streams where stream_id = 'stock-LONG-A'"),
        (2, "a head is doubled", Double("streams", "stream_id = 'stock-LONG-A'")),
        (2, "a head says a lower version", "update streams set version = version - 1 where stream_id = 'stock-LONG-A'"),
        (2, "a head says another position", "update streams set position = position - 1 where stream_id = 'stock-LONG-A'"),
        (2, "a head has another hash", "update streams set hash = sha256(hash) where stream_id = 'stock-LONG-A'"),
        (2, "a head has another type", "update streams set type = 'order' where stream_id = 'stock-LONG-A'"),
        (2, "a head has another creation", "update streams set created_at = created_at - interval '1 us' where stream_id = 'stock-LONG-A'"),
        (2, "a head is marked as archived", "update streams set archived = true where stream_id = 'stock-LONG-A'"),
        (2, "two heads change names", """
            update streams set stream_id = 'stock-x' where stream_id = 'stock-LONG-A';
            update streams set stream_id = 'stock-LONG-A' where stream_id = 'stock-LONG-B';
            update streams set stream_id = 'stock-LONG-B' where stream_id = 'stock-x';
            """),
        (2, "the counter is behind", "update log set position = position - 1"),
        (2, "the counter is ahead", "update log set position = position + 1"),
        (2, "the counter is removed", "delete from log"),
        (9, "an event is given to another tenant", "update events set tenant = 'other' where stream_id = 'stock-LONG-A' and version = 3"),
        (9, "a head is given to another tenant", "update streams set tenant = 'other' where stream_id = 'stock-LONG-A'"),
    ];

    public static readonly (int Invariant, string What, string Sql)[] OfReceipts =
    [
        (1, "a receipt is removed", $"delete from commands where {AcceptedReceipt}"),
        (1, "a receipt is doubled", Double("commands", AcceptedReceipt)),
        (1, "a receipt says another version", $"update commands set version = version + 1 where {AcceptedReceipt}"),
        (1, "a receipt says another position", $"update commands set position = position + 1 where {AcceptedReceipt}"),
        (1, "a receipt is of another stream", $"update commands set stream_id = 'stock-LONG-B' where {AcceptedReceipt}"),
        (1, "an accepted command is refused afterwards", $"update commands set refusal_code = 'order-not-found' where {AcceptedReceipt}"),
        (1, "a receipt is of another command", $"update commands set command_id = gen_random_uuid() where {AcceptedReceipt}"),
        (1, "a receipt was written at another time", $"update commands set recorded_at = recorded_at + interval '1 us' where {AcceptedReceipt}"),
        (1, "the receipt of a refusal is removed", "delete from commands where stream_id = 'order-nowhere-1'"),
        (1, "a refusal is turned into an acceptance", "update commands set refusal_code = null, refusal_detail = null where stream_id = 'order-nowhere-1'"),
        (1, "a refusal gets another detail", "update commands set refusal_detail = refusal_detail || '.' where stream_id = 'order-nowhere-1'"),
        (1, "a receipt has another fingerprint", $"update commands set fingerprint = sha256(fingerprint) where {AcceptedReceipt}"),
        (1, "a receipt has another checksum", $"update commands set checksum = sha256(checksum) where {AcceptedReceipt}"),
        (1, "the number of receipts is altered", "update log set receipts = receipts + 1"),
        (1, "two receipts change their commands", """
            create temporary table pair as select command_id, lag(command_id, 1, max) over (order by command_id) other
            from (select command_id, max(command_id::text) over ()::uuid from commands where stream_id like 'stock-LONG-%' order by 1 limit 2) two;
            update pair set other = (select command_id from pair p where p.command_id <> pair.command_id);
            update commands c set tenant = 'moving', command_id = p.other from pair p where c.command_id = p.command_id;
            update commands set tenant = 'default' where tenant = 'moving';
            """),
        (9, "a receipt is given to another tenant", $"update commands set tenant = 'other' where {AcceptedReceipt}"),
    ];

    public static readonly (int Invariant, string What, string Sql)[] OfBooks =
    [
        (3, "a capture is removed", $"delete from provider_ledger where {Line("capture")}"),
        (3, "a refused authorization is removed", "delete from provider_ledger where idempotency_key = (select min(idempotency_key) from provider_ledger where operation = 'authorize' and code is not null)"),
        (3, "a refund is removed", $"delete from provider_ledger where {Line("refund")}"),
        (3, "a void is removed", $"delete from provider_ledger where {Line("void")}"),
        (3, "a capture is doubled", Double("provider_ledger", Line("capture"))),
        (3, "a second capture stands in the books", $"insert into provider_ledger select tenant, idempotency_key || 'x', order_id, operation, amount, currency, target_key, code, reference from provider_ledger where {Line("capture")}"),
        (3, "a captured amount is altered", $"update provider_ledger set amount = amount + 1 where {Line("capture")}"),
        (3, "a refunded amount is altered", $"update provider_ledger set amount = amount - 1 where {Line("refund")}"),
        (3, "a currency is altered", $"update provider_ledger set currency = 'EUR' where {Line("capture")} and currency = 'GBP'"),
        (3, "a reference is altered", $"update provider_ledger set reference = reference || 'x' where {Line("authorize")}"),
        (3, "a code is altered", "update provider_ledger set code = code || 'x' where idempotency_key = (select min(idempotency_key) from provider_ledger where code is not null)"),
        (3, "a capture becomes a refund", $"update provider_ledger set operation = 'refund' where {Line("capture")}"),
        (3, "a key is altered", $"update provider_ledger set idempotency_key = 'x' || idempotency_key where {Line("authorize")}"),
        (3, "two captures change their orders", """
            update provider_ledger l set order_id = (case order_id when a then b else a end)
            from (select min(order_id) a, max(order_id) b from provider_ledger where operation = 'capture' and code is null and tenant = 'default') p
            where operation = 'capture' and order_id in (a, b)
            """),
        (9, "a line is given to another tenant", $"update provider_ledger set tenant = 'other' where {Line("capture")} and tenant = 'default'"),
    ];

    public static readonly (int Invariant, string What, string Sql)[] OfReadModels =
    [
        (8, "a row of every read model is removed", OfEach(table => $"delete from {table} where {FirstOf(table)}")),
        (8, "a row of every read model is doubled", OfEach(table => Double(table, FirstOf(table)))),
        (8, "a row of every read model has another position", OfEach(table => $"update {table} set position = position - 1 where {FirstOf(table)}")),
        (9, "a row of every read model is given to another tenant", OfEach(table => $"update {table} set tenant = 'nobody' where {FirstOf(table)}")),
        (8, "an order's total is altered in its details", "update order_details set document = replace(document::text, '\"total\":', '\"total\":1')::json where ctid = (select min(ctid) from order_details)"),
        (8, "sales are altered", "update sales set gross = gross + 1 where ctid = (select min(ctid) from sales)"),
        (8, "two stock levels change places", """
            update stock_levels set sku = 'x' where tenant = 'default' and sku = 'TEA-ASSAM';
            update stock_levels set sku = 'TEA-ASSAM' where tenant = 'default' and sku = 'CUP-BLUE';
            update stock_levels set sku = 'CUP-BLUE' where sku = 'x';
            """),
        (8, "a read model's position is behind", "update projections set position = position - 200 where name = 'sales'"),
        (8, "a read model's position is ahead", "update projections set position = position + 1 where name = 'sales'"),
        (8, "a read model's position is removed", "delete from projections where name = 'sales'"),
        (8, "a snapshot's state is altered", "update snapshots set state = convert_to(replace(convert_from(state, 'UTF8'), '\"received\":', '\"received\":1'), 'UTF8') where stream_id = 'stock-LONG-A'"),
        (8, "a snapshot's version is altered", "update snapshots set version = version - 1 where stream_id = 'stock-LONG-A'"),
        (8, "a snapshot's checksum is altered", "update snapshots set checksum = sha256(checksum) where stream_id = 'stock-LONG-A'"),
        (8, "a snapshot is doubled", Double("snapshots", "stream_id = 'stock-LONG-A'")),
        (8, "two snapshots change places", """
            update snapshots set stream_id = 'stock-x' where stream_id = 'stock-LONG-A';
            update snapshots set stream_id = 'stock-LONG-A' where stream_id = 'stock-LONG-B';
            update snapshots set stream_id = 'stock-LONG-B' where stream_id = 'stock-x';
            """),
        (9, "a snapshot is given to another tenant", "update snapshots set tenant = 'other' where stream_id = 'stock-LONG-A'"),
        (6, "the reactions are ahead of the log", "update reaction_checkpoints set position = position + 1"),
    ];

    private const string AcceptedReceipt = "command_id = (select command_id from commands where stream_id = 'stock-LONG-A' and version = 50)";

    private static string OfEach(Func<string, string> sql) => string.Concat(ReadModelTables.Select(table => sql(table) + ";\n"));

    private static string FirstOf(string table) => $"ctid = (select min(ctid) from {table})";

    /// <summary>Rows are doubled where the keys that forbid it are gone, as after a damaged index.</summary>
    private static string Double(string table, string condition) => $"""
        do $$ declare n name; begin
            for n in select attname from pg_attribute where attrelid = '{table}'::regclass and attgenerated <> ''
            loop execute format('alter table {table} alter column %I drop expression', n); end loop;
            for n in select conname from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'u')
            loop execute format('alter table {table} drop constraint %I', n); end loop;
            for n in select indexrelid::regclass from pg_index where indrelid = '{table}'::regclass and indisunique
            loop execute format('drop index %s', n); end loop;
        end $$;
        insert into {table} select * from {table} where {condition};
        """;

    private static string Line(string operation) =>
        $"idempotency_key = (select min(idempotency_key) from provider_ledger where operation = '{operation}' and code is null and tenant = 'default')";

    private static string Swap(string first, string second) => $"""
        create temporary table swapped as select {first}::bigint a, {second}::bigint b;
        update events set position = -position where position = (select a from swapped);
        update events set position = (select a from swapped) where position = (select b from swapped);
        update events set position = (select b from swapped) where position = -(select a from swapped);
        """;
}
