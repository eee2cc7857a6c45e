-- Every publisher there was, and where it began. Messages carry the epoch, so that one can be told from another's.
create table if not exists kafka_epochs (
    epoch bigint primary key,
    owner text not null,
    since timestamptz not null,
    from_position bigint not null
);
