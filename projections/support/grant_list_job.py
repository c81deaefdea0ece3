"""The job of a list of recipients: keeps its file, and says of each row whether it fits.

It decides each row on the household's own events, as the batch itself does later, so that what
fits here is granted unless something changes in between. A household outside the area is answered
as one that is not known: a list tells nothing of other places.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import MapperDeserialisationError

from domain.application import SocaiApplication
from domain.commands.claims import BatchClaims
from domain.errors import Refusal
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, autocommitting
from domain.eventstore.recorder import Alongside, append
from domain.households.claims import identity_key, number_key, person_key
from domain.households.errors import HouseholdUnknown
from domain.households.household import Household
from domain.imports.errors import EmptyFile, FileRefused, WorkbookTooLarge
from domain.imports.xlsx.cells import storable
from domain.matching.names import fold_name
from domain.support.claims import CLAIM_KINDS
from domain.support.eligibility import benefit_in_force, find_programme
from domain.support.entitlement import period_of
from domain.support.grant_batch import AnyRecipient, Recipient, RecipientInKind
from domain.support.grant_batch_commands import Terms, decide_recipient, key_of
from domain.support.grant_list import LIMITS, ListedRecipient, recipients
from domain.support.grant_list_errors import (
    GrantRowAreaTooLarge,
    GrantRowHouseholdUnknown,
    GrantRowInKind,
    GrantRowNameDiffers,
    GrantRowNumberAmbiguous,
    GrantRowTwice,
)
from domain.support.handler import SupportServices
from projections.support import grant_lists
from projections.support.grant_lists import GrantList, ListedRow

AT_ONCE = 500
UNREADABLE = "record_unreadable"
"""The code of a row whose household has an event of a newer version, or a damaged one."""
KEPT_DAYS = 30
"""Days after which the file of a list is destroyed."""
MOST_UNITS = 60
"""A commune with all that it came from; numbers of households are those of a commune."""


def request(
    conn: Connection,
    keyring: Keyring,
    *,
    list_id: UUID,
    area: str,
    programme: str,
    benefit: str,
    period: date,
    line_id: UUID,
    amount: int | None,
    unit: str,
    effective_on: date,
    account: str,
    requested_at: datetime,
    file: bytes,
    file_name: str = "",
) -> None:
    """Keeps a list with its file sealed, in the caller's transaction; a worker then checks it.

    Raises EmptyFile, WorkbookTooLarge.
    """
    if not file:
        raise EmptyFile
    if len(file) > LIMITS.file_bytes:
        raise WorkbookTooLarge(bytes=len(file), limit=LIMITS.file_bytes)
    key, nonce = AESGCM.generate_key(256), os.urandom(grant_lists.NONCE)
    sealer = keyring.sealer(fresh=[list_id])
    sealed = sealer.seal(list_id, {"key": key.hex(), "name": storable(file_name[:200])})
    append(conn, [], Alongside(keys=sealer.new_keys))
    conn.execute(
        "insert into office.grant_lists (id, area, programme, benefit, period, line_id, amount,"
        " unit, effective_on, account, requested_at, file_digest, file_bytes, sealed_key, file)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            list_id, area, programme, benefit, period, line_id, amount, unit, effective_on, account,
            requested_at, hashlib.sha256(file).digest(), len(file), sealed.sealed,
            nonce + AESGCM(key).encrypt(nonce, file, list_id.bytes),
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom a row names: a household, and the person by the identity number."""

    household_id: UUID | None
    person_id: UUID | None = None
    code: str = ""


def run(application: SocaiApplication, list_id: UUID, clock: Callable[[], datetime]) -> bool:
    """Checks a list. False: it is checked already. Safe to run twice, and beside itself.

    A list whose file was destroyed before, as it named a person who was erased, is refused.
    """
    with autocommitting(application.pool) as conn:
        asked = grant_lists.get(conn, list_id)
    if asked.status != "waiting":
        return False
    try:
        with autocommitting(application.pool) as conn:
            file = grant_lists.open_file(conn, application.keyring, list_id)
        found = _checked(application, asked, recipients(file))
    except (FileRefused, Refusal) as refusal:
        with autocommitting(application.pool) as conn:
            write_refused(conn, list_id, refusal.code, clock())
        return True
    with autocommitting(application.pool) as conn:
        write_checked(conn, list_id, found, clock())
    return True


