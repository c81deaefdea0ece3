-- Who an account is at the provider of single sign-on: pinned at the first sign-in there, so that a
-- name that passes on to somebody else at the provider opens nothing here.
create table office.sign_ons (
    account text primary key references office.accounts,
    issuer text not null,
    subject text not null,
    pinned_at timestamptz not null,
    unique (issuer, subject)
);

create function office.act_on_sign_on() returns trigger
    language plpgsql security definer set search_path = office, pg_temp as $$
begin
    perform office.note_act(
        case when tg_op = 'DELETE' then old.account else new.account end,
        case when tg_op = 'DELETE' then 'sign_on_released' else 'sign_on_pinned' end,
        jsonb_build_object('label', case when tg_op = 'DELETE' then old.issuer else new.issuer end));
    return null;
end $$;

create trigger sign_on_is_an_act after insert or delete on office.sign_ons
    for each row execute function office.act_on_sign_on();

grant select, insert, delete on office.sign_ons to socai_app;
