"""The forms of all pages: their fields, what each shows, and how what was typed becomes a body.

A body is checked by a schema; for a form about a household it is that of the API. Texts that cannot
be read as a day or a number go on as they are: the schema then names the field.

A form without fields is read by its schema alone. Names of inputs may be nested with dots:
`members.0.name` becomes {"members": [{"name": ...}]}, and an error at that place goes back to that
input. An empty input counts as left out.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from domain.calendar import DayRefused, end_of_day, read_day
from service.access.authorization import RequestContext
from service.http import parsing
from service.http.parsing import Day, PastDay

Kind = Literal[
    "text", "area", "lines", "day", "whole", "money", "choice", "radio", "many", "yes_no", "tick",
    "persons", "found", "password", "file", "hidden",
]  # fmt: skip

_AS_TYPED = {"password", "present"}  # a space at the end of a password belongs to it
MOST_STEPS = 4
KEY, VERSION, CSRF = "_key", "_version", "csrf_token"
WHO, AGAIN = "_who", "_again"  # whose form it is; whether it is only to be shown again
OF_THE_FORM = (KEY, VERSION, CSRF, WHO, AGAIN)

_GROUPED = re.compile(r"[\s.,\u00a0]")
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}([\s.,\u00a0][0-9]{3})+", re.ASCII)
YES_NO = {"yes": True, "no": False, "unknown": None}
Initial = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose from; `group` is the heading it stands under."""

    value: str
    label: Any
    help: Any = ""
    group: Any = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member who can be ticked, with the relation that goes along."""

    person_id: str
    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `name` is its place in the body, with dots ("document.number").

    `initial` is what it shows at first: a text, or the chosen values of "many". `corrects` means
    that only a change is sent: what the field said at first goes along in the form. `people` are
    those of "persons"; `choices` those found for "found", which can be searched for unless
    `searched` is false. `by_day` means that they are those of the day typed as `day_field`; a
    "choice" that is not `asked` goes along unseen, as "hidden" does. `verbatim` choices are names
    that no browser translates; `rows` is the height of an "area".
    `suggestions` are offered while a text is typed; any other may be typed too. `blank` is the text
    of the empty choice of "choice"; `size` "short" makes an input short, "grow" a long one.

    What only a shown form needs may be given as a function: a form that is recorded asks for none
    of it. The properties `first`, `options`, `suggested`, `help_text`, `empty_text`, `needed` and
    `shown` are the values.
    """

    name: str
    label: Any
    kind: Kind = "text"
    help: Any | Callable[[], str] = ""
    choices: tuple[Choice, ...] | Callable[[], tuple[Choice, ...]] = ()
    people: tuple[Person, ...] = ()
    initial: Initial | Callable[[], Initial] = ""
    required: bool | Callable[[], bool] = False
    corrects: bool = False
    most: int = 0
    by_day: bool = False
    day_field: str = "effective_on"
    asked: bool | Callable[[], bool] = True
    verbatim: bool = False
    rows: int = 0
    searched: bool = True
    blank: Any | Callable[[], Any] = None
    size: str = ""
    autocomplete: str = "off"
    mark_optional: bool = True
    suggestions: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()

    @property
    def first(self) -> Initial:
        """What it shows at first."""
        return self.initial() if callable(self.initial) else self.initial

    @property
    def options(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        return self.choices() if callable(self.choices) else self.choices

    @property
    def suggested(self) -> tuple[str, ...]:
        """What is offered while a text is typed."""
        return self.suggestions() if callable(self.suggestions) else self.suggestions

    @property
    def help_text(self) -> Any:
        """What is said below the field."""
        return self.help() if callable(self.help) else self.help

    @property
    def empty_text(self) -> Any:
        """The text of the empty choice; None for no such choice."""
        return self.blank() if callable(self.blank) else self.blank

    @property
    def needed(self) -> bool:
        """Whether it must be filled in."""
        return self.required() if callable(self.required) else self.required

    @property
    def shown(self) -> bool:
        """Whether it is chosen on the page; else its first value goes along."""
        return self.asked() if callable(self.asked) else self.asked

    @property
    def pairs(self) -> tuple[tuple[str, Any], ...]:
        """The choices as (value, label)."""
        return tuple((one.value, one.label) for one in self.options)

    @property
    def groups(self) -> list[tuple[Any, list[Choice]]]:
        """The choices under their headings, in order."""
        found: dict[str, tuple[Any, list[Choice]]] = {}
        for one in self.options:
            found.setdefault(str(one.group), (one.group, []))[1].append(one)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together under a heading; `code` names it where others refer to it."""

    title: Any
    fields: tuple[Field, ...]
    help: Any | Callable[[], str] = ""
    folded: bool = False
    code: str = ""

    @property
    def help_text(self) -> Any:
        """What is said below the heading."""
        return self.help() if callable(self.help) else self.help


@dataclass(slots=True)
class BoundForm:
    """The fields of a form with what was typed into them."""

    sections: tuple[Section, ...]
    typed: MultiDict[str, Any] | None = None

    def __getitem__(self, name: str) -> Field:
        """The field of a name. Raises KeyError."""
        for one in self.fields():
            if one.name == name:
                return one
        raise KeyError(name)

    def fields(self) -> Iterable[Field]:
        """All fields, in order."""
        return (one for section in self.sections for one in section.fields)

    def names(self) -> set[str]:
        """The names of all fields."""
        return {one.name for one in self.fields()}

    def names_needed(self) -> frozenset[str]:
        """The names of the fields that must be filled in."""
        return frozenset(one.name for one in self.fields() if one.needed)

    def names_unchosen(self) -> frozenset[str]:
        """The names of the fields of which several can be chosen and nothing is."""
        chosen = self.typed.getlist if self.typed is not None else lambda _: []
        return frozenset(
            one.name
            for one in self.fields()
            if one.kind in ("persons", "many") and not chosen(one.name)
        )

    def value(self, one: Field) -> str:
        """What the field shows: as typed; where the day typed has no such choice, its proposal."""
        given = self._given(one)
        if not one.by_day or any(given == choice.value for choice in one.options):
            return given
        return _text(one.first)

    def _given(self, one: Field) -> str:
        if self.typed is not None and (one.name in self.typed or one.kind != "found"):
            return self.typed.get(one.name, "")
        return _text(one.first)

    def by_day(self) -> list[Field]:
        """The fields whose choices are those of the day typed."""
        return [one for one in self.fields() if one.by_day]

    def values(self, one: Field) -> tuple[str, ...]:
        """The chosen values of a field that takes several."""
        if self.typed is not None:
            return tuple(self.typed.getlist(one.name))
        first = one.first
        return first if isinstance(first, tuple) else ()

    def was(self, one: Field) -> str:
        """What a field that corrects said when the form was first shown."""
        if self.typed is not None:
            return self.typed.get(f"was.{one.name}", "")
        return _text(one.first)

    def relation(self, person: Person) -> str:
        """The relation chosen for a person."""
        name = f"relation.{person.person_id}"
        return self.typed.get(name, "") if self.typed is not None else person.relation

    def ticked(self, one: Field, person: Person) -> bool:
        """Whether a person is ticked."""
        return person.person_id in self.values(one)

    def body(self) -> dict[str, Any]:
        """The body of the command, as the API would get it."""
        body: dict[str, Any] = {}
        for one in self.fields():
            if one.corrects and _plain(one, self._given(one)) == _plain(one, self.was(one)):
                continue
            value = self._read(one)
            if value is not _NOTHING:
                _place(body, one.name.split("."), value)
        return body

    def _read(self, one: Field) -> Any:
        match one.kind:
            case "many":
                return list(self.values(one))
            case "persons":
                return [
                    {"person_id": person.person_id}
                    | ({"relation": relation} if (relation := self.relation(person)) else {})
                    for person in one.people
                    if self.ticked(one, person)
                ]
            case "tick":
                return self._given(one) == "yes"
            case "password" | "file":  # a space at the end of a password belongs to it
                return self._given(one) or _NOTHING
            case "lines":
                return [line.strip() for line in self._given(one).splitlines() if line.strip()]
        return _read_text(one, self._given(one).strip())


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: the schema of its body, and its fields for a request.

    Without fields it is read by the schema alone: a button, or an input beside it.
    """

    body: type[Schema]
    fields: Callable[[RequestContext], tuple[Field, ...]] | None = None

    def bound(self, context: RequestContext, typed: MultiDict[str, Any] | None = None) -> BoundForm:
        """The fields with what was typed, for the page that shows them."""
        return BoundForm((Section("", self.fields(context) if self.fields else ()),), typed)

    def read(self, context: RequestContext, typed: MultiDict[str, Any]) -> dict[str, Any]:
        """The body that was typed. Raises FieldsRefused."""
        return dict(parsing.load(self.body(), self._values(context, typed), "form"))

    def read_leniently(
        self, context: RequestContext, typed: MultiDict[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """What can be read of a body that is wrong; and the names of the rest."""
        return load_leniently(self.body(partial=True), self._values(context, typed))

    def several(self) -> frozenset[str]:
        """The inputs that may be sent more than once."""
        return several(self.body)

    def _values(self, context: RequestContext, typed: MultiDict[str, Any]) -> dict[str, Any]:
        if self.fields is None:
            values = nested(typed, self.body())
        else:
            values = self.bound(context, typed).body()
        return dict(parsing.clean(values, "form"))


def _text(first: Initial) -> str:
    return first if isinstance(first, str) else ""


def _plain(one: Field, text: str) -> str:
    """A value so that the same, written otherwise, is the same."""
    text = "\n".join(text.strip().splitlines())
    return day_text(text) if one.kind == "day" else text


class _Nothing:
    """The type of what is left out of a body."""


_NOTHING = _Nothing()


def _read_text(one: Field, text: str) -> Any:
    if one.kind == "yes_no":
        return YES_NO.get(text, _NOTHING)
    if not text:
        if not one.corrects:
            return _NOTHING
        return None if one.kind in ("day", "whole", "money") else ""
    if one.kind == "day":
        return day_text(text)
    if one.kind in ("whole", "money"):
        return whole(text)
    return text


def day_text(text: str) -> str:
    """A day as ISO; what is none stays as it is, and the schema then says why."""
    day = day_or_none(text)
    return day.isoformat() if day else text


def whole(text: str) -> int | str:
    """A whole number, with or without marks of thousands; what is none stays as it is: "1,5"."""
    bare = _GROUPED.sub("", text)
    return int(bare) if _WHOLE.fullmatch(text) and len(bare) <= 15 else text


def day_or_none(text: str) -> date | None:
    """The day that a text holds, if it holds one."""
    try:
        return read_day(text)
    except DayRefused:
        return None


def _place(body: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value


class QueryForm(Schema):
    """What a page reads from its address or form: what it does not know is left out."""

    class Meta:
        """Unknown inputs are ignored: a link from elsewhere may carry some."""

        unknown = EXCLUDE


TypedDay = Day
TypedPastDay = PastDay


class TypedKnown(PastDay):
    """The end of a day in Việt Nam, as the moment at which something was known."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return end_of_day(super()._deserialize(value, attr, data, **kwargs))


def read_leniently(given: MultiDict[str, Any], schema: Schema) -> tuple[dict[str, Any], list[str]]:
    """The address by its schema, with what cannot be read left out; and the names of that."""
    return load_leniently(schema, parsing.clean(nested(given, schema)))


def load_leniently(schema: Schema, values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Values by a schema, with what cannot be read left out; and the names of that."""
    try:
        return dict(schema.load(values)), []
    except ValidationError as wrong:
        names = [name for name in wrong.messages if name in values]
        kept = {name: value for name, value in values.items() if name not in names}
        return dict(schema.load(kept)), names


@cache
def several(schema: type[Schema] | None) -> frozenset[str]:
    """The inputs that a form may send more than once."""
    lists = schema().fields.items() if schema is not None else ()
    return frozenset(one.data_key or name for name, one in lists if isinstance(one, fields.List))


def nested(form: MultiDict[str, Any], schema: Schema) -> dict[str, Any]:
    """The inputs as a tree; a list where the schema has one, or where all names are numbers."""
    tree: dict[str, Any] = {}
    for name, given in form.lists():
        strip = name not in _AS_TYPED
        values = [one.strip() if strip and isinstance(one, str) else one for one in given]
        values = [one for one in values if one != ""]
        if not values or name in OF_THE_FORM:
            continue
        *path, last = name.split(".", MOST_STEPS)
        node = tree
        for step in path:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            node = inner
        else:
            node[last] = values if not path and _is_list(schema, last) else values[0]
    return {name: _lists(value) for name, value in tree.items()}


def _is_list(schema: Schema, name: str) -> bool:
    for attribute, one in schema.fields.items():
        if (one.data_key or attribute) == name:
            return isinstance(one, fields.List)
    return False


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(one) for name, one in value.items()}
    if inner and all(name.isascii() and name.isdigit() and len(name) < 5 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
