-- What readers take in place of an event that cannot be decoded or folded: the newest row of the event. The log itself
-- never changes, and rows here are only added. A request that comes twice is known by its id, and repairs once.
create table if not exists event_repairs (
    tenant text collate "C" not null,
    event_id uuid not null,
    number integer not null check (number > 0),
    stream_id text collate "C" not null,
    version bigint not null,
    type text collate "C" not null,
    data json not null,
    actor text not null,
    reason text not null,
    request_id uuid not null,
    fingerprint bytea not null,
    repaired_at timestamptz not null default clock_timestamp(),
    constraint event_repairs_number primary key (event_id, tenant, number),
    constraint event_repairs_request unique (request_id, tenant)
);
