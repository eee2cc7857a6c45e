-- So many streams of a thousand events, written turn by turn.
insert into reference.random_events (position, stream_id, version, type, data)
select (version - 1) * $1 + stream, md5('s' || stream)::uuid, version, 3, decode(repeat('ab', 256), 'hex')
from generate_series(1, 1000) version, generate_series(1, $1) stream
