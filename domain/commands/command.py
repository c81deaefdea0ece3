"""Commands: frozen values that say what a caller wants recorded.

A command is a frozen dataclass of its capability. Its fingerprint is made of its fields and is
stored with its answer, so that a repeat of it is recognised for ever: a field that is added later
is `field(default=None, metadata=IF_GIVEN)`, and no field that is there is renamed, reordered or
retyped. `tests/domain/commands/fingerprints.json` holds an example of every command.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Generic, TypeVar

from domain.commands.result import Outcome

O_co = TypeVar("O_co", bound=Outcome, covariant=True)

LEFT_OUT: Mapping[str, str] = {"fingerprint": "left out"}
"""Metadata of a field that a repeat may give otherwise."""
IF_GIVEN: Mapping[str, str] = {"fingerprint": "if given"}
"""Metadata of a field that is part of the fingerprint where it is not None."""


class Fingerprinted:
    """A value that is part of a fingerprint in another shape than its own."""

    __slots__ = ()

    def fingerprint(self) -> object:
        """The value as the fingerprint holds it. Overridden by every such value."""
        raise TypeError(f"{type(self).__name__} has no fingerprint")


class Command(Generic[O_co]):
    """One command. `NAME` is stored in the fingerprint and never changes.

    `FINGERPRINT_NAMES` are the names of fields in it where they are others. `UNDATED` commands
    take no effective date of their own: a repeat on another day is the same command. A command
    that is not `ANSWERED_AGAIN` looks itself whether it was recorded before.
    """

    __slots__ = ()
    NAME: ClassVar[str]
    FINGERPRINT_NAMES: ClassVar[Mapping[str, str]] = {}
    UNDATED: ClassVar[bool] = False
    ANSWERED_AGAIN: ClassVar[bool] = True

    def arguments(self) -> dict[str, object]:
        """The values that the fingerprint is made of, by name."""
        mine: Any = self
        found: dict[str, object] = {}
        for one in fields(mine):
            value = getattr(self, one.name)
            rule = one.metadata.get("fingerprint")
            if rule == "left out" or (rule == "if given" and value is None):
                continue
            found[self.FINGERPRINT_NAMES.get(one.name, one.name)] = _shape(value)
        return found


def _shape(value: object) -> object:
    if isinstance(value, Fingerprinted):
        return value.fingerprint()
    if isinstance(value, Mapping):
        return {str(key): of for key, of in value.items()}
    return value
