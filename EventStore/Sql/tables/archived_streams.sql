-- Where data and metadata of a stream's events up to a version stand: bytes of a cold file, compressed by themselves.
-- Everything else of these events, position, ids, type, times and hash, stays in their rows, so that the log stays dense;
-- of the metadata, what ties events to commands and to each other.
create table if not exists archived_streams (
    stream_key bigint primary key,
    version bigint not null check (version > 0),
    archive_id uuid not null references archives (archive_id),
    first_byte bigint not null,
    bytes integer not null,
    sha256 bytea not null
);
