-- The processes that would read, so that each knows what a fair share is.
create table if not exists feed_readers (
    owner text primary key,
    seen_at timestamptz not null
);
