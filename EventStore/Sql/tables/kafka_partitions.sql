-- The last published event of each part of each topic, as of the publisher's position: written in the same transaction. A
-- reader that has the last event of every part has everything up to that position.
create table if not exists kafka_partitions (
    topic text collate "C" not null,
    partition integer not null,
    last_position bigint not null,
    constraint kafka_partitions_key primary key (topic, partition)
) with (fillfactor = 50);
