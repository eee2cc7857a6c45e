-- The outbox's state: who publishes the log, and up to where everything is acknowledged or set aside as a dead letter. The
-- epoch is one more with every change of holder; whoever moves the position names its epoch, so that one who has lost the
-- lease without noticing moves nothing. ahead_by is above 0 when the topics hold events that the log does not; state,
-- error and warning are for people.
create table if not exists kafka_publisher (
    only_row boolean primary key default true check (only_row),
    owner text,
    leased_until timestamptz not null default '-infinity',
    epoch bigint not null default 0,
    position bigint not null default 0,
    ahead_by bigint not null default 0,
    state text not null default 'idle',
    error text,
    warning text,
    updated_at timestamptz not null default now()
) with (fillfactor = 50);

insert into kafka_publisher (only_row) values (true) on conflict do nothing;
