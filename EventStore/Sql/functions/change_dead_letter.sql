-- Moves an open letter on, and says whether it was open. Closed letters stay as they are.
create or replace function change_dead_letter(p_id uuid, p_state text) returns boolean
language plpgsql as $$
declare
    v_consumer text;
begin
    select consumer into v_consumer from dead_letters where id = p_id and state <> 'replayed';
    if v_consumer is null then
        return false;
    end if;
    insert into dead_letter_revisions (consumer, revision) values (v_consumer, 1)
    on conflict (consumer) do update set revision = dead_letter_revisions.revision + 1;
    update dead_letters set state = p_state, closed_at = case when p_state = 'replayed' then clock_timestamp() end
    where id = p_id and state <> 'replayed';
    return found;
end
$$;
