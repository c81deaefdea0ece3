"""Kinds of values that the command line takes."""

from datetime import date
from typing import Any

import click

from domain.calendar import DayRefused, read_day


class Day(click.ParamType):
    """A day, read as by forms and API: 31/12/2022 or 2022-12-31."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a text that is none is refused with the reason."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value))
        except DayRefused as refused:
            self.fail(refused.message, param, ctx)
