-- A silo that is about to join says what it has, and is told what stands. Settings stand for as long as a silo of the
-- cluster is alive, joining (2) or active (3), and has signed the table lately; then the next silo's replace them. Who asks
-- at the same moment waits for the first.
create or replace function claim_cluster_settings(p_cluster_id text, p_settings jsonb, p_gone_after interval)
returns jsonb
language plpgsql as $$
declare
    standing jsonb;
begin
    insert into cluster_settings as ours (cluster_id, settings) values (p_cluster_id, p_settings)
    on conflict (cluster_id) do update set written_at = ours.written_at
    returning settings into standing;
    if standing = p_settings or exists (
        select from orleans_silos
        where cluster_id = p_cluster_id and status in (2, 3) and alive_at > now() - p_gone_after) then
        return standing;
    end if;
    update cluster_settings set settings = p_settings, written_at = now() where cluster_id = p_cluster_id;
    return p_settings;
end
$$;
