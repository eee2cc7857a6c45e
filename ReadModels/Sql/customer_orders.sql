-- Orders as lists show them, newest first: by customer, by status, or all. listed_at is when the order was placed, or
-- created while it is a draft. draft_lines is what the fold needs to keep a draft's total, and null once it is placed.
create table if not exists customer_orders (
    tenant      text        collate "C" not null,
    order_id    text        collate "C" not null,
    customer_id text        collate "C" not null,
    status      text        collate "C" not null,
    currency    text        collate "C" not null,
    total       bigint      not null,
    country     text        collate "C",
    line_count  integer     not null,
    created_at  timestamptz not null,
    placed_at   timestamptz,
    listed_at   timestamptz not null,
    draft_lines json,
    version     bigint      not null,
    position    bigint      not null,
    constraint customer_orders_key primary key (order_id, tenant)
);

create index if not exists customer_orders_by_customer on customer_orders (tenant, customer_id, listed_at desc, order_id desc);

create index if not exists customer_orders_by_status on customer_orders (tenant, status, listed_at desc, order_id desc);

create index if not exists customer_orders_by_time on customer_orders (tenant, listed_at desc, order_id desc);

-- A reader sees the rows of the tenant that its transaction names, and none without; to its owner the table is open.
alter table customer_orders enable row level security;

drop policy if exists own_tenant on customer_orders;

create policy own_tenant on customer_orders for select using (tenant = current_setting('orders.tenant', true));
