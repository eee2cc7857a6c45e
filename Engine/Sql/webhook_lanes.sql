-- Which process sends for which part of the subscriptions. A lease only spares double work: what is sent twice has the same id.
create table if not exists webhook_lanes (
    lane integer primary key,
    owner text,
    leased_until timestamptz not null default '-infinity'
);
