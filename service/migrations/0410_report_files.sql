-- The forms in which a locked report was given out, by the SHA-256 of their content. The digests
-- stand in the event of the report; a file that is not of its digest is not given out.
create table office.report_files (
    digest text primary key,
    media_type text not null,
    content bytea not null
);
grant select, insert on office.report_files to socai_app;
