"""Tells the kinds of lists in the workbook of one office by their titles.

After a review a commune keeps the list of its poor and near-poor households, in one sheet or in
two, and beside it the lists of households that left poverty or near-poverty by a decision of its
own. The name of the sheet and the captions above the header say which of them a sheet holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.imports.layout import fold

LISTED, LEFT = "listed", "left"
_LEFT = re.compile(r"\bthoat (?:khoi )?(?:(?:dien )?ho )?(?=ngheo|can ngheo)|\bra khoi danh sach\b")
_LEFT_CLASS = re.compile(r"\bthoat (?:khoi )?(?:dien )?(?:ho )?(?:can )?ngheo")
_STILL_LISTED = re.compile(r"\bho (?:can )?ngheo\b")
_NEAR = re.compile(r"\bcan ngheo\b|\bhcn\b")
_POOR = re.compile(r"(?<!\bcan )(?<!\bthoat )\b(?:ho ngheo|hn)\b|\bthoat (?:ho )?ngheo\b|^ngheo\b")


@dataclass(frozen=True, slots=True)
class ListKind:
    """The kind of a list: which households it names, and why.

    `purpose` is LISTED, or LEFT for households that left a class by an exit decision. `classes`
    are the classes that are given, or left: "poor", "near_poor", or both where the title does not
    tell.
    """

    purpose: str = LISTED
    classes: frozenset[str] = frozenset({"poor", "near_poor"})

    @property
    def order(self) -> tuple[bool, bool]:
        """The place of a list of this kind among those of its workbook: exits come last."""
        return (self.purpose == LEFT, "poor" not in self.classes)

    @property
    def is_exit(self) -> bool:
        """Whether the list names households that left a class."""
        return self.purpose == LEFT

    @property
    def only_class(self) -> str:
        """The class that every household of the list is given, or has left; "" if not the same."""
        return next(iter(self.classes)) if len(self.classes) == 1 else ""

    def overlaps(self, other: "ListKind") -> bool:
        """Whether two lists may speak of the same households, so that one has to be chosen."""
        return self.purpose == other.purpose and bool(self.classes & other.classes)


ANY_KIND = ListKind()
"""A list of poor and near-poor households, as its rows say."""

_TITLES = {
    (LISTED, ("poor",)): "Hộ nghèo",
    (LISTED, ("near_poor",)): "Hộ cận nghèo",
    (LEFT, ("poor",)): "Thoát nghèo",
    (LEFT, ("near_poor",)): "Thoát cận nghèo",
    (LEFT, ("near_poor", "poor")): "Thoát nghèo, thoát cận nghèo",
}


def title_of(kind: ListKind) -> str:
    """A name for a sheet that `kind_of` reads as this kind; "" for a list of either class."""
    return _TITLES.get((kind.purpose, tuple(sorted(kind.classes))), "")


def kind_of(sheet: str, captions: Iterable[str]) -> ListKind:
    """The kind that the name of a sheet tells, or the captions above its header."""
    kinds = (titled(text) for text in (sheet, *captions))
    return next((kind for kind in kinds if kind is not None), ANY_KIND)


def titled(title: str) -> ListKind | None:
    """The kind of list that a title names; None for a title of something else."""
    text = fold(title)
    # A title of both ("hộ nghèo, hộ thoát nghèo") tells nothing: the rows have to.
    both = _STILL_LISTED.search(_LEFT_CLASS.sub("", text))
    purpose = LEFT if _LEFT.search(text) and not both else LISTED
    classes = _classes(text)
    if purpose == LISTED and not classes:
        return None
    return ListKind(purpose, classes or ANY_KIND.classes)


def _classes(text: str) -> frozenset[str]:
    found = set()
    if _NEAR.search(text):
        found.add("near_poor")
    if _POOR.search(text):
        found.add("poor")
    return frozenset(found)
