-- Which attachments a recorded survey names, as the sweep has found in its events; and when a survey
-- that names one was last sent. Those of no survey are deleted after their time (docs/decisions/0235).

alter table office.attachments
    add column recorded boolean not null default false,
    add column named_at timestamptz;

create index attachments_unrecorded on office.attachments (household_id) where not recorded;

grant update (recorded, named_at), delete on office.attachments to socai_app;
