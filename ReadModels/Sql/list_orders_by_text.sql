-- Orders with certain words, or a part of a word, newest first: of the tenant that the transaction names. An index of words can
-- only be used where no policy stands before it, since matching a word might tell what it was compared with; so this asks on
-- behalf of the table's owner, and holds to the tenant by itself.
create or replace function list_orders_by_text(
    p_text text,
    -- For ilike; null looks for words only.
    p_part text,
    p_customer text,
    p_status text,
    p_from timestamptz,
    p_to timestamptz,
    -- The last row of the page before.
    p_after_time timestamptz,
    p_after_id text,
    p_limit integer)
returns table (
    r_order_id text, r_customer_id text, r_status text, r_currency text, r_total bigint, r_country text, r_line_count integer,
    r_version bigint, r_position bigint, r_created_at timestamptz, r_placed_at timestamptz, r_listed_at timestamptz)
language plpgsql stable security definer set search_path from current as $$
begin
    -- Only the conditions that are asked for, so that each combination has a plan of its own.
    return query execute
        'select order_id, customer_id, status, currency, total, country, line_count, version, position, created_at, placed_at, listed_at
        from order_search where tenant = $1 and (words @@ plainto_tsquery(''simple'', $2)'
        || case when p_part is not null then ' or document ilike $3)' else ')' end
        || case when p_customer is not null then ' and customer_id = $4' else '' end
        || case when p_status is not null then ' and status = $5' else '' end
        || case when p_from is not null then ' and listed_at >= $6' else '' end
        || case when p_to is not null then ' and listed_at < $7' else '' end
        || case when p_after_id is not null then ' and (listed_at, order_id) < ($8, $9)' else '' end
        || ' order by listed_at desc, order_id desc limit $10'
    using current_setting('orders.tenant', true), p_text, p_part, p_customer, p_status, p_from, p_to, p_after_time, p_after_id, p_limit;
end
$$;
