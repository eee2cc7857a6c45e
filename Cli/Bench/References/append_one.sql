-- A transaction of one event.
insert into reference.random_events (stream_id, version, type, data) values (gen_random_uuid(), 1, 3, decode(repeat('ab', 256), 'hex'))
