-- What was placed and not cancelled, by UTC day of placing, SKU, country and currency. The row with an empty SKU counts
-- whole orders, so that an order of three SKUs is one order of its day and country, and one of each of its SKUs. Each part
-- of the orders has rows of its own, so that those who project different parts never meet; reports add the shards up.
create table if not exists sales (
    tenant   text   collate "C" not null,
    day      date   not null,
    sku      text   collate "C" not null,
    country  text   collate "C" not null,
    currency text   collate "C" not null,
    shard    integer not null,
    orders   bigint not null,
    quantity bigint not null,
    gross    bigint not null,
    position bigint not null,
    constraint sales_key primary key (tenant, day, sku, country, currency, shard)
) with (fillfactor = 80);

create index if not exists sales_whole_orders on sales (tenant, day) where sku = '';

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table sales enable row level security;

drop policy if exists own_tenant on sales;

create policy own_tenant on sales for select using (tenant = current_setting('orders.tenant', true));
