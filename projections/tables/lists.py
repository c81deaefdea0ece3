"""R14 and R15: the members of the near-poor and the poor households of an area, page by page.

Households stand in the order of their villages, each with its head first. The list shows persons;
the caller writes a line in the read log.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.eventstore.personal import Keyring, PersonalValues
from domain.eventstore.postgres import Connection
from domain.households.codes import NEEDS
from domain.terms import label
from projections.households import file, register
from projections.households.register import Place
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState, MemberState
from projections.tables.table import COUNT, Column

CLASS_OF = {"R14": "near_poor", "R15": "poor"}
TEXT, TICK = "text", "tick"
LOCAL = "local_minority"

COLUMNS: tuple[Column, ...] = (
    Column("head", "STT chủ hộ", "Household no.", COUNT, seen=True),
    Column("member", "STT thành viên hộ", "Member no.", COUNT, seen=True),
    Column("name", "Họ tên", "Name", TEXT, seen=True),
    Column("born_male", "Năm sinh: Nam", "Born: male", COUNT, seen=True),
    Column("born_female", "Năm sinh: Nữ", "Born: female", COUNT, seen=True),
    Column("ethnicity", "Dân tộc", "Ethnic group", TEXT, seen=True),
    Column("relation", "Quan hệ với chủ hộ", "Relation to the head", TEXT, seen=True),
    *(
        Column(tag, label("listing", tag), label("listing", tag, "en"), TICK, seen=True)
        for tag in ("new", "again", "old")
    ),
    Column("meritorious", "Hộ chính sách có công", "With a person of merit", TICK, seen=True),
    Column(LOCAL, "Hộ dân tộc tại chỗ", "Local minority", TICK, seen=True),
    Column("no_labour_capacity", "Hộ không có khả năng lao động", "No labour capacity", TICK,
           seen=True),
    *(Column(f"need.{code}", f"Nhu cầu: {text}", "", TICK, seen=True)
      for code, text in NEEDS.items()),
)  # fmt: skip


class ListedMember(Struct, frozen=True):
    """A member of a listed household, with the cells of the list; `village` is the household's."""

    household_id: UUID
    area: str
    village: str
    cells: dict[str, int | str | bool | None]


class MemberPage(Struct, frozen=True):
    """Members of some households in order; `next` is the place to ask on from."""

    households: tuple[UUID, ...]
    members: tuple[ListedMember, ...]
    next: Place | None


def members(
    conn: Connection,
    keyring: Keyring,
    name: str,
    units: Iterable[str] | None,
    *,
    from_: date,
    to: date,
    known_at: datetime | None = None,
    village: str | None = None,
    after: Place | None = None,
    start: int = 0,
    limit: int = 50,
) -> MemberPage:
    """A page of the list of these units, of at most `limit` households; `start` stand before it.

    Raises PlaceUnknown for a place that is none of this list.
    """
    class_ = CLASS_OF[name]
    page = register.households(
        conn, keyring, units=units, class_=class_, village=village, as_of=to, known_at=known_at,
        sort="village", after=after, limit=limit,
    )  # fmt: skip
    ids = [one.household_id for one in page.households]
    states = file.households_in(conn, ids, as_of=to, known_at=known_at)
    before = file.households_in(conn, ids, as_of=from_, known_at=known_at)
    sealed = [one.private for state in states.values() for one in state.members]
    revealed = keyring.reveal_many(sealed, conn)
    rows: list[ListedMember] = []
    for number, id_ in enumerate(ids, start + 1):
        if id_ in states:
            tag = tag_of(states[id_], before.get(id_), class_)
            rows += _rows(states[id_], number, tag, revealed)
    return MemberPage(tuple(ids), tuple(rows), page.next)


def tag_of(state: HouseholdState, before: HouseholdState | None, class_: str) -> str:
    """Whether a household was in the class at the start, came back to it, or is new in it."""
    if before is not None and before.ended is None and before.national_class == class_:
        return "old"
    standing = state.classes.get("national")
    again = standing is not None and standing.movement in ("re_poverty", "re_near_poverty")
    return "again" if again else "new"


def _rows(
    state: HouseholdState,
    number: int,
    tag: str,
    revealed: dict[tuple[UUID, bytes], PersonalValues | None],
) -> list[ListedMember]:
    ordered = sorted(state.members, key=lambda one: one.person_id != state.head)
    return [
        ListedMember(
            state.household_id,
            state.area,
            state.village,
            _cells(state, member, number, at, tag, revealed),
        )
        for at, member in enumerate(ordered, 1)
    ]


def _cells(
    state: HouseholdState,
    member: MemberState,
    number: int,
    at: int,
    tag: str,
    revealed: dict[tuple[UUID, bytes], PersonalValues | None],
) -> dict[str, int | str | bool | None]:
    values = revealed.get((member.private.subject, member.private.sealed))
    needs: Sequence[str] = state.needs.codes if state.needs else ()
    of_head = member.person_id == state.head
    return {
        "head": number,
        "member": at,
        "name": ERASED if values is None else str(values.get("name", "")),
        "born_male": member.birth_year if member.sex == "male" else None,
        "born_female": member.birth_year if member.sex == "female" else None,
        "ethnicity": member.ethnicity,
        "relation": "head" if of_head else member.relation,
        **{one: of_head and tag == one for one in ("new", "again", "old")},
        "meritorious": of_head and state.flags.meritorious is True,
        LOCAL: None,
        "no_labour_capacity": of_head and state.flags.no_labour_capacity is True,
        **{f"need.{code}": of_head and code in needs for code in NEEDS},
    }
