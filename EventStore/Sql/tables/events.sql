-- The only truth. The primary key is what fences two writers in the end, whatever else went wrong; position is the
-- order in which readers follow. data and metadata are kept byte for byte (the hash covers them) and are readable here.
create table if not exists events (
    position bigint not null,
    transaction_id xid8 not null default pg_current_xact_id(),
    stream_key bigint not null,
    version bigint not null check (version > 0),
    event_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    tenant text collate "C" not null,
    stream_id text collate "C" not null,
    type text collate "C" not null,
    data json not null,
    metadata json not null,
    hash bytea not null,
    constraint events_stream_version primary key (stream_key, version)
);

create unique index if not exists events_position on events (position);
