"""The one list of blueprints of the API."""

from flask_smorest import Blueprint

from service.accounts import api as accounts
from service.areas import api as areas
from service.areas import figures_api
from service.households import api as households
from service.households import api_commands, withdrawals_api
from service.imports import api as imports
from service.oversight import api as oversight
from service.oversight import replay_api
from service.system import api as system

BLUEPRINTS: tuple[Blueprint, ...] = (
    areas.doors,
    households.doors,
    api_commands.doors,
    withdrawals_api.doors,
    figures_api.doors,
    imports.doors,
    replay_api.doors,
    oversight.doors,
    accounts.doors,
    system.doors,
)
