"""Drafts of form B on the server: saved as the surveyor goes, sealed, and gone with their survey.

One draft for each household and account. A device numbers its saves: what it sends again, or what
arrives after a later save of its own, changes nothing. Where another device saved meanwhile, a save
names the version it read, and is refused unless that is the present one: nothing is overwritten
unseen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.eventstore.personal import Keyring, Personal, PersonalValues, Sealer
from domain.eventstore.postgres import Connection
from domain.eventstore.recorder import Alongside, append
from service.problems import RequestError

KEPT_FOR = timedelta(days=14)
MOST_BYTES = 20_000

Inputs = dict[str, str | list[str]]


class DraftChanged(RequestError):
    """Another device of this account saved the draft meanwhile, or it was recorded already."""

    code = "draft_changed"


class DraftTooLarge(RequestError):
    """A draft of form B holds at most 20,000 bytes."""

    code = "draft_too_large"


@dataclass(frozen=True, slots=True)
class DraftSave:
    """One save of a device: its `number` rises with each, `version` is the one that it read, 0 for
    none. `form_key` names the form, so that it is recorded once."""

    device: str
    number: int
    version: int
    form_key: str
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept. `inputs` are those of the form by name."""

    form_key: str
    version: int
    device: str
    saved_at: datetime
    expires_at: datetime
    inputs: Inputs


def read(
    conn: Connection, keyring: Keyring, household_id: UUID, account: str, now: datetime
) -> Draft | None:
    """The draft of an account for a household, if there is one that has not expired."""
    row = _row(conn, household_id, account, now, "")
    if row is None:
        return None
    values = keyring.reveal_many([Personal(household_id, row[4])], conn)[household_id, row[4]]
    if values is None:
        return None
    inputs: Inputs = msgspec.json.decode(values["inputs"])
    return Draft(row[0], row[1], row[2], row[5], row[6], inputs)


def save(
    conn: Connection,
    sealer: Sealer,
    household_id: UUID,
    account: str,
    given: DraftSave,
    now: datetime,
) -> int:
    """Keeps what a device sent; the version of the draft after it. Call it in a transaction, with a
    sealer made before it: one request holds one connection.

    Raises DraftChanged, DraftTooLarge, SubjectForgotten; SubjectKeyExists where the household got
    its key at the same moment: do it again.
    """
    text = msgspec.json.encode(given.inputs).decode()
    if len(text.encode()) > MOST_BYTES:
        raise DraftTooLarge(at_most=MOST_BYTES)
    # Two devices at one moment: the second waits, and then sees what the first has saved.
    lock = f"survey draft {household_id} {account}"
    conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    row = _row(conn, household_id, account, now, "for update")
    version = row[1] if row else 0
    if row is not None and row[2] == given.device:
        if given.number <= row[3]:
            return version
    elif given.version != version:
        raise DraftChanged(version=version, saved_at=row[5].isoformat() if row else None)
    sealed = sealed_for(conn, sealer, household_id, {"inputs": text})
    conn.execute(
        "insert into office.survey_drafts (household_id, account, form_key, version, device,"
        " number, sealed, saved_at, expires_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (household_id, account) do update set version = excluded.version,"
        " device = excluded.device, number = excluded.number, sealed = excluded.sealed,"
        " saved_at = excluded.saved_at, expires_at = excluded.expires_at",
        (household_id, account, given.form_key, version + 1, given.device, given.number, sealed,
         now, now + KEPT_FOR),
    )  # fmt: skip
    return version + 1


def sealed_for(
    conn: Connection, sealer: Sealer, household_id: UUID, values: PersonalValues
) -> bytes:
    """Values sealed under the household's key, which is made where it has none.

    Raises SubjectForgotten; SubjectKeyExists where another process made it at the same moment.
    """
    sealed = sealer.seal(household_id, values).sealed
    if sealer.new_keys:
        append(conn, [], Alongside(keys=sealer.new_keys))
    return sealed


def delete(conn: Connection, household_id: UUID, account: str) -> None:
    """Removes a draft; one that is not there is removed already."""
    conn.execute(
        "delete from office.survey_drafts where household_id = %s and account = %s",
        (household_id, account),
    )


def _row(
    conn: Connection, household_id: UUID, account: str, now: datetime, lock: str
) -> tuple[Any, ...] | None:
    return conn.execute(
        "select form_key, version, device, number, sealed, saved_at, expires_at"
        " from office.survey_drafts where household_id = %s and account = %s and expires_at > %s"
        f" {lock}",
        (household_id, account, now),
    ).fetchone()
