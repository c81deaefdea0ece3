"""The one list of subjects has every command, form and telling that their files declare."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import service.households
from service.households.commands import CommandRoute
from service.households.form import HouseholdForm
from service.households.subjects import _TELLERS, COMMANDS, FORMS, WITHDRAWALS

MODULES = [
    import_module(f"service.households.{one.name}")
    for one in iter_modules(service.households.__path__)
]


def declared(kind: type) -> list[Any]:
    """What stands in the modules of households, alone or in a tuple."""
    found: list[Any] = []
    for module in MODULES:
        for value in vars(module).values():
            found += value if isinstance(value, tuple) else [value]
    return [one for one in found if isinstance(one, kind)]


def test_every_command_is_listed_once() -> None:
    listed = [one.name for one in (*COMMANDS, *WITHDRAWALS)]
    assert sorted(listed) == sorted({one.name for one in declared(CommandRoute)})


def test_every_form_is_listed_once_and_records_a_command_that_is_listed() -> None:
    assert sorted(one.name for one in FORMS) == sorted(
        {one.name for one in declared(HouseholdForm)}
    )
    assert {id(one.command) for one in FORMS} <= {id(one) for one in (*COMMANDS, *WITHDRAWALS)}


def test_every_event_that_a_subject_tells_is_listed() -> None:
    told = {event for module in MODULES for event in getattr(module, "DETAILS", ())}
    assert told == set(_TELLERS)
    assert len(told) > 10
