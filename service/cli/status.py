"""`./socai status`: running processes, and the lag of the read models."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
import psutil
import psycopg
import redis

from projections.status import CLOCK_SECONDS, LedgerStatus, ledger_status
from service.config import Settings
from service.nudge import queue_lengths
from service.operations.instance import instance
from service.operations.processes import read_processes


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(as_json: bool) -> None:
    """Processes, ledger length, lag and parked aggregates of each read model, queues."""
    with instance(queue=False) as running:
        settings = running.settings
        with psycopg.connect(settings.database_url) as conn:
            now = ledger_status(conn)
    answer: dict[str, Any] = {
        "processes": _processes(settings),
        "wants": list(now.wants),
        "heartbeats": [{**msgspec.to_builtins(one), "silent": one.silent} for one in now.processes],
        "unknown_processes": list(now.unknown),
        "ledger": {
            "length": now.length,
            "unsequenced": now.unsequenced,
            "unsealed": now.unsealed,
            "clock_behind": now.clock_behind,
        },
        "read_models": msgspec.to_builtins(now.models),
        "oldest_write_transaction": msgspec.to_builtins(now.oldest_writer),
        "queues": _queues(settings),
    }
    click.echo(json.dumps(answer, indent=2) if as_json else "\n".join(_lines(answer, now)))


def _processes(settings: Settings) -> list[dict[str, Any]]:
    rows = []
    for name, process in read_processes(settings.data).items():
        try:
            family = [process, *process.children(recursive=True)]
            memory = sum(member.memory_info().rss for member in family)
        except psutil.NoSuchProcess:
            continue
        seconds = int(time.time() - process.create_time())
        rows.append({"name": name, "pid": process.pid, "seconds": seconds, "bytes": memory})
    return rows


def _queues(settings: Settings) -> dict[str, int] | None:
    """Waiting messages by queue, None where Redis does not answer."""
    try:
        return queue_lengths(settings.redis_url, settings.instance)
    except redis.RedisError:
        return None


def _lines(answer: dict[str, Any], now: LedgerStatus) -> list[str]:
    lines = ["Processes"]
    for row in answer["processes"]:
        lines.append(
            f"  {row['name']:10} pid {row['pid']:<8} {row['bytes'] >> 20:>5} MB"
            f"  up {row['seconds'] // 3600}h{row['seconds'] // 60 % 60:02}m"
        )
    if not answer["processes"]:
        lines.append("  none of this folder's (./socai up starts them)")
    lines.append("Heartbeats")
    for one in now.processes:
        said = f"{one.seconds:.0f} s ago"
        if one.silent:
            said = f"silent since {one.seen:%Y-%m-%d %H:%M:%S %Z} ({said}): frozen or dead"
        lines.append(f"  {' and '.join(one.does):10} pid {one.pid} on {one.host}: {said}")
    lines += [f"  {kind:10} unknown: no process of it says anything" for kind in now.unknown]
    lines += ["Ledger", f"  {now.length} events, {now.unsequenced} stored but not in it yet"]
    if now.unsealed:
        lines.append("  a restored dump is not sealed, nothing can be recorded: ./socai migrate")
    if now.clock_behind > CLOCK_SECONDS:
        lines.append(f"  the newest event lies {now.clock_behind} s ahead of the clock: see to it")
    lines.append("Read models")
    for model in now.models:
        note = "  made by an older version; being rebuilt" if model.outdated else ""
        if model.newer:
            note = "  made by a newer version; this one should go"
        if model.ahead:
            note = f"  has seen {model.ahead} events that the ledger lost: ./socai rebuild"
        lines.append(f"  {model.name:16} {model.lag:>8} behind  {model.parked:>4} parked{note}")
    oldest = now.oldest_writer
    lines.append("Oldest open write transaction")
    if oldest is None:
        lines.append("  none")
    else:
        age = (
            f"{(datetime.now(tz=UTC) - oldest.since).total_seconds():.0f} s"
            if oldest.since
            else "?"
        )
        lines.append(
            f"  {age} old: pid {oldest.pid}, {oldest.user}, {oldest.application or 'unnamed'};"
            f" {oldest.held_back} events wait behind it"
        )
    lines.append("Queues")
    if answer["queues"] is None:
        lines.append("  Redis does not answer; the work goes on when it does")
    else:
        lines += [f"  {name:10} {length} waiting" for name, length in answer["queues"].items()]
    return lines
