-- Cold files, in which data and metadata of archived streams' events stand. folder is where it was written, or restored to; whoever
-- reads the log must reach it there.
create table if not exists archives (
    archive_id uuid primary key,
    folder text not null,
    file_name text not null,
    bytes bigint not null,
    sha256 bytea not null,
    archived_at timestamptz not null default clock_timestamp()
);