def _checked(
    application: SocaiApplication, asked: GrantList, listed: Sequence[ListedRecipient]
) -> list[ListedRow]:
    services = application.support.services()
    services = replace(services, load=cache(services.load))
    benefit = benefit_in_force(services, asked.programme, asked.benefit, asked.period)
    programme = find_programme(services, asked.programme)
    terms = Terms(asked.area, programme, benefit, period_of(benefit, asked.period))
    found: list[ListedRow] = []
    for at in range(0, len(listed), AT_ONCE):
        part = listed[at : at + AT_ONCE]
        named = _whom(application, services, asked, part)
        ids = {one.household_id for one in named if one.household_id is not None}
        households = _loaded(application, ids)
        names = _names(application, households.values())
        claims = BatchClaims(application.pool, CLAIM_KINDS)
        claims.look(_keys(terms, named))
        of_part = replace(services, household=partial(_known, households), claims=claims)
        for row, whom in zip(part, named, strict=True):
            if whom.household_id is None or whom.household_id in households:
                found.append(_judged(of_part, terms, asked, row, whom, names))
            else:
                found.append(_unread(row))
    return _each_once(found)


def _loaded(application: SocaiApplication, ids: Collection[UUID]) -> dict[UUID, Household]:
    """The households by their events; without those that hold an event which cannot be read."""
    try:
        return dict(application.households.load_many(ids))
    except MapperDeserialisationError:
        found = {}
        for id_ in ids:
            with suppress(MapperDeserialisationError):
                found[id_] = application.households.load(id_)
        return found


def _unread(row: ListedRecipient) -> ListedRow:
    """A row whose household cannot be read; one that may live elsewhere is answered as unknown."""
    if row.number:
        return ListedRow(row.row, code=UNREADABLE, field="number")
    return ListedRow(row.row, code=GrantRowHouseholdUnknown.code, field="id_number")


def _keys(terms: Terms, named: Sequence[_Named]) -> set[bytes]:
    """The claims that the rows of a part will meet, to be read in one query."""
    return {
        key_of(
            terms.programme.code,
            terms.benefit.code,
            Recipient(one.household_id, _beneficiary(terms, one.person_id)),
            terms.period,
        )
        for one in named
        if one.household_id is not None
    }


def _beneficiary(terms: Terms, person: UUID | None) -> UUID | None:
    """The person, where the benefit counts persons."""
    return person if terms.benefit.counted == "person" else None


def _recipient(
    asked: GrantList, household: UUID, person: UUID | None, row: ListedRecipient
) -> AnyRecipient:
    """What the row asks for: goods in a list with a unit, else money."""
    if asked.unit:
        return RecipientInKind(household, row.quantity or 0, person)
    return Recipient(household, person, row.amount or asked.amount)


def _known(households: Mapping[UUID, Household], id_: UUID) -> Household:
    if id_ not in households:
        raise HouseholdUnknown(household_id=id_)
    return households[id_]


def _judged(
    services: SupportServices,
    terms: Terms,
    asked: GrantList,
    row: ListedRecipient,
    whom: _Named,
    names: dict[UUID, str],
) -> ListedRow:
    """What is found of one row; the households of other places are not known."""
    if row.fault is not None:
        return ListedRow(row.row, code=row.fault.code, field=row.fault.field)
    field = "number" if row.number else "id_number"
    if whom.household_id is None:
        return ListedRow(row.row, code=whom.code, field=field)
    household = services.household(whom.household_id)
    if not services.directory.covers(terms.area, household.area, asked.effective_on):
        return ListedRow(row.row, code=GrantRowHouseholdUnknown.code, field=field)
    if row.head and not _is_named(household, whom.person_id, row.head, names):
        return ListedRow(row.row, code=GrantRowNameDiffers.code, field="head")
    if bool(asked.unit) != (row.quantity is not None):
        return ListedRow(row.row, code=GrantRowInKind.code, field="quantity")
    person = _beneficiary(terms, whom.person_id)
    recipient = _recipient(asked, household.id, person, row)
    amount = recipient.amount if isinstance(recipient, Recipient) else None
    given = ListedRow(row.row, household.id, person, amount, row.quantity)
    try:
        decide_recipient(services, terms, recipient, asked.effective_on, asked.id)
    except Refusal as refusal:
        return ListedRow(*_values(given), refusal.code, "")
    return given


def _values(row: ListedRow) -> tuple[int, UUID | None, UUID | None, int | None, int | None]:
    return row.row, row.household_id, row.person_id, row.amount, row.quantity


def _is_named(
    household: Household, person: UUID | None, written: str, names: dict[UUID, str]
) -> bool:
    """Whether the head, or the person of the identity number, has the name of the row."""
    known = {names.get(household.head, ""), names.get(person, "") if person else ""} - {""}
    return fold_name(written) in known


