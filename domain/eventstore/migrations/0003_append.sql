-- One save: events, and what is true together with them, in one transaction or not at all.
-- No lock on the table and no NOTIFY: concurrent saves of different aggregates never wait for
-- each other. Rows are always touched in the order of their keys, so that saves do not deadlock.
--
-- Returns the position of the first event, null if there was none.
-- Raises unique_violation (a version exists already), SC001 (claims taken), SC002 (commands
-- repeated), SC003 (a key for the subject exists already); the details of SC00x are JSON.

create function store.append(
    originators uuid[], versions integer[], topics text[], states bytea[], times timestamptz[],
    command_ids uuid[], accounts text[], digests bytea[], answers jsonb[], commanded timestamptz[],
    claim_keys bytea[], claim_holders uuid[], claim_days date[],
    release_keys bytea[], release_holders uuid[], release_days date[],
    key_subjects uuid[], key_wrapped bytea[],
    forgotten uuid[]
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    first_position bigint;
begin
    if cardinality(command_ids) > 0 then
        perform store.append_commands(command_ids, accounts, digests, answers, commanded);
    end if;
    if cardinality(claim_keys) > 0 or cardinality(release_keys) > 0 then
        perform store.move_claims(
            claim_keys, claim_holders, claim_days, release_keys, release_holders, release_days);
    end if;
    if cardinality(key_subjects) > 0 then
        perform store.append_keys(key_subjects, key_wrapped);
    end if;
    if cardinality(forgotten) > 0 then
        perform store.destroy_keys(forgotten);
    end if;
    if cardinality(originators) > 0 then
        with recorded as (
            insert into store.events (originator_id, originator_version, topic, state, recorded_at)
            select e.originator, e.version, e.topic, e.state, e.at
              from unnest(originators, versions, topics, states, times) with ordinality
                as e (originator, version, topic, state, at, n)
             order by e.n
            returning position
        )
        select min(position) into first_position from recorded;
    end if;
    return first_position;
end
$$;

create function store.append_commands(
    command_ids uuid[], accounts text[], digests bytea[], answers jsonb[], commanded timestamptz[]
) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    repeated uuid[];
begin
    with fresh as (
        insert into store.commands (command_id, account, digest, answer, recorded_at)
        select c.id, c.account, c.digest, c.answer, c.at
          from unnest(command_ids, accounts, digests, answers, commanded)
            as c (id, account, digest, answer, at)
         order by c.id
        on conflict do nothing
        returning command_id
    )
    select array_agg(c.id) into repeated
      from (select id, count(*) as times from unnest(command_ids) as id group by id) as c
     where c.times > 1 or not exists (select from fresh where fresh.command_id = c.id);
    if repeated is not null then
        raise exception 'command repeated'
            using errcode = 'SC002', detail = to_json(repeated)::text;
    end if;
end
$$;

create function store.move_claims(
    claim_keys bytea[], claim_holders uuid[], claim_days date[],
    release_keys bytea[], release_holders uuid[], release_days date[]
) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    refused bytea[];
begin
    perform 1 from store.claims where key = any (claim_keys || release_keys)
      order by key for update;
    if cardinality(release_keys) > 0 then
        update store.claims c set until = r.day
          from unnest(release_keys, release_holders, release_days) as r (key, holder, day)
         where c.key = r.key and c.holder = r.holder and r.day is not null;
        delete from store.claims c
         using unnest(release_keys, release_holders, release_days) as r (key, holder, day)
         where c.key = r.key and c.holder = r.holder and r.day is null;
    end if;
    if cardinality(claim_keys) = 0 then
        return;
    end if;
    with wanted as (
        select w.key, w.holder, w.day, w.n
          from unnest(claim_keys, claim_holders, claim_days) with ordinality
            as w (key, holder, day, n)
    ), taken as (
        insert into store.claims as c (key, holder, since)
        select distinct on (w.key) w.key, w.holder, w.day from wanted w order by w.key, w.n
        on conflict (key) do update
           set holder = excluded.holder,
               since = case when c.holder = excluded.holder and c.until is null
                            then least(c.since, excluded.since) else excluded.since end,
               until = null
         where c.holder = excluded.holder or c.until <= excluded.since
        returning c.key, c.holder
    )
    select array_agg(w.key) into refused
      from wanted w left join taken t on t.key = w.key and t.holder = w.holder
     where t.key is null;
    if refused is not null then
        raise exception 'claims taken' using errcode = 'SC001', detail = (
            select json_agg(json_build_object('key', encode(c.key, 'hex'), 'holder', c.holder))
              from store.claims c where c.key = any (refused))::text;
    end if;
end
$$;

create function store.append_keys(key_subjects uuid[], key_wrapped bytea[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    known uuid[];
begin
    with fresh as (
        insert into store.subject_keys (subject, wrapped)
        select k.subject, k.wrapped
          from unnest(key_subjects, key_wrapped) as k (subject, wrapped)
         order by k.subject
        on conflict do nothing
        returning subject
    )
    select array_agg(s) into known from unnest(key_subjects) as s
     where not exists (select from fresh where fresh.subject = s);
    if known is not null then
        raise exception 'subject has a key' using errcode = 'SC003', detail = to_json(known)::text;
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
