-- Folded states, a cache: losing this table costs time and nothing else. The checksum covers every other column, and a
-- row that does not match it, or has another schema, is not used.
create table if not exists snapshots (
    tenant text collate "C" not null,
    stream_id text collate "C" not null,
    version bigint not null,
    position bigint not null,
    hash bytea not null,
    schema text not null,
    state bytea not null,
    checksum bytea not null,
    constraint snapshots_stream primary key (tenant, stream_id)
) with (fillfactor = 70);
