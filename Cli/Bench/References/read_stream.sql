-- One stream of a thousand events, whose rows lie as far from each other as they do in a log.
select version, type, data from reference.random_events where stream_id = md5('s' || $1)::uuid order by version
