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
