"""Data of the demo, from the files beside this module."""

import tomllib
from datetime import date
from importlib import resources
from typing import Any

import msgspec


class ClassTotals(msgspec.Struct, frozen=True):
    """Households and persons of one class on the locality's day."""

    households: int
    persons: int


class Residents(msgspec.Struct, frozen=True):
    """Resident households and persons; `near_poor_base` where near-poor has another base."""

    households: int
    persons: int
    near_poor_base: int = 0


class Ward(msgspec.Struct, frozen=True):
    """One commune whose figures are given by themselves."""

    code: str
    account: str
    poor: int
    near_poor: int
    no_labour_capacity: int
    residents: Residents


class Movements(msgspec.Struct, frozen=True):
    """How many households of what happened between the opening list and the locality's day.

    `returned` left poverty and were listed again; `late` are exits recorded after that day;
    `afterwards` are exits that also happened after it.
    """

    poor_exit: int
    poor_to_near: int
    poor_dissolved: int
    near_exit: int
    near_to_poor: int
    near_dissolved: int
    new_poor: int
    new_near: int
    returned: int
    births: int
    deaths: int
    head_deaths: int
    splits: int
    merges: int
    moves: int
    corrections: int
    late: int
    afterwards: int = 0


class Support(msgspec.Struct, frozen=True):
    """One support granted to many.

    `to` is "listed" or "poor" (households that are so all year, as many as `households`), or all
    of "poor_of_ward" or "poor_at_opening".
    """

    to: str
    programme: str
    benefit: str
    source: str
    year: int
    households: int = 0
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""


class Locality(msgspec.Struct, frozen=True):
    """One locality: where, when, the totals on `as_of`, and what happened before.

    With `autumn`, the communes of today that have its land, or that of its ward, review households.
    """

    key: str
    code: str
    name: str
    source: str
    opening: date
    decided: date
    as_of: date
    id_prefix: str
    standard: str
    stated: bool
    poor: ClassTotals
    near_poor: ClassTotals
    residents: Residents
    people: dict[str, int]
    movements: Movements
    support: tuple[Support, ...] = ()
    ward: Ward | None = None
    autumn: bool = False


class Wrong(msgspec.Struct, frozen=True, rename={"from_": "from", "class_": "class"}):
    """A decision that is wrong on purpose; see wrong_decisions.toml."""

    locality: str
    kind: str
    from_: str
    class_: str
    b1: int
    b2: int
    why: str
    ward: bool = False
    area_type: str = ""
    typed_b2: int | None = None


def localities() -> tuple[Locality, ...]:
    """The five localities, in the order of their opening lists."""
    found = msgspec.convert(read("localities.toml")["locality"], tuple[Locality, ...])
    return tuple(sorted(found, key=lambda one: (one.opening, one.key)))


def wrong_decisions() -> tuple[Wrong, ...]:
    """The decisions that are wrong on purpose."""
    return msgspec.convert(read("wrong_decisions.toml")["wrong"], tuple[Wrong, ...])


def read(name: str) -> dict[str, Any]:
    """A data file of the demo."""
    return tomllib.loads(resources.files("service.demo").joinpath(name).read_text("utf-8"))
