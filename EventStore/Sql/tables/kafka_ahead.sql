-- Parts of topics that hold events which the log does not, as after a restore of the database: nothing is published until
-- a person has accepted what stands there, and who that was and why stays here. Only messages before next_offset are meant.
create table if not exists kafka_ahead (
    topic text collate "C" not null,
    partition integer not null,
    next_offset bigint not null,
    position bigint not null,
    found_at timestamptz not null default clock_timestamp(),
    accepted_at timestamptz,
    accepted_by text,
    reason text,
    constraint kafka_ahead_key primary key (topic, partition, next_offset)
);
