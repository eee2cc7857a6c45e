-- How far a reader of the log has finished reacting. Written now and then: what came after is looked at again, and
-- every reaction is idempotent.
create table if not exists reaction_checkpoints (
    name text primary key,
    position bigint not null
);
