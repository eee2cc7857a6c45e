-- Which process reads which part of the log for its reactions, and how far each part is finished. A lease only spares
-- double work: every reaction is idempotent, so that two readers of one part do no harm.
create table if not exists feed_partitions (
    partition integer primary key,
    owner text,
    leased_until timestamptz not null default '-infinity',
    position bigint not null
);
