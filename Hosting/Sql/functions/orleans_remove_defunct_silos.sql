-- Forgets members that are gone for good; the version stays, as nobody's view of the living changes. Orleans asks for it
-- by age, and when there are more than some number of dead members; the time it then names may be a moment ago. So a
-- member counts as old by its last sign of life or the last vote against it, whichever is later: one that was declared
-- dead just now stays readable. A member that is neither active nor dead may still be starting or draining, and must
-- have been silent for a day besides.
create or replace function orleans_remove_defunct_silos(p_cluster_id text, p_before timestamptz) returns void
language plpgsql as $$
begin
    perform from orleans_clusters where cluster_id = p_cluster_id for update;
    delete from orleans_silos s
    where s.cluster_id = p_cluster_id
        and (s.status = 6 or s.status <> 3 and greatest(s.started_at, s.alive_at) < now() - interval '1 day')
        and p_before > greatest(s.started_at, s.alive_at, (
            -- silo,time|silo,time
            select max(split_part(vote, ',', 2)::timestamptz) from unnest(string_to_array(s.suspect_times, '|')) vote where vote <> ''));
end
$$;
