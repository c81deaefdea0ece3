"""A form about a household: its fields, and the command that it records.

The command and the schema of its body are those of the API (`commands`); a page adds nothing to
either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, request
from flask_babel import gettext as _

from domain.commands.command import Outcome
from projections.households.sentences import code
from service.access import authorization
from service.access.authorization import RequestContext, Rule, resolve_area
from service.access.read_log import note_read, note_read_lately
from service.households.commands import CommandRoute, Path, texts_with_names
from service.households.file_view import HouseholdView
from service.households.free_text import NOTE
from service.http import parsing
from service.matching.presenter import REASON, SEEN, add_anyway
from service.problems import FieldsRefused, NoSuchThing, RequestError
from service.ui import labels
from service.ui.forms import Choice, Field, Person, Section, day_or_none

Body = dict[str, Any]

# Inputs that a form may send more than once: ticked boxes, and households that come close.
SEVERAL = frozenset({"causes", "needs", "deprived", "persons", "attachments", "reasons", SEEN})
# The input by which a form says that the names stay in its texts.
CONFIRMED = "names_passed"


@dataclass(slots=True)
class FormContext:
    """What a form is made from: who asks in which language, and the household as it is now.

    `reading` reads the household when a field first asks for it. `person_id` is the member that
    the form is about, `version` the entry of the history. `typed` gives what was typed into a
    field, "" where nothing was. `under_hand` says that a script asks again and again while the
    form is filled in.
    """

    context: RequestContext
    language: str
    reading: HouseholdView
    person_id: UUID | None = None
    version: int | None = None
    typed: Callable[[str], str] = lambda _: ""
    under_hand: bool = False
    _household: dict[str, Any] | None = None

    @property
    def household(self) -> dict[str, Any]:
        """The household as it is now. Reading it is logged. Raises NoSuchThing."""
        if self._household is None:
            found = self.reading.household()
            if found is None:
                raise NoSuchThing
            if self.under_hand:
                note_read_lately(self.context, found["household_id"], found["area"])
            else:
                note_read(self.context, found["household_id"], found["area"], "file")
            self._household = found
        return self._household

    @property
    def person(self) -> dict[str, Any] | None:
        """The member that the form is about, if it is about one. Raises NoSuchThing."""
        if self.person_id is None:
            return None
        people = (*self.household["members"], *self.household["former_members"])
        for one in people:
            if one["person_id"] == self.person_id:
                return one
        raise NoSuchThing

    @property
    def area(self) -> str:
        """The unit in which the household lives."""
        return self.context.area

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
    """What a preview says: a headline, sentences, and whether it is a result or what is missing.

    `states` are parts of the form with what they show so far."""

    title: str
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    result: bool = True
    states: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseholdForm:
    """One form. `path` is what follows the household's address; `command` is what it records, as
    the API takes it. `tidy` leaves out of the body what was not meant to be said. `template` shows
    the form, `part` its preview alone, from the beginning where `at_once`; with `drafts` it is
    saved as it is filled in. `check` refuses what the command does not look at. `then` gives the
    page that follows in place of the household's, "" for none; `shown_by` are the read models that
    it shows beside those of the household. `warnings` are the sentences of notes of the answer."""

    name: str
    path: str
    title: Any
    records: Any
    group: str
    command: CommandRoute
    sections: Callable[[FormContext], tuple[Section, ...]]
    tidy: Callable[[Body], Body] = lambda body: body
    preview: Callable[[FormContext, Body], tuple[Preview, ...]] | None = None
    grave: bool = False
    button: Any = ""
    template: str = "households/form.html"
    part: str = "households/preview.html"
    at_once: bool = False
    drafts: bool = False
    check: Callable[[FormContext, Callable[[str], str]], None] | None = None
    then: Callable[[RequestContext, UUID], str] | None = None
    shown_by: tuple[str, ...] = ()
    warnings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """The name of the route that shows it."""
        return f"commands.show_{self.name}"

    @property
    def page_rule(self) -> Rule:
        """The rule of the page: that of the command, at the household of the path. What else the
        command's rule looks at is looked at once the form is read."""
        return Rule(self.command.rule.may, authorization.household)


def record(form: FormContext, command: CommandRoute, body: Body, path: Path) -> Outcome:
    """Runs a command on a body as it was typed. Raises RequestError or Refusal."""
    context = form.context
    if REASON in request.form:
        add_anyway(body)
    context.body = parsing.load(command.body(), parsing.clean(body), "body")
    if command.rule.where is not authorization.household:  # what the body names is looked at, too
        _resolve_named(context, command.rule, path)
    if not request.form.get(CONFIRMED):
        _ask_about_names(context, form.reading)
    return command.run(context, path, form.reading)


def _resolve_named(context: RequestContext, rule: Rule, path: Path) -> None:
    """The second gate for what the body names. Where it refuses, the household of the path stays
    the one that the form is shown for."""
    role, place = context.role, context.place
    try:
        resolve_area(context, rule, path)
    except RequestError:
        context.role, context.place, context.also = role, place, ()
        raise


def _ask_about_names(context: RequestContext, reading: HouseholdView) -> None:
    """Raises FieldsRefused beside each text that names a member: no erasing reaches it later."""
    named = texts_with_names(context, reading)
    if not named:
        return
    g.names_found = True
    message = "This holds a member's name, which cannot be erased later. Leave it out or confirm."
    raise FieldsRefused(
        [
            {"field": f"body.{text.replace('/', '.')}", "code": NOTE, "message": message}
            for text in named
        ]
    )


def when(form: FormContext, label: str, help_: str = "") -> Field:
    """The day it was so."""
    return Field(
        "effective_on", label, "day", help=help_, initial=form.today.isoformat(), required=True,
    )  # fmt: skip


def household_flags() -> dict[str, str]:
    """The judgements on a household, by their names in its body."""
    return {
        "no_labour_capacity": _("Hộ không có khả năng lao động"),
        "ethnic_minority": labels.FLAGS["ethnic_minority"],
        "meritorious": labels.FLAGS["meritorious"],
    }


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


def yes_no() -> tuple[Choice, ...]:
    """Not judged, yes, no."""
    return Choice("unknown", _("Chưa rõ")), Choice("yes", _("Có")), Choice("no", _("Không"))


def chosen(value: bool | None) -> str:
    """Which of `yes_no` a value is."""
    return "unknown" if value is None else "yes" if value else "no"
