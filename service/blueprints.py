"""The one list of blueprints of the API."""

from flask_smorest import Blueprint

from service.accounts import api as accounts
from service.areas import api as areas
from service.areas import figures_api
from service.households import api as households
from service.households import api_commands
from service.imports import api as imports
from service.oversight import api as oversight
from service.oversight import replay_api
from service.system import api as system

BLUEPRINTS: tuple[Blueprint, ...] = (
    areas.routes,
    households.routes,
    api_commands.routes,
    api_commands.withdrawals,
    figures_api.routes,
    imports.routes,
    replay_api.routes,
    oversight.routes,
    accounts.routes,
    system.routes,
)
