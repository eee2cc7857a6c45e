-- What customers were told, or could not be: one row for each event, so that it is told once. A row is claimed before the
-- message leaves and marked after it. A claim whose owner fell silent may be taken over when it ends.
create table if not exists notifications (
    event_id uuid not null,
    tenant text collate "C" not null,
    order_id text collate "C" not null,
    kind text not null check (kind in ('placed', 'shipped', 'delivered', 'cancelled', 'refunded')),
    state text not null check (state in ('claimed', 'sent', 'not-sendable')),
    reason text,
    claimed_by uuid not null,
    claimed_until timestamptz not null,
    attempts integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    constraint notifications_event primary key (event_id, tenant)
);

create index if not exists notifications_by_order on notifications (tenant, order_id);
