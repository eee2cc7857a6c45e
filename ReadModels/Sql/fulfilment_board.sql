-- Where every fulfilment stands, and when it must be looked at again; null when it rests.
create table if not exists fulfilment_board (
    tenant      text        collate "C" not null,
    order_id    text        collate "C" not null,
    customer_id text        collate "C" not null,
    status      text        collate "C" not null,
    step        text        collate "C",
    attempts    integer     not null,
    deadline    timestamptz,
    retry_at    timestamptz,
    wake_at     timestamptz,
    wake_minute timestamptz generated always as (date_trunc('minute', wake_at at time zone 'UTC') at time zone 'UTC') stored,
    reason      text,
    cause       text,
    owner       text,
    started_at  timestamptz not null,
    updated_at  timestamptz not null,
    version     bigint      not null,
    position    bigint      not null,
    constraint fulfilment_board_key primary key (order_id, tenant)
) with (fillfactor = 75);

create index if not exists fulfilment_board_by_status on fulfilment_board (tenant, status, started_at desc, order_id desc);

create index if not exists fulfilment_board_by_time on fulfilment_board (tenant, started_at desc, order_id desc);

-- A running fulfilment sets its time to wake with every step, but seldom to another minute: indexed by the minute, its steps
-- touch no index. Tables from before have neither the column nor the room for such updates.
alter table fulfilment_board add column if not exists wake_minute timestamptz
    generated always as (date_trunc('minute', wake_at at time zone 'UTC') at time zone 'UTC') stored;

alter table fulfilment_board set (fillfactor = 75);

drop index if exists fulfilment_board_by_wake;

create index if not exists fulfilment_board_by_wake_minute on fulfilment_board (wake_minute) where wake_minute is not null;

-- How many are parked is counted every few seconds, and few are.
create index if not exists fulfilment_board_parked on fulfilment_board (tenant) where status = 'parked';

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table fulfilment_board enable row level security;

drop policy if exists own_tenant on fulfilment_board;

create policy own_tenant on fulfilment_board for select using (tenant = current_setting('orders.tenant', true));
