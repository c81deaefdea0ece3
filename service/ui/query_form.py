"""What was typed into a form: read by a schema, and given back where it was refused.

Names of inputs may be nested with dots: `members.0.name` becomes {"members": [{"name": ...}]}, and
an error at that place goes back to that input. An empty input counts as left out.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4, uuid5

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from domain.calendar import end_of_day
from service.http import parsing
from service.http.fields import Day, PastDay
from service.problems import FieldsRefused

_AS_TYPED = {"password", "present"}  # a space at the end of a password belongs to it
MOST_STEPS = 4
KEY, VERSION, CSRF = "_key", "_version", "csrf_token"
WHO, AGAIN = "_who", "_again"  # whose form it is; whether it is only to be shown again
SHOWN = 80  # letters of what was typed that a summary repeats
OF_THE_FORM = (KEY, VERSION, CSRF, WHO, AGAIN)
_KEYS = UUID("0c1d1d0e-3f6b-5d0a-8a51-6c5f0e2b9a47")


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


@dataclass(slots=True)
class Typed:
    """What was typed into the form of this page, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    given_back: bool = False
    labels: dict[str, tuple[str, bool]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)
    matches: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid4().hex)
    wrong_fields: FieldsRefused | None = None
    """What the schema of the form refuses."""

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What stands in an input: as typed, else as it is."""
        if not self.values:
            return otherwise
        return self.values.get(name, "")

    def many(self, name: str, otherwise: Any = ()) -> list[str]:
        """What is chosen where several may be."""
        found = self.values.get(name) if self.values else otherwise
        return [str(one) for one in ([found] if isinstance(found, str) else found or [])]

    def labelled(self, name: str, label: Any, *, says: bool = True) -> str:
        """Notes the label of an input, for the summary of what is wrong; writes nothing.

        `says` is false where what is typed is a code of a list,
        or must not be shown.
        """
        self.labels[name] = (str(label), says)
        return ""

    def offers(self, name: str) -> bool:
        """Whether a list of suggestions is still to be written on this page: each is once."""
        if name in self.offered:
            return False
        self.offered.add(name)
        return True

    @property
    def wrong(self) -> list[tuple[str, str, str, str]]:
        """What is wrong, in the order of the inputs: name, label, what was typed, and the reason.

        The label is "" where the page has no such input; what was typed where it is not shown.
        """
        order = {name: at for at, name in enumerate(self.labels)}
        found = []
        for name in sorted(self.errors, key=lambda name: order.get(name, len(order))):
            label, says = self.labels.get(name, ("", False))
            value = self.values.get(name, "")
            shown = value.strip()[:SHOWN] if says and isinstance(value, str) else ""
            found.append((name, label, shown, self.errors[name]))
        return found

    def error(self, name: str) -> str:
        """What is wrong with an input, "" if nothing is."""
        return self.errors.get(name, "")


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


def several(schema: type[Schema] | None) -> frozenset[str]:
    """The inputs that a form may send more than once."""
    lists = schema().fields.items() if schema is not None else ()
    return frozenset(one.data_key or name for name, one in lists if isinstance(one, fields.List))


def typed_values(form: MultiDict[str, Any]) -> dict[str, Any]:
    """What to put back into the inputs."""
    return {name: found[0] if len(found) == 1 else found for name, found in form.lists()}


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


def command_id(account: str, key: str) -> UUID:
    """The command id of one rendering of a form: sending it twice is one command."""
    return uuid5(uuid5(_KEYS, account), key[:200])


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