def _names(application: SocaiApplication, households: Collection[Household]) -> dict[UUID, str]:
    """The folded names of all members of households, by person."""
    members = {id_: one for home in households for id_, one in home.members.items()}
    with autocommitting(application.pool) as conn:
        revealed = application.keyring.reveal_many([one.private for one in members.values()], conn)
    found = {}
    for id_, one in members.items():
        values = revealed[one.private.subject, one.private.sealed]
        found[id_] = fold_name(str(values.get("name", ""))) if values else ""
    return found


def _whom(
    application: SocaiApplication,
    services: SupportServices,
    asked: GrantList,
    part: Sequence[ListedRecipient],
) -> list[_Named]:
    """Whom the rows name, by the claims to household numbers and identity numbers."""
    units = services.directory.units_within(asked.area, asked.effective_on) or []
    by_number = {
        row.number: [number_key(unit, row.number) for unit in units]
        for row in part
        if row.number and len(units) <= MOST_UNITS
    }
    by_identity = {
        row.id_number: identity_key(application.keyring.blind_index(row.id_number))
        for row in part
        if row.id_number
    }
    keys = [key for found in by_number.values() for key in found]
    held = services.claims.look([*keys, *by_identity.values()])
    persons = {number: held[key].holder for number, key in by_identity.items() if key in held}
    homes = services.claims.look([person_key(one) for one in persons.values()])

    def holder(key: bytes) -> UUID | None:
        claim = homes.get(key) or held.get(key)
        return claim.holder if claim is not None and claim.until is None else None

    def whom(row: ListedRecipient) -> _Named:
        person = persons.get(row.id_number)
        lives = holder(person_key(person)) if person else None
        if not row.number:
            return _Named(lives, person, "" if lives else GrantRowHouseholdUnknown.code)
        if row.number not in by_number:
            return _Named(None, code=GrantRowAreaTooLarge.code)
        found = {one for key in by_number[row.number] if (one := holder(key)) is not None}
        if len(found) != 1:
            code = GrantRowNumberAmbiguous.code if found else GrantRowHouseholdUnknown.code
            return _Named(None, code=code)
        (household,) = found
        if row.id_number and lives != household:
            return _Named(None, code=GrantRowNameDiffers.code)
        return _Named(household, person)

    return [whom(row) for row in part]


def _each_once(found: Sequence[ListedRow]) -> list[ListedRow]:
    """The rows, each beneficiary in the first one that names it."""
    seen: Counter[tuple[UUID | None, UUID | None]] = Counter()
    rows = []
    for one in found:
        whom = (one.household_id, one.person_id)
        twice = not one.code and seen[whom] > 0
        seen[whom] += not one.code
        rows.append(ListedRow(*_values(one), GrantRowTwice.code, "") if twice else one)
    return rows


def write_checked(
    conn: Connection, list_id: UUID, found: Sequence[ListedRow], at: datetime
) -> None:
    """Keeps what was found of the rows; a list that is checked already stays as it is."""
    refused = sum(1 for one in found if one.code)
    conn.execute(
        "update office.grant_lists set status = 'checked', rows = %s, fitting = %s, refused = %s,"
        " checked_at = %s where id = %s and status = 'waiting'",
        [msgspec.json.encode(found).decode(), len(found) - refused, refused, at, list_id],
    )


def write_refused(conn: Connection, list_id: UUID, code: str, at: datetime) -> None:
    """Keeps why the file as a whole was refused."""
    conn.execute(
        "update office.grant_lists set status = 'refused', refusal = %s, checked_at = %s"
        " where id = %s and status = 'waiting'",
        [code, at, list_id],
    )


def note_batch(conn: Connection, list_id: UUID, batch_id: UUID) -> None:
    """Keeps the batch that was drawn up of a list."""
    conn.execute("update office.grant_lists set batch_id = %s where id = %s", [batch_id, list_id])


def destroy_files(conn: Connection, keyring: Keyring, lists: Iterable[UUID]) -> None:
    """Destroys the keys and the files of lists; what was found of the rows stays."""
    for list_id in lists:
        with conn.transaction():
            keyring.destroy(list_id, conn)
            conn.execute(
                "update office.grant_lists set sealed_key = null, file = null where id = %s",
                [list_id],
            )


def expire(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Destroys the files of lists that were checked, or else uploaded, KEPT_DAYS ago; returns how
    many. So it does of those whose key went with a person who was erased."""
    due = conn.execute(
        "select l.id from office.grant_lists l where l.sealed_key is not null"
        " and (coalesce(l.checked_at, l.requested_at)"
        " < %s::timestamptz - make_interval(days => %s)"
        " or exists (select 1 from store.subject_keys k"
        "             where k.subject = l.id and k.destroyed_at is not null))",
        [now, KEPT_DAYS],
    ).fetchall()
    destroy_files(conn, keyring, [id_ for (id_,) in due])
    return len(due)
