-- A thousand changes to a hundred thousand rows, each row changed once, in the order of the keys so that two workers never
-- wait for each other in a circle.
insert into reference.rows (key, count, total, status, changed_at)
select key, changes, 5 * changes, 1, now()
from (
    select key, count(*) as changes
    from (select (random() * 99999)::bigint + 1 as key from generate_series(1, 1000)) drawn
    group by key order by key) folded
on conflict (key) do update set
    count = rows.count + excluded.count, total = rows.total + excluded.total, status = excluded.status, changed_at = excluded.changed_at
