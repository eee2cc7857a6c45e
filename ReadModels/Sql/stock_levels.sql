-- Pieces per SKU; available is received + adjusted - shipped - reserved. Sums only: who reserved what stays in the log.
create table if not exists stock_levels (
    tenant   text   collate "C" not null,
    sku      text   collate "C" not null,
    received bigint not null,
    adjusted bigint not null,
    shipped  bigint not null,
    reserved bigint not null,
    version  bigint not null,
    position bigint not null,
    constraint stock_levels_key primary key (sku, tenant)
) with (fillfactor = 80);

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table stock_levels enable row level security;

drop policy if exists own_tenant on stock_levels;

create policy own_tenant on stock_levels for select using (tenant = current_setting('orders.tenant', true));
