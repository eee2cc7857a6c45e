-- Removes what has been over for long enough, some of it at a time, and what belongs to subscriptions that were removed. Says how
-- much, so that the caller knows whether there may be more.
create or replace function forget_webhook_deliveries(
    p_delivered timestamptz, p_failed timestamptz, p_commands timestamptz, p_most integer)
returns integer
language plpgsql as $$
declare
    v_removed integer;
    v_more integer;
begin
    delete from webhook_deliveries where id in (
        (select id from webhook_deliveries where status = 'delivered' and ended_at < p_delivered limit p_most)
        union all
        (select id from webhook_deliveries where status = 'failed' and ended_at < p_failed limit p_most));
    get diagnostics v_removed = row_count;
    delete from webhook_deliveries where id in (
        select d.id from webhooks w join webhook_deliveries d on d.webhook_id = w.id where w.removed_at is not null limit p_most);
    get diagnostics v_more = row_count;
    delete from webhooks w
    where w.removed_at is not null and not exists (select from webhook_deliveries d where d.webhook_id = w.id);
    delete from webhook_commands where at < p_commands;
    return v_removed + v_more;
end
$$;
