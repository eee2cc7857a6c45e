-- A member's status and the votes against it change, and the cluster gets its next version: both or neither. False when
-- the table is not at the version that the author has read, or the silo is not in it. Who votes against another silo
-- hands over the sign of life that it has read; a later one that has come in since stays.
create or replace function orleans_change_silo(
    p_cluster_id text,
    p_version integer,
    p_address text,
    p_port integer,
    p_generation integer,
    p_status integer,
    p_suspect_times text,
    p_alive_at timestamptz)
returns boolean
language plpgsql as $$
begin
    perform from orleans_clusters where cluster_id = p_cluster_id and version = p_version for update;
    if not found then
        return false;
    end if;
    update orleans_silos
    set status = p_status, suspect_times = p_suspect_times, alive_at = greatest(alive_at, p_alive_at)
    where cluster_id = p_cluster_id and address = p_address and port = p_port and generation = p_generation;
    if not found then
        return false;
    end if;
    update orleans_clusters set version = version + 1, changed_at = now() where cluster_id = p_cluster_id;
    return true;
end
$$;
