-- One order as GET shows it. The document is the whole view, so that one row answers one request and the fold can go on
-- from it; json rather than jsonb, because it is only ever read as a whole.
create table if not exists order_details (
    tenant   text   collate "C" not null,
    order_id text   collate "C" not null,
    document json   not null,
    version  bigint not null,
    position bigint not null,
    constraint order_details_key primary key (order_id, tenant)
) with (fillfactor = 80);

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table order_details enable row level security;

drop policy if exists own_tenant on order_details;

create policy own_tenant on order_details for select using (tenant = current_setting('orders.tenant', true));
