-- Events that a consumer could not take. While a row is open, its stream is parked for that consumer from the version on:
-- later events of the stream wait in the log, everything else flows. Of one stream a consumer has one open row at most.
create table if not exists dead_letters (
    id uuid primary key default gen_random_uuid(),
    consumer text collate "C" not null,
    tenant text collate "C" not null,
    stream_id text collate "C" not null,
    version bigint not null check (version > 0),
    position bigint not null,
    event_id uuid not null,
    type text collate "C" not null,
    cause text not null,
    state text not null default 'parked' check (state in ('parked', 'replay-requested', 'replayed')),
    attempts integer not null default 1,
    parked_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz,
    -- When it was told to whoever listens to the topic of dead letters.
    announced_at timestamptz
);

create unique index if not exists dead_letters_open on dead_letters (consumer, tenant, stream_id) where state <> 'replayed';

create index if not exists dead_letters_by_time on dead_letters (tenant, parked_at desc, id desc);

create index if not exists dead_letters_unannounced on dead_letters (parked_at) where announced_at is null;

create index if not exists dead_letters_by_event on dead_letters (tenant, event_id);
