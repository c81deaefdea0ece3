-- The read log is looked through by day.
create index read_log_read_at on office.read_log (read_at);
