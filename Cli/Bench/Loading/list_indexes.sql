-- How the indexes of the log's tables are dropped, and how they are made again, whatever the product has.
select format('alter table %s drop constraint %I', conrelid::regclass, conname),
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint
where conrelid in ('events'::regclass, 'streams'::regclass, 'commands'::regclass) and contype in ('p', 'u')
union all
select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index
where indrelid in ('events'::regclass, 'streams'::regclass, 'commands'::regclass)
    and not exists (select from pg_constraint where conindid = indexrelid)
