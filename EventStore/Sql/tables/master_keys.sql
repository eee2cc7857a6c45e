-- Which master keys have wrapped the keys of this database: their fingerprints, not the keys. A process that has another
-- one must not start: what it wrote could be read by nobody else.
create table if not exists master_keys (
    master_id text collate "C" primary key,
    since timestamptz not null default clock_timestamp()
);
