"""What a form about a household is: its fields, what it records, and the command it ends in.

The command is the very function that answers the same path of the API, and the body is checked by
the same schema; a page adds nothing to either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema

from projections.households.sentences import code
from service.access import route_areas
from service.access.authorize import RequestContext
from service.access.permissions import Rule
from service.households.form_fields import Choice, Field, Person, Section, day_or_none

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form stands on: the household as it is now, and who asks in which language.

    `person` is the member that the form is about, `entry` the entry of the history (see
    `service.households.withdrawal_presenter`). `typed` gives what was typed into a field, ""
    where nothing was.
    """

    context: RequestContext
    household: dict[str, Any]
    language: str
    person: dict[str, Any] | None = None
    typed: Callable[[str], str] = lambda _: ""
    entry: Any = None

    @property
    def today(self) -> date:
        """The civil day in Việt Nam."""
        return self.context.today

    @property
    def day(self) -> date:
        """The day typed as that from which it is so; today where none can be read."""
        return day_or_none(self.typed("effective_on")) or self.today

    def words(self, codes: dict[str, str], *left_out: str) -> tuple[Choice, ...]:
        """A code list as choices in the reader's language."""
        return tuple(
            Choice(one, code(codes, one, self.language)) for one in codes if one not in left_out
        )

    def members(self) -> tuple[Choice, ...]:
        """The members as choices."""
        return tuple(
            Choice(str(one["person_id"]), one["name"]) for one in self.household["members"]
        )

    def people(self, relation: Callable[[str], str]) -> tuple[Person, ...]:
        """The members to be ticked, each with the relation that `relation` makes of theirs."""
        return tuple(
            Person(str(one["person_id"]), one["name"], relation(one["relation"]))
            for one in self.household["members"]
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview says: a headline, sentences, and whether it is a result or what is missing."""

    title: str
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    result: bool = True


@dataclass(frozen=True, slots=True)
class HouseholdForm:
    """One form. `path` is what follows the household's address; `do` answers the same path of the
    API. `tidy` leaves out of the body what nobody meant to say."""

    name: str
    path: str
    title: Any
    records: Any
    group: str
    rule: Rule
    body: type[Schema]
    do: Callable[..., Any]
    sections: Callable[[FormContext], tuple[Section, ...]]
    tidy: Callable[[Body], Body] = lambda body: body
    preview: Callable[[FormContext, Body], tuple[Preview, ...]] | None = None
    grave: bool = False
    button: Any = ""

    @property
    def endpoint(self) -> str:
        """The name of the route that shows it."""
        return f"commands.show_{self.name}"

    @property
    def page_rule(self) -> Rule:
        """The rule of the page: that of the API, at the household of the path. What else the API
        looks at is looked at again once the form is read."""
        return Rule(self.rule.may, route_areas.household)

    @property
    def about_a_person(self) -> bool:
        """Whether its path names a member."""
        return "person_id" in self.path

    @property
    def about_an_entry(self) -> bool:
        """Whether its path names an entry of the history."""
        return "entry" in self.path


def when(ground: FormContext, label: str, help_: str = "") -> Field:
    """The day it was so."""
    return Field(
        "effective_on", label, "day", help=help_, initial=ground.today.isoformat(), required=True,
    )  # fmt: skip


def correct_since(ground: FormContext) -> Field:
    """Since when the correct content holds: what was wrong from the start, since registration."""
    first = f"{ground.household['registered_on']:%d/%m/%Y}"
    return Field(
        "effective_on",
        _("Áp dụng từ ngày"),
        "day",
        help=_("Nếu sai ngay từ đầu, nhập ngày lập hồ sơ: %(day)s.", day=first),
        required=True,
    )


def paper(*, required: bool = False) -> Section:
    """The paper that it rests on."""
    return Section(
        _("Văn bản"),
        (
            Field("document.number", _("Số, ký hiệu"), required=required, most=60),
            Field("document.signed_on", _("Ngày ký"), "day", required=required),
            Field("document.signer", _("Người ký"), most=200),
        ),
        help="" if required else _("Biên bản, đơn, giấy tờ làm căn cứ; để trống nếu không có."),
        folded=not required,
    )


def yes_no(ground: FormContext, value: bool | None = None) -> tuple[tuple[Choice, ...], str]:
    """Yes, no, not judged; and which of them a value is."""
    choices = (Choice("unknown", _("chưa rõ")), Choice("yes", _("có")), Choice("no", _("không")))
    return choices, "unknown" if value is None else "yes" if value else "no"
