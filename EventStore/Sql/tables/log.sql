-- Where the log ends, and how many receipts were ever written. One row, advanced in the transaction that inserts the
-- events: positions have no gap and follow the order of commits, and a rollback gives its numbers back. Whoever holds
-- this row's lock is the only one who writes, see append_batch. The row changes with every batch, so its page is left
-- empty for the old versions to be pruned in place, and vacuum comes early.
create table if not exists log (
    only_row boolean primary key default true check (only_row),
    position bigint not null check (position >= 0),
    receipts bigint not null default 0,
    -- Who wrote last, and how often that has changed hands: as long as turn stays the same, one writer alone has written.
    writer uuid,
    turn bigint not null default 0
) with (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);

alter table log add column if not exists writer uuid, add column if not exists turn bigint not null default 0;

insert into log (only_row, position) values (true, 0) on conflict do nothing;
