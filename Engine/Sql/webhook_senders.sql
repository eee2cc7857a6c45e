-- The processes that would send, so that each knows what a fair share is.
create table if not exists webhook_senders (
    owner text primary key,
    seen_at timestamptz not null
);
