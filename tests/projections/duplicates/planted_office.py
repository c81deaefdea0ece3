"""A made-up office of three communes with planted duplicates, and with people who only look alike.

All households are recorded through the write side. A planted duplicate is told apart on purpose, as
an officer would have passed it, only where the matcher asks: so most of them are entered in another
commune or with another spelling.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from domain.application import SocaiApplication
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests.given import HUONG_SO, RURAL, Life

COMMUNES = (HUONG_SO, RURAL)
SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ",
    "Ngô", "Dương", "Lý",
)  # fmt: skip
MIDDLE = {
    "male": ("Văn", "Đình", "Hữu", "Quốc", "Minh", "Thanh", "Đức", "Công"),
    "female": ("Thị", "Thị Thu", "Thị Kim", "Ngọc", "Thị Thanh", "Thị Mỹ"),
}
GIVEN = {
    "male": (
        "Bình", "Cường", "Dũng", "Giang", "Hải", "Hùng", "Khánh", "Long", "Nam", "Phúc", "Quang",
        "Sơn", "Tuấn", "Vinh", "Thắng",
    ),
    "female": (
        "Chi", "Dung", "Hạnh", "Hiền", "Hồng", "Hương", "Lan", "Loan", "Mai", "Nga", "Oanh",
        "Phương", "Thảo", "Trang", "Xuân",
    ),
}  # fmt: skip
Pair = frozenset[UUID]


@dataclass
class PlantedOffice:
    """The households recorded, and which pairs of them are planted: by the way they differ."""

    application: SocaiApplication
    random: Random = field(default_factory=lambda: Random(2022))
    duplicates: dict[Pair, str] = field(default_factory=dict)
    alike: dict[Pair, str] = field(default_factory=dict)
    _number: int = 0
    _alone: bool = False

    def fill(self, households: int, each: int) -> None:
        """Records so many ordinary households, and `each` of every kind that is planted."""
        for _ in range(households):
            self.record(self.family())
        for kind in (
            "spelling", "marks", "swapped", "no_number", "year_only", "renumbered", "child",
        ):  # fmt: skip
            for _ in range(each):
                self._plant(kind)
        for _ in range(each):
            self._twins()
            self._namesakes()

    def record(self, household: NewHousehold) -> UUID:
        """Records a household; where the matcher asks, the household is left out of the office."""
        life = Life(self.application)
        return life.register("2022-11-15", household).aggregate_id

    def family(self, unit: str = "") -> NewHousehold:
        """A family of two to five persons."""
        surname = self.random.choice(SURNAMES)
        head = self.person("head", surname=surname, born=self.random.randrange(1945, 1985))
        others = [
            self.person("child", surname=surname, born=self.random.randrange(1986, 2018))
            for _ in range(self.random.randrange(1, 5))
        ]
        return NewHousehold(
            area=unit or self.random.choice(COMMUNES),
            village=f"Thôn {self.random.randrange(1, 13)}",
            members=(head, *others),
        )

    def person(self, relation: str, *, surname: str, born: int) -> NewMember:
        """A person; every fifth without an identity number, every eighth by year of birth alone."""
        sex = self.random.choice(("male", "female"))
        day = date(born, self.random.randrange(1, 13), self.random.randrange(2, 29))
        year_only = self.random.random() < 0.12
        self._number += 1
        return NewMember(
            name=" ".join(
                (surname, self.random.choice(MIDDLE[sex]), self.random.choice(GIVEN[sex]))
            ),
            relation=relation,
            sex=sex,
            birth_date=None if year_only else day,
            birth_year=born if year_only else None,
            id_number="" if self.random.random() < 0.2 else self.number(born, sex),
        )

    def number(self, born: int, sex: str) -> str:
        """An identity number that no one else has."""
        self._number += 1
        century = 2 * (born // 100 - 19) + (sex == "female")
        return f"046{century}{born % 100:02d}{self._number:06d}"

    def _plant(self, kind: str) -> None:
        there = self.family(HUONG_SO)
        day = date(self.random.randrange(1950, 1985), 3, self.random.choice((5, 7, 9, 11)))
        head = replace(there.members[0], birth_date=day, birth_year=None, id_number="")
        head = replace(head, name=f"{head.name.split()[0]} {MIDDLE[head.sex][0]} Phượng")
        fellows = there.members[1:]
        if kind == "child":
            self._plant_child(there)
            return
        twin = _changed(kind, head, self)
        if kind == "renumbered":
            head = replace(head, id_number=self.number(day.year, head.sex))
        if kind == "year_only":  # a day is not known: a fellow member stands in both
            fellows = (replace(fellows[0], id_number=""),)
        first = self.record(replace(there, members=(head, *fellows)))
        others = tuple(replace(one, id_number="") for one in fellows)
        self._alone = not self._alone
        if self._alone and kind != "year_only":  # nothing but the head speaks for it
            others = ()
        copy = NewHousehold(area=RURAL, village=there.village, members=(twin, *others))
        self.duplicates[frozenset((first, self.record(copy)))] = kind

    def _plant_child(self, there: NewHousehold) -> None:
        """A grown child stands in the parents' household and in one of their own."""
        born = date(1992, 7, self.random.randrange(13, 28))
        child = replace(
            self.person("child", surname="Hồ", born=1992), birth_date=born, birth_year=None,
            id_number="",
        )  # fmt: skip
        first = self.record(replace(there, members=(*there.members, child)))
        partner = self.person("spouse", surname="Lý", born=1993)
        own = NewHousehold(
            area=RURAL, village="Thôn 20", members=(replace(child, relation="head"), partner)
        )
        self.duplicates[frozenset((first, self.record(own)))] = "child"

    def _twins(self) -> None:
        """Twins with households of their own in one village."""
        day = date(self.random.randrange(1960, 1985), 6, self.random.randrange(13, 28))
        homes = []
        for given in ("Tuấn", "Phương"):
            head = NewMember(
                name=f"Lê Văn {given}", relation="head", sex="male", birth_date=day,
                id_number=self.number(day.year, "male"),
            )  # fmt: skip
            partner = self.person("spouse", surname="Đỗ", born=1980)
            homes.append(
                self.record(NewHousehold(HUONG_SO, f"Thôn {day.day}", members=(head, partner)))
            )
        self.alike[frozenset(homes)] = "twins"

    def _namesakes(self) -> None:
        """Two women of one name and one year, of two communes, each with her number."""
        year = self.random.randrange(1955, 1990)
        homes = []
        for unit, month in ((HUONG_SO, 2), (RURAL, 9)):
            head = NewMember(
                name="Nguyễn Thị Lan", relation="head", sex="female",
                birth_date=date(year, month, self.random.randrange(13, 28)),
                id_number=self.number(year, "female"),
            )  # fmt: skip
            partner = self.person("spouse", surname="Bùi", born=year)
            homes.append(self.record(NewHousehold(unit, "Thôn 3", members=(head, partner))))
        self.alike[frozenset(homes)] = "namesakes"


def _changed(kind: str, head: NewMember, office: PlantedOffice) -> NewMember:
    """The head as the other household has them."""
    surname, middle, _ = head.name.split(" ", 2)
    day = head.birth_date
    assert day is not None
    changes: dict[str, dict[str, Any]] = {
        "spelling": {"name": f"{surname} {middle} Phượn"},
        "marks": {"name": f"{surname} {middle} Phương"},
        "swapped": {"birth_date": day.replace(month=day.day, day=day.month)},
        "no_number": {},
        "year_only": {"birth_date": None, "birth_year": day.year},
        "renumbered": {"id_number": "046" + office.number(day.year, head.sex)[3:]},
    }
    return replace(head, **changes[kind])
