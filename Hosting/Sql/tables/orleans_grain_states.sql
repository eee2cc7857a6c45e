-- The states of grains that Orleans' own storage provider keeps. Our aggregates are not among them: their truth is the
-- log. A grain key is up to 128 bits and a text; a key without a text has an empty one here, so that the primary key
-- lets only one of two activations write first.
create table if not exists orleans_grain_states (
    service_id text collate "C" not null,
    state_name text collate "C" not null,
    key_high bigint not null,
    key_low bigint not null,
    key_text text collate "C" not null,
    version integer not null,
    payload bytea,
    changed_at timestamptz not null,
    primary key (key_text, key_low, key_high, state_name, service_id)
) with (fillfactor = 70);
