-- A person takes note that the topics hold events which the log does not, and lets the publisher go on behind them. Says
-- how many parts of topics it was about.
create or replace function accept_kafka_ahead(p_actor text, p_reason text) returns bigint
language plpgsql as $$
declare
    v_accepted bigint;
begin
    if coalesce(trim(p_actor), '') = '' or coalesce(trim(p_reason), '') = '' then
        raise exception 'who accepts it, and why, must be said';
    end if;
    update kafka_ahead set accepted_at = clock_timestamp(), accepted_by = p_actor, reason = p_reason where accepted_at is null;
    get diagnostics v_accepted = row_count;
    return v_accepted;
end
$$;
