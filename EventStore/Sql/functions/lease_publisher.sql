-- Asks for the right to publish, or to keep it. There is one holder at a time, by the database's clock. Somebody else's
-- lease has to run out first; who then takes over gets the next epoch. No epoch is returned while another one holds it.
create or replace function lease_publisher(p_owner text, p_lease interval)
returns table (r_epoch bigint, r_position bigint)
language plpgsql as $$
declare
    v_now timestamptz;
    v_row kafka_publisher;
begin
    select * into strict v_row from kafka_publisher for update;
    v_now := clock_timestamp();
    if v_row.owner is distinct from p_owner then
        if v_row.leased_until > v_now then
            return;
        end if;
        v_row.epoch := v_row.epoch + 1;
        insert into kafka_epochs (epoch, owner, since, from_position) values (v_row.epoch, p_owner, v_now, v_row.position);
    end if;
    update kafka_publisher
    set owner = p_owner, leased_until = v_now + p_lease, epoch = v_row.epoch, updated_at = v_now;
    return query select v_row.epoch, v_row.position;
end
$$;
