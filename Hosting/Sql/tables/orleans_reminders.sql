-- What wakes grains up, although nobody calls them. Each silo reads the reminders of its part of the ring, by the hash of
-- their grains, which Orleans hands over as a signed number.
create table if not exists orleans_reminders (
    service_id text collate "C" not null,
    grain_id text collate "C" not null,
    reminder_name text collate "C" not null,
    grain_hash integer not null,
    start_at timestamptz not null,
    period_ms bigint not null,
    version integer not null,
    primary key (grain_id, reminder_name, service_id)
);
create index if not exists orleans_reminders_ring on orleans_reminders (service_id, grain_hash);
