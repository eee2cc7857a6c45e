-- What is sent to whom: one row for each event and subscription. It holds nothing of what the event says; that is read from the
-- log when it is sent. Of rows with the same turn, the one that is first in the log goes first.
create table if not exists webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks (id),
    position bigint not null,
    event_id uuid not null,
    type text collate "C" not null,
    order_id text collate "C",
    turn text collate "C" not null,
    status text not null check (status in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    created_at timestamptz not null,
    tried_since timestamptz,
    due_at timestamptz not null,
    ended_at timestamptz,
    status_code integer,
    error text
) with (fillfactor = 80);

create index if not exists webhook_deliveries_due on webhook_deliveries (webhook_id, due_at, position) where status = 'pending';
create index if not exists webhook_deliveries_turn on webhook_deliveries (webhook_id, turn, position) where status = 'pending';
create index if not exists webhook_deliveries_failed on webhook_deliveries (webhook_id, position, id) where status = 'failed';
create index if not exists webhook_deliveries_listed on webhook_deliveries (webhook_id, position, id);
create index if not exists webhook_deliveries_ended on webhook_deliveries (status, ended_at) where status <> 'pending';
