"""Made-up families: names put together from common ones, ages that fit each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from service.demo.localities import read

ETHNICITIES = {
    "kinh": "Kinh", "ede": "Ê Đê", "giarai": "Gia Rai", "mnong": "M'Nông", "tay": "Tày",
    "thai": "Thái", "taoi": "Tà Ôi", "cotu": "Cơ Tu",
}  # fmt: skip
WITHOUT_NUMBER = 0.12
"""The share of grown persons who have no identity number."""


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person as a list would give them."""

    name: str
    relation: str
    sex: str
    born: date
    year_only: bool
    id_number: str
    ethnicity: str

    @property
    def birth(self) -> date | int:
        """The birth date, or the year where only that is written."""
        return self.born.year if self.year_only else self.born


class Families:
    """Makes families of one locality; the same seed gives the same people."""

    def __init__(self, random: Random, id_prefix: str, peoples: dict[str, int], on: date) -> None:
        self.random = random
        self.id_prefix = id_prefix
        self.peoples = peoples
        self.on = on
        self.names: dict[str, Any] = read("names.toml")
        self.last_number = random.randrange(1_000, 60_000)

    def people(self) -> str:
        """A people, as often as the locality has it."""
        return self.random.choices(list(self.peoples), list(self.peoples.values()))[0]

    def family(self, size: int, people: str) -> list[Person]:
        """A family of so many persons, the head first."""
        if size == 1:
            return [self._alone(people)]
        head_sex = "male" if self.random.random() < 0.7 else "female"
        head_age = self.random.randrange(27, 66)
        family = self.random.choice(self._families(people))
        members = [self._person("head", head_sex, head_age, people, family)]
        if size > 2 or self.random.random() < 0.55:
            other = "female" if head_sex == "male" else "male"
            age = max(20, head_age + self.random.randrange(-6, 5))
            members.append(self._person("spouse", other, age, people))
        children = size - len(members)
        if children > 1 and self.random.random() < 0.15:
            members.append(self._person("mother", "female", head_age + 25, people))
            children -= 1
        for _ in range(children):
            members.append(self._child(head_age, people, family if head_sex == "male" else ""))
        return members

    def baby(self, born: date, people: str, family: str) -> Person:
        """A child born on a day."""
        sex = self.random.choice(("male", "female"))
        name = self._name(sex, people, family)
        return Person(name, "child", sex, born, False, "", ETHNICITIES[people])

    def _alone(self, people: str) -> Person:
        sex = "female" if self.random.random() < 0.65 else "male"
        return self._person("head", sex, self.random.randrange(48, 93), people)

    def _child(self, head_age: int, people: str, family: str) -> Person:
        sex = self.random.choice(("male", "female"))
        age = self.random.randrange(0, max(2, min(26, head_age - 19)))
        return self._person("child", sex, age, people, family)

    def _person(self, relation: str, sex: str, age: int, people: str, family: str = "") -> Person:
        born = self.on - timedelta(days=age * 365 + self.random.randrange(10, 350))
        with_number = age >= 15 and self.random.random() >= WITHOUT_NUMBER
        return Person(
            name=self._name(sex, people, family),
            relation=relation,
            sex=sex,
            born=born,
            year_only=age > 45 and self.random.random() < 0.4,
            id_number=self._number(sex, born) if with_number else "",
            ethnicity=ETHNICITIES[people],
        )

    def _number(self, sex: str, born: date) -> str:
        """A number of the right form: province, century and sex, year, and a count."""
        self.last_number += self.random.randrange(1, 9)
        century = 2 * (born.year // 100 - 19) + (sex == "female")
        return f"{self.id_prefix}{century}{born.year % 100:02}{self.last_number:06}"

    def _families(self, people: str) -> list[str]:
        names = self.names[people]
        return names.get("family") or names["clan"]

    def _name(self, sex: str, people: str, family: str = "") -> str:
        family = family or self.random.choice(self._families(people))
        names = self.names[people]
        if "clan" in names:
            given = self.random.choice(names[sex])
            if people == "giarai":
                return f"{family} {given}"
            title = "Y " if sex == "male" else "H'"
            return f"{title}{given} {family}"
        kinh = self.names["kinh"]
        return " ".join(
            (family, self.random.choice(kinh[f"middle_{sex}"]), self.random.choice(kinh[sex]))
        )
