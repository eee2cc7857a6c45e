-- A key that was destroyed stays destroyed, whoever asks: a mistake of the tables' owner is refused as well.
create or replace function refuse_key_revival() returns trigger
language plpgsql as $$
begin
    raise exception 'the customer was erased; there is no key any more' using errcode = 'insufficient_privilege';
end
$$;
