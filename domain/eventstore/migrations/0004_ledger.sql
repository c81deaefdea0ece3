-- The ledger takes every settled event, once, in (tx, position) order.
--
-- A row whose tx is below pg_snapshot_xmin(pg_current_snapshot()) can no longer change, and no
-- row can still appear before it: that is what settled means. So the order is a function of the
-- events alone; if a crash takes the newest ledger rows, the same rows come again.

-- SHA-256 of one zero byte (the leaf prefix of RFC 9162) and the entry of docs/proof-format.md.
create function store.leaf(
    originator_id uuid, originator_version integer, topic text, state bytea,
    recorded_at timestamptz
) returns bytea
language sql stable parallel safe  -- the parts that name an encoding are stable; so it is inlined
return sha256(
    '\x00736f6361692f6576656e742f310a'::bytea  -- 00, then "socai/event/1" and a line feed
    || uuid_send(originator_id)
    || int4send(originator_version)
    || int8send((extract(epoch from recorded_at) * 1000000)::bigint)
    || int4send(octet_length(convert_to(topic, 'UTF8')))
    || convert_to(topic, 'UTF8')
    || state
);

-- Appends up to max_rows settled events; returns how many. Less than max_rows: nothing settled
-- is left. Whoever holds the lock does it for all.
--
-- Raises SC010 where transaction ids went back, which happens only when a dump is restored and
-- not sealed; SC011 where the event that the ledger ends with is gone.
create function store.extend_ledger(max_rows bigint) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    at record;
    appended bigint;
begin
    perform pg_advisory_xact_lock(1397703507, 1);
    select coalesce(l.seq, 0) as head, l.position, e.tx,
           coalesce(s.sealed_position, 0) as sealed_position,
           coalesce(s.sealed_tx, '0'::xid8) as sealed_tx,
           coalesce(s.floor_tx, '0'::xid8) as floor_tx,
           n.tx as newest, n.position as newest_position,
           pg_snapshot_xmax(pg_current_snapshot()) as next_tx
      into at
      from (select) as one
      left join (select seq, position from store.ledger order by seq desc limit 1) l on true
      left join store.events e on e.position = l.position
      left join (
        select tx, position from store.events order by tx desc, position desc limit 1) n on true
      left join (
        select * from store.ledger_seals z order by z.sealed_position desc limit 1) s on true;
    if at.position is null or at.position <= at.sealed_position then
        at.tx := at.floor_tx;  -- no event after the seal has a lower one
        at.position := 0;
    elsif at.tx is null then
        raise exception 'the event of ledger row % is missing', at.head using errcode = 'SC011';
    end if;
    if at.tx >= at.next_tx or (at.newest >= at.next_tx and at.newest > at.sealed_tx) then
        raise exception 'the events come from another cluster: transaction ids went back'
            using errcode = 'SC010',
                  hint = 'after restoring a dump, run select store.seal_restored() as the owner';
    end if;
    if (at.newest, at.newest_position) > (at.tx, at.position) then
        insert into store.ledger (seq, position, leaf)
        select at.head + row_number() over (order by e.tx, e.position), e.position,
               store.leaf(e.originator_id, e.originator_version, e.topic, e.state, e.recorded_at)
          from (
            select * from store.events
             where (tx, position) > (at.tx, at.position)
               and position > at.sealed_position
               and tx < pg_snapshot_xmin(pg_current_snapshot())
             order by tx, position
             limit max_rows
          ) e;
        get diagnostics appended = row_count;
    end if;
    return coalesce(appended, 0);
end
$$;

-- The seq of the event at a position, extending the ledger if need be. Null while the event is
-- held back by an older open transaction, or if the lock is not had within max_wait_ms.
-- Its own transaction needs no flush: what a crash takes comes again in the same order.
create function store.sequence(of_position bigint, max_rows bigint, max_wait_ms integer)
returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    found_seq bigint;
begin
    select l.seq into found_seq from store.ledger l where l.position = of_position;
    if found_seq is not null then
        return found_seq;
    end if;
    if not pg_try_advisory_xact_lock(1397703507, 1) then
        begin
            perform set_config('lock_timeout', greatest(max_wait_ms, 1)::text, true);
            perform pg_advisory_xact_lock(1397703507, 1);
        exception when lock_not_available then
            return null;
        end;
        select l.seq into found_seq from store.ledger l where l.position = of_position;
        if found_seq is not null then
            return found_seq;
        end if;
    end if;
    perform set_config('synchronous_commit', 'off', true);
    perform store.extend_ledger(max_rows);
    select l.seq into found_seq from store.ledger l where l.position = of_position;
    return found_seq;
end
$$;

-- Once after a dump was restored: what it held and the ledger did not yet is put in order now, by
-- the old transaction ids, which no longer count after that. What was saved since the restore
-- comes after it in the usual way. Returns the number of rows appended. Only the owner may.
create function store.seal_restored() returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    next_tx xid8;
    sealed_before bigint;
    restored bigint;
    appended bigint;
begin
    lock table store.events in exclusive mode;
    perform pg_advisory_xact_lock(1397703507, 1);
    perform setval(
        pg_get_serial_sequence('store.events', 'position'),
        greatest((select max(position) from store.events), 1));
    select coalesce(max(sealed_position), 0) into sealed_before from store.ledger_seals;
    next_tx := pg_snapshot_xmax(pg_current_snapshot());
    select max(position) into restored from store.events where tx >= next_tx;
    if restored is null or restored <= sealed_before then
        return 0;
    end if;
    insert into store.ledger (seq, position, leaf)
    select coalesce((select max(seq) from store.ledger), 0)
               + row_number() over (order by e.tx, e.position),
           e.position,
           store.leaf(e.originator_id, e.originator_version, e.topic, e.state, e.recorded_at)
      from store.events e
     where e.position > sealed_before and e.position <= restored
       and not exists (select from store.ledger l where l.position = e.position);
    get diagnostics appended = row_count;
    insert into store.ledger_seals (sealed_position, sealed_tx, floor_tx)
    select restored, (select tx from store.events order by tx desc limit 1), least(
        pg_snapshot_xmin(pg_current_snapshot()),
        (select tx from store.events where position > restored order by tx limit 1));
    return appended;
end
$$;
