-- One save: events, and what is true together with them, in one transaction or not at all.
-- No lock on the table and no NOTIFY: concurrent saves of different aggregates never wait for
-- each other. Rows are always touched in the order of their keys, so that saves do not deadlock.
--
-- Returns the position of the last event, null if there was none.
-- Raises unique_violation (the constraint says whether a version, a command or a key exists
-- already) and SC001 (claims taken; the detail is JSON).

create function store.append(
    originators uuid[], versions integer[], topics text[], states bytea[], times timestamptz[],
    command_ids uuid[] = '{}', accounts text[] = '{}', digests bytea[] = '{}',
    answers text[] = '{}', commanded timestamptz[] = '{}',
    claim_keys bytea[] = '{}', claim_holders uuid[] = '{}', claim_days date[] = '{}',
    release_keys bytea[] = '{}', release_holders uuid[] = '{}', release_days date[] = '{}',
    key_subjects uuid[] = '{}', key_wrapped bytea[] = '{}',
    forgotten uuid[] = '{}'
) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    last_position bigint;
begin
    if cardinality(command_ids) > 0 then
        insert into store.commands (command_id, account, digest, answer, recorded_at)
        select c.id, c.account, c.digest, c.answer::jsonb, c.at
          from unnest(command_ids, accounts, digests, answers, commanded)
            as c (id, account, digest, answer, at)
         order by c.id;
    end if;
    if cardinality(claim_keys) > 0 or cardinality(release_keys) > 0 then
        perform store.move_claims(
            claim_keys, claim_holders, claim_days, release_keys, release_holders, release_days);
    end if;
    if cardinality(key_subjects) > 0 then
        insert into store.subject_keys (subject, wrapped)
        select k.subject, k.wrapped from unnest(key_subjects, key_wrapped) as k (subject, wrapped)
         order by k.subject;
    end if;
    if cardinality(forgotten) > 0 then
        perform store.destroy_keys(forgotten);
    end if;
    if cardinality(originators) > 0 then
        -- Positions follow the order given, the index is touched in the order of its keys.
        with numbered as materialized (
            select nextval('store.events_position_seq') as position, e.*
              from unnest(originators, versions, topics, states, times)
                as e (originator, version, topic, state, at)
        ), recorded as (
            insert into store.events
                (position, originator_id, originator_version, topic, state, recorded_at)
            overriding system value
            select n.position, n.originator, n.version, n.topic, n.state, n.at
              from numbered n order by n.originator, n.version
            returning position
        )
        select max(position) into last_position from recorded;
    end if;
    return last_position;
end
$$;

create function store.move_claims(
    claim_keys bytea[], claim_holders uuid[], claim_days date[],
    release_keys bytea[], release_holders uuid[], release_days date[]
) returns void
language plpgsql as $$
declare
    taken bigint;
    refused text;
begin
    if cardinality(release_keys) > 0 then
        perform 1 from store.claims where key = any (claim_keys || release_keys)
          order by key for update;
        update store.claims c set until = r.day
          from unnest(release_keys, release_holders, release_days) as r (key, holder, day)
         where c.key = r.key and c.holder = r.holder and r.day is not null;
        delete from store.claims c
         using unnest(release_keys, release_holders, release_days) as r (key, holder, day)
         where c.key = r.key and c.holder = r.holder and r.day is null;
    end if;
    insert into store.claims as c (key, holder, since)
    select distinct on (w.key) w.key, w.holder, w.day
      from unnest(claim_keys, claim_holders, claim_days) with ordinality as w (key, holder, day, n)
     order by w.key, w.n
    on conflict (key) do update
       set holder = excluded.holder,
           since = case when c.holder = excluded.holder and c.until is null
                        then least(c.since, excluded.since) else excluded.since end,
           until = null
     where c.holder = excluded.holder or c.until <= excluded.since;
    get diagnostics taken = row_count;
    if taken <> cardinality(claim_keys) then
        select json_agg(json_build_object('key', encode(c.key, 'hex'), 'holder', c.holder))::text
          into refused
          from unnest(claim_keys, claim_holders) as w (key, holder)
          join store.claims c on c.key = w.key and c.holder <> w.holder;
        if refused is not null then
            raise exception 'claims taken' using errcode = 'SC001', detail = refused;
        end if;
    end if;
end
$$;

-- Also for a subject that never had a key: none will be given to it.
create function store.destroy_keys(subjects uuid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into store.subject_keys as k (subject, wrapped, destroyed_at)
    select distinct s, null::bytea, now() from unnest(subjects) as s order by s
    on conflict (subject) do update
       set wrapped = null, destroyed_at = coalesce(k.destroyed_at, now());
end;
