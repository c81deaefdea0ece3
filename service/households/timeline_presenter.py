"""The timeline as a page shows it: one sentence for each event, and all that stands behind it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from psycopg import Connection

from domain.calendar import day_of, shown
from domain.households import codes
from projections.households.sentences import Changed, attribute, code, title
from projections.households.timeline import Entry
from service.access import accounts
from service.access.authorization import RequestContext
from service.ui import labels

_CODES = {
    "relation": codes.RELATIONS,
    "sex": codes.SEXES,
    "residence": codes.RESIDENCES,
    "class": codes.CLASSES,
}
_DAYS = ("birth_date", "id_issued_on")
_MARKED = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")

# An event recorded this many days after it was so is marked as late.
LATE_AFTER = 30


@dataclass(frozen=True, slots=True)
class Who:
    """Who recorded it, with the role and the area held then; `name` "" where it is not known."""

    account: str
    name: str
    role: str
    area: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as it is shown.

    `late` is the number of days between the fact and its record, 0 where that is short and for a
    withdrawal, which is dated as its entry. `counts` is whether it is in what the page shows,
    `fresh` whether it was recorded just now. `withdraws` and `withdrawn_by` are versions,
    `withdrawn_at` a moment: see `projections.households.timeline.Entry`.
    """

    seq: int
    version: int
    household_id: UUID
    own: bool
    type: str
    title: str
    sentence: str
    effective_on: date
    recorded_at: datetime
    who: Who
    document: Any
    area: str
    changes: tuple[tuple[str, str, str], ...]
    late: int
    counts: bool = True
    fresh: bool = False
    withdraws: int | None = None
    withdrawn_by: int | None = None
    withdrawn_at: datetime | None = None


def shown_entries(
    context: RequestContext,
    conn: Connection[Any],
    entries: Sequence[Entry],
    language: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    fresh: range = range(0),
) -> list[Shown]:
    """The entries with names and words for what is stored as codes."""
    names = accounts.names_of(conn, {one.actor.account for one in entries})
    directory = context.services.areas()
    shown = []
    for one in entries:
        recorded_on = day_of(one.recorded_at)
        actor = one.actor
        role = labels.ROLES.get(actor.role)
        days = (recorded_on - one.effective_on).days
        shown.append(
            Shown(
                seq=one.seq,
                version=one.version,
                household_id=one.household_id,
                own=one.own,
                type=one.type.removeprefix("household."),
                title=title(one.type.removeprefix("household."), language),
                sentence=one.sentence,
                effective_on=one.effective_on,
                recorded_at=one.recorded_at,
                who=Who(
                    actor.account,
                    names.get(actor.account, ""),
                    str(role) if role else actor.role,
                    directory.name_of(actor.area, recorded_on) if actor.area else _("cả nước"),
                ),
                document=one.document,
                area=directory.name_of(one.area, one.effective_on),
                changes=tuple(_change(change, language) for change in one.changes),
                late=days if days >= LATE_AFTER and one.withdraws is None else 0,
                counts=(as_of is None or one.effective_on <= as_of)
                and (known_at is None or one.recorded_at <= known_at),
                fresh=one.own and one.version in fresh,
                withdraws=one.withdraws,
                withdrawn_by=one.withdrawn_by,
                withdrawn_at=one.withdrawn_at,
            )
        )
    return shown


def fresh_range(text: str) -> range:
    """The versions that an address marks as just recorded: "4-5"."""
    found = _MARKED.fullmatch(text)
    if found and 0 <= int(found[2]) - int(found[1]) < 100:
        return range(int(found[1]), int(found[2]) + 1)
    return range(0)


def _change(change: Changed, language: str) -> tuple[str, str, str]:
    def said(value: Any) -> str:
        return value_words(change.attribute, value, language)

    return attribute(change.attribute, language), said(change.before), said(change.after)


def value_words(name: str, value: Any, language: str) -> str:
    """The value of an attribute in words; "–" for none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if name in _CODES:
        return code(_CODES[name], str(value), language)
    if name in _DAYS:
        return day_words(str(value))
    return str(value)


def day_words(text: str) -> str:
    """A day stored as ISO text, as people write it."""
    try:
        return shown(date.fromisoformat(text))
    except ValueError:
        return text
