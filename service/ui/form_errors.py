"""What is wrong with a form that was sent: noted beside its inputs, and above the form.

The macros of `ui/forms.html` show what is noted beside its input, and a summary above the form
leads to each (`ui/summary.html`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import g

from domain.errors import Refusal
from service.problems import FieldsRefused, RequestError, title
from service.ui.i18n import in_language
from service.ui.render import field_error, refusal_text

Beside = tuple[str, str]
"""An input by its name ("" for none that is shown), and what is wrong with it."""


class Placement(Protocol):
    """Says at which inputs of a form what is wrong is shown, and in which words."""

    def of_fields(self, refused: FieldsRefused) -> Iterable[Beside]:
        """What the schema refuses, at each input."""

    def of_refusal(self, refused: Refusal | RequestError) -> Beside:
        """What else is refused, at the input that it is about."""


@dataclass(frozen=True, slots=True)
class ByCode:
    """Shows an error of the schema at the input that it names, the first of each, and any other
    refusal at the input that is given for its code."""

    inputs: Mapping[str, str]

    def of_fields(self, refused: FieldsRefused) -> Iterable[Beside]:
        """The first error of each input."""
        first: dict[str, str] = {}
        for error in refused.errors:
            first.setdefault(error["field"].partition(".")[2], field_error(error))
        return first.items()

    def of_refusal(self, refused: Refusal | RequestError) -> Beside:
        """The refusal with its values."""
        return self.inputs.get(refused.code, ""), refusal_text(refused.code, refused.values)


def note(refused: Refusal | RequestError, placement: Placement) -> None:
    """Keeps what is wrong where the inputs of the page look for it."""
    if isinstance(refused, FieldsRefused):
        for name, text in placement.of_fields(refused):
            _beside(name, text)
        g.typed.refusal = title(refused.code, in_language())
        return
    name, text = placement.of_refusal(refused)
    _beside(name, text)
    g.typed.refusal = title("fields_refused", in_language()) if name else text


def _beside(name: str, text: str) -> None:
    if name:
        before = g.typed.errors.get(name)
        g.typed.errors[name] = f"{before} {text}" if before else text
