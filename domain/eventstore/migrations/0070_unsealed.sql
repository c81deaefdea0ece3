-- A dump that was restored in another cluster is sealed before anything is added to it. Until then
-- saves are refused: their transaction ids would lie below those of the dump, and a command would
-- be recorded that the ledger cannot take.

-- Whether the newest event bears a transaction id that this cluster has not given out yet.
create function store.is_unsealed() returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
    select exists (
        select from (
            select tx from store.events order by tx desc, position desc limit 1) as newest
          left join (
            select sealed_tx from store.ledger_seals order by sealed_position desc limit 1) as seal
            on true
         where newest.tx >= pg_snapshot_xmax(pg_current_snapshot())
           and newest.tx > coalesce(seal.sealed_tx, '0'::xid8)
           and newest.tx is distinct from pg_current_xact_id_if_assigned());
end;

create function store.refuse_unsealed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if store.is_unsealed() then
        raise exception 'the events come from another cluster: transaction ids went back'
            using errcode = 'SC010', hint = 'run ./socai migrate, which seals what was restored';
    end if;
    return null;
end
$$;

create trigger sealed_first before insert on store.events
    for each statement execute function store.refuse_unsealed();

revoke all on function store.is_unsealed, store.refuse_unsealed from public;
grant execute on function store.is_unsealed to socai_app;
