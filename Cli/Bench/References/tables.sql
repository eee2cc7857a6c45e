-- What the reference statements write and read: rows as small as an event store can have them, made by the server itself, so
-- that no client can be faster. Vacuum stays out of the rounds.
create schema reference;

create sequence reference.positions;
create sequence reference.streams;

-- Keys in order of time.
create table reference.events (
    position bigint not null default nextval('reference.positions'),
    transaction_id xid8 not null default pg_current_xact_id(),
    stream_key bigint not null,
    version integer not null,
    type smallint not null,
    recorded_at timestamptz not null default now(),
    data bytea not null,
    primary key (stream_key, version)
) with (autovacuum_enabled = off);
create unique index on reference.events (position);

-- Keys at random.
create table reference.random_events (
    position bigint not null default nextval('reference.positions'),
    transaction_id xid8 not null default pg_current_xact_id(),
    stream_id uuid not null,
    version integer not null,
    type smallint not null,
    recorded_at timestamptz not null default now(),
    data bytea not null,
    primary key (stream_id, version)
) with (autovacuum_enabled = off);
create unique index on reference.random_events (position);

create table reference.rows (
    key bigint primary key,
    count bigint not null,
    total bigint not null,
    status smallint not null,
    changed_at timestamptz not null,
    padding bytea
) with (fillfactor = 70);
