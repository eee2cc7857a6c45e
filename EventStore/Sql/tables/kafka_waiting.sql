-- Events that the publisher passed over because their stream is parked, each with the event before it in its part of its
-- topic: that number goes out with the event, and only whoever reads the whole log in order knows it.
create table if not exists kafka_waiting (
    tenant text collate "C" not null,
    stream_id text collate "C" not null,
    version bigint not null,
    position bigint not null,
    previous_position bigint not null,
    constraint kafka_waiting_key primary key (tenant, stream_id, version)
);
