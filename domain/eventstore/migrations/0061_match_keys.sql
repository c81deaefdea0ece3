-- Match keys: by what a person or a household is found again, as HMACs that tell nothing. They are
-- written in the transaction of the events, as an identity must not lag behind what is recorded.
--
-- A person is a member of one household at a time, so their keys stand for one household.
create table store.match_keys (
    key bytea not null check (octet_length(key) = 16),
    person uuid not null,
    household uuid not null,
    primary key (key, person)
);
create index match_keys_person on store.match_keys (person);
create index match_keys_household on store.match_keys (household);

-- A database with households owes the keys of those it has: `domain.matching.backfill`.
insert into store.backfills (name, done_at)
select 'match_keys',
       case when not exists (select from store.events where topic like 'household.%') then now() end;

-- The keys of the households `rematched` are replaced by those given; persons named by a key lose
-- those they had elsewhere, persons forgotten lose all. Rows are touched in the order of keys.
create function store.move_match_keys(
    keys bytea[], persons uuid[], households uuid[], rematched uuid[], forgotten uuid[]
) returns void
language plpgsql as $$
begin
    if cardinality(rematched) > 0 or cardinality(forgotten) > 0 then
        perform 1 from store.match_keys
          where household = any (rematched) or person = any (persons || forgotten)
          order by key, person for update;
        delete from store.match_keys
         where household = any (rematched) or person = any (persons || forgotten);
    end if;
    insert into store.match_keys as m (key, person, household)
    select distinct on (w.key, w.person) w.key, w.person, w.household
      from unnest(keys, persons, households) as w (key, person, household)
     order by w.key, w.person
    on conflict (key, person) do update set household = excluded.household;
end
$$;

-- As in 0003, with the match keys. The former function goes: a call with fewer arguments, as an
-- older version makes it, means this one.
drop function store.append(
    uuid[], integer[], text[], bytea[], timestamptz[],
    uuid[], text[], bytea[], text[], timestamptz[],
    bytea[], uuid[], date[], bytea[], uuid[], date[],
    uuid[], bytea[], uuid[]);

create function store.append(
    originators uuid[], versions integer[], topics text[], states bytea[], times timestamptz[],
    command_ids uuid[] = '{}', accounts text[] = '{}', digests bytea[] = '{}',
    answers text[] = '{}', commanded timestamptz[] = '{}',
    claim_keys bytea[] = '{}', claim_holders uuid[] = '{}', claim_days date[] = '{}',
    release_keys bytea[] = '{}', release_holders uuid[] = '{}', release_days date[] = '{}',
    key_subjects uuid[] = '{}', key_wrapped bytea[] = '{}',
    forgotten uuid[] = '{}',
    match_keys bytea[] = '{}', match_persons uuid[] = '{}', match_households uuid[] = '{}',
    rematched uuid[] = '{}'
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
    if cardinality(match_keys) > 0 or cardinality(rematched) > 0 or cardinality(forgotten) > 0 then
        perform store.move_match_keys(
            match_keys, match_persons, match_households, rematched, forgotten);
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

revoke all on function store.append, store.move_match_keys from public;
grant execute on function store.append to socai_app;
grant select on store.match_keys to socai_app;
