-- What administrators do to accounts is kept: who, to whom, when, why. Triggers write it, so that no
-- door can forget it, and the service's own role can neither write nor change a line.

-- Where the account is administered as long as it holds no role; "" is the whole country.
alter table office.accounts add column area text not null default '';
-- A password that an administrator gave: good until then, and only for choosing another one.
alter table office.accounts add column once_until timestamptz;
-- The last act that the owner was told of at a sign-in.
alter table office.accounts add column told_act bigint not null default 0;

create table office.acts (
    id bigint generated always as identity primary key,
    acted_at timestamptz not null,
    actor text not null,
    account text not null,
    act text not null check (act in (
        'account_made', 'password_reset', 'password_changed', 'disabled', 'reopened', 'role_given',
        'role_ended', 'role_taken_back', 'token_made', 'token_ended', 'sign_on_pinned',
        'sign_on_released')),
    role text,
    role_area text,
    villages text[],
    valid_from date,
    valid_until date,
    label text,
    reason text not null,
    areas text[] not null
);

create index acts_account on office.acts (account, id);
create index acts_areas on office.acts using gin (areas);

create function office.refuse_change_of_acts() returns trigger language plpgsql as $$
begin
    raise exception 'acts of administration are append-only';
end $$;

create trigger acts_are_append_only before update or delete or truncate on office.acts
    for each statement execute function office.refuse_change_of_acts();

-- `socai.act` holds who acts, when and why, as the transaction said (service/acts.py); without it the
-- act is that of the role that is signed in to the database.
create function office.note_act(of_account text, what text, more jsonb) returns void
    language plpgsql security definer set search_path = office, pg_temp as $$
declare
    said jsonb := coalesce(nullif(current_setting('socai.act', true), '')::jsonb, '{}');
    at timestamptz := coalesce((said ->> 'at')::timestamptz, now());
begin
    if said ->> 'quiet' = 'rehash' and what like 'password%' then
        return;  -- the same password under newer parameters
    end if;
    insert into office.acts (acted_at, actor, account, act, role, role_area, villages, valid_from,
                             valid_until, label, reason, areas)
    select at, coalesce(said ->> 'actor', 'database:' || session_user), of_account, what,
           more ->> 'role', more ->> 'role_area',
           (select array_agg(v) from jsonb_array_elements_text(more -> 'villages') v),
           (more ->> 'valid_from')::date, (more ->> 'valid_until')::date, more ->> 'label',
           coalesce(said ->> 'reason', ''),
           (select coalesce(nullif(array_agg(distinct one.area), '{}'),
                            array[(select a.area from office.accounts a
                                    where a.account = of_account)])
              from (select r.area from office.held_roles r
                     where r.account = of_account
                       and (r.valid_until is null or r.valid_until >= at::date - 1)
                    union all
                    select more ->> 'role_area' where more ? 'role_area') one);
end $$;

create function office.act_on_account() returns trigger
    language plpgsql security definer set search_path = office, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform office.note_act(new.account, 'account_made', '{}');
        return null;
    end if;
    if new.password_hash is distinct from old.password_hash then
        perform office.note_act(
            new.account,
            case when new.once_until is null then 'password_changed' else 'password_reset' end,
            '{}');
    end if;
    if old.disabled_at is null and new.disabled_at is not null then
        perform office.note_act(new.account, 'disabled', '{}');
    elsif old.disabled_at is not null and new.disabled_at is null then
        perform office.note_act(new.account, 'reopened', '{}');
    end if;
    return null;
end $$;

create function office.act_on_role() returns trigger
    language plpgsql security definer set search_path = office, pg_temp as $$
declare
    held office.held_roles := case when tg_op = 'DELETE' then old else new end;
    what text := case tg_op when 'INSERT' then 'role_given' when 'DELETE' then 'role_taken_back'
                 else 'role_ended' end;
begin
    perform office.note_act(held.account, what, jsonb_build_object(
        'role', held.role, 'role_area', held.area, 'villages', held.villages,
        'valid_from', held.valid_from, 'valid_until', held.valid_until));
    return null;
end $$;

create function office.act_on_token() returns trigger
    language plpgsql security definer set search_path = office, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        perform office.note_act(new.account, 'token_made', jsonb_build_object('label', new.label));
    elsif old.revoked_at is null and new.revoked_at is not null then
        perform office.note_act(new.account, 'token_ended', jsonb_build_object('label', new.label));
    end if;
    return null;
end $$;

create trigger account_is_an_act after insert or update on office.accounts
    for each row execute function office.act_on_account();
create trigger role_is_an_act after insert or update or delete on office.held_roles
    for each row execute function office.act_on_role();
create trigger token_is_an_act after insert or update on office.tokens
    for each row execute function office.act_on_token();

revoke all on function office.note_act(text, text, jsonb) from public;
grant select on office.acts to socai_app;
