-- A transaction of a hundred events, each the first of its stream.
insert into reference.events (stream_key, version, type, data)
select nextval('reference.streams'), 1, 3, decode(repeat('ab', 256), 'hex') from generate_series(1, 100)
