"""A small province for the tables: two communes whose households live through a year."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.areas.lineage import Lineage
from domain.areas.unit import Unit
from domain.households import events as e
from projections.catch_up import catch_up
from projections.tables.official import official_table
from projections.tables.table import Row, Table
from tests.conftest import Database
from tests.projections.random_histories import AREAS, Home, World, make_world, record, some_keyring

PROVINCE = "46@2004-07-08"
WARD, COMMUNE, FAR = AREAS
OTHER_PROVINCE = "42@2004-07-08"
FROM, TO = date(2022, 12, 31), date(2023, 12, 31)


def _unit(id_: str, name: str, level: str, parent: str) -> Unit:
    code, _, since = id_.partition("@")
    first = date.fromisoformat(since)
    return Unit(
        id=id_, code=code, level=level, valid_from=first, certain=True, source="tests",
        names=((first, name),), kinds=((first, name.split()[0].lower()),),
        area_types=((first, "urban" if level == "commune" else ""),), parents=((first, parent),),
    )  # fmt: skip


LINEAGE = Lineage([
    _unit(PROVINCE, "Tỉnh Thừa Thiên Huế", "province", ""),
    _unit(OTHER_PROVINCE, "Tỉnh Hà Tĩnh", "province", ""),
    _unit(WARD, "Phường Hương Sơ", "commune", PROVINCE),
    _unit(COMMUNE, "Xã Hương Thọ", "commune", PROVINCE),
    _unit(FAR, "Xã Thạch Linh", "commune", OTHER_PROVINCE),
])  # fmt: skip


class RecordedProvince:
    """Households whose lives are told in a few words, and the tables that are made of them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keyring = some_keyring(database.pool)
        self.world: World = make_world(0, 0, self.keyring.sealer())
        self.world.saves.clear()

    def home(
        self,
        *classes: tuple[str, str],
        area: str = WARD,
        village: str = "Tổ 1",
        on: str = "2022-01-01",
        persons: int = 2,
        flags: e.Flags | None = None,
        split_from: UUID | None = None,
        **of_head: Any,
    ) -> Home:
        """Registered on a day, then of these classes from these days on. All are Kinh unless the
        head is said to be of another group; the head was born in 1980, the others in 2015."""
        world = self.world
        members = [
            e.Member(
                (person := world.uuid()), "head" if at == 0 else "child",
                world.seal(person, {"name": f"Người {at}"}),
                sex=of_head.get("sex", "male"), ethnicity=of_head.get("ethnicity", "Kinh"),
                birth_year=of_head.get("birth_year", 1980) if at == 0 else 2015,
            )
            for at in range(persons)
        ]  # fmt: skip
        home = Home(
            world.uuid(), date.fromisoformat(on), area, members[0].person_id,
            {member.person_id: member for member in members},
        )  # fmt: skip
        self.add(
            home, e.Registered, home.registered_on, originator_topic="household", number="",
            area=area, village=village, address=None, residence="permanent", head=home.head,
            members=tuple(members), flags=flags or e.Flags(), source="entry",
            split_from=split_from,
        )  # fmt: skip
        for since, class_ in classes:
            self.classified(home, class_, date.fromisoformat(since))
        return home

    def add(self, home: Home, kind: type[Any], on: date, /, **what: Any) -> None:
        self.world.saves.append([self.world.make(home, kind, on, **what)])

    def classified(self, home: Home, class_: str, on: date) -> None:
        self.add(
            home, e.Classified, on, scope="national", class_=class_, class_before="",
            movement="unchanged", proposed=class_, override_reason="", standard="2022-2026",
            standard_digest="", survey_id=None, facts={}, comparisons=(), reasons=(),
        )  # fmt: skip

    def surveyed(self, home: Home, *deprived: str, on: str = "2022-11-01") -> None:
        self.add(
            home, e.Surveyed, date.fromisoformat(on), survey_id=self.world.uuid(), form="B",
            score_card="", area_type="urban", answers={}, income=None, b1=100, b2=40,
            deprived=deprived, surveyor="khaosat", place="", attachments=(),
        )  # fmt: skip

    def caused(self, home: Home, *causes: str, on: str = "2022-11-01") -> None:
        self.add(home, e.CausesRecorded, date.fromisoformat(on), causes=causes, note="")

    def moves(self, home: Home, area: str, village: str, on: str = "2023-06-01") -> None:
        self.add(
            home, e.Moved, date.fromisoformat(on), area_before=home.area, village_before="",
            area=area, village=village, number="", address=None,
        )  # fmt: skip
        home.area = area

    def joins(self, home: Home, on: str = "2023-06-01") -> None:
        member = self.world.member("child")
        self.add(home, e.MemberJoined, date.fromisoformat(on), member=member, reason="birth")

    def leaves(self, home: Home, on: str = "2023-06-01") -> None:
        person = next(one for one in home.members if one != home.head)
        self.add(home, e.MemberLeft, date.fromisoformat(on), person_id=person, reason="death")

    def ends(self, home: Home, on: str = "2023-06-01") -> None:
        self.add(home, e.Dissolved, date.fromisoformat(on), reason="other")

    def catch_up(self) -> None:
        if self.world.saves:
            record(self.database, self.world.saves, self.world.sealer)
            self.world.saves.clear()
        catch_up(self.database.pool, self.keyring)

    def table(self, name: str, area: str = PROVINCE, **asked: Any) -> Table:
        """A table of the year, after everything told is recorded."""
        self.catch_up()
        with self.database.pool.connection() as conn:
            return official_table(conn, LINEAGE, name, area, **{"from_": FROM, "to": TO, **asked})


def cells(rows: tuple[Row, ...], unit: str, measure: str = "", village: str = "") -> list[Any]:
    """The cells of the row of a unit or a village, in the order of the columns."""
    (row,) = [
        one for one in rows if (one.unit, one.measure, one.village) == (unit, measure, village)
    ]
    return list(row.cells.values())
