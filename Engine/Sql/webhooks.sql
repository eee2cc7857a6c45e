-- Who is told of a tenant's events by HTTP: where, of which, and how far in the log it was planned what is sent. A row that is
-- removed stays until what was sent is gone as well.
create table if not exists webhooks (
    id uuid primary key,
    tenant text collate "C" not null,
    lane integer not null,
    url text not null,
    event_types text[] not null,
    description text,
    enabled boolean not null,
    disabled_reason text check (disabled_reason in ('asked', 'gone', 'failing')),
    position bigint not null,
    failing_since timestamptz,
    created_at timestamptz not null,
    removed_at timestamptz
) with (fillfactor = 70);

create index if not exists webhooks_by_tenant on webhooks (tenant, created_at) where removed_at is null;
create index if not exists webhooks_by_lane on webhooks (lane) where enabled and removed_at is null;
