-- What is recorded stays as it is, for everybody, the owner of the tables included. The triggers
-- fire always, also where a session plays the part of a replica.

create function store.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    raise exception '% of store.% is refused: what is recorded stays', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create trigger append_only before update or delete or truncate on store.events
    for each statement execute function store.refuse_change();
create trigger append_only before update or delete or truncate on store.ledger
    for each statement execute function store.refuse_change();
create trigger append_only before update or delete or truncate on store.ledger_seals
    for each statement execute function store.refuse_change();
create trigger append_only before update or delete or truncate on store.commands
    for each statement execute function store.refuse_change();

alter table store.events enable always trigger append_only;
alter table store.ledger enable always trigger append_only;
alter table store.ledger_seals enable always trigger append_only;
alter table store.commands enable always trigger append_only;

-- A subject's key is written once and destroyed once.
create function store.keep_destroyed() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if new.subject <> old.subject or new.wrapped is not null then
        raise exception 'a key is never changed or given again, only destroyed'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger destroyed_once before update on store.subject_keys
    for each row execute function store.keep_destroyed();
create trigger rows_stay before delete or truncate on store.subject_keys
    for each statement execute function store.refuse_change();

alter table store.subject_keys enable always trigger destroyed_once;
alter table store.subject_keys enable always trigger rows_stay;
