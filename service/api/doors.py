"""The one list of blueprints of the API."""

from flask_smorest import Blueprint

from service.api import (
    accounts,
    areas,
    figures,
    household_commands,
    households,
    imports,
    oversight,
    replays,
    system,
    withdrawals,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    areas.doors,
    households.doors,
    household_commands.doors,
    withdrawals.doors,
    figures.doors,
    imports.doors,
    replays.doors,
    oversight.doors,
    accounts.doors,
    system.doors,
)
