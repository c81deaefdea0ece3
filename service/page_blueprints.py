"""The one list of blueprints of the pages, and what capabilities add to every page."""

from flask import Blueprint, Flask

from service.accounts import administration_pages, sign_in, single_sign_on
from service.accounts import pages as accounts
from service.areas import pages as areas
from service.config import Settings
from service.households import form_pages, list_pages, register_page
from service.households import pages as households
from service.imports import pages as imports
from service.matching import presenter
from service.oversight import read_log_pages, replay_pages
from service.population import pages as population
from service.system import pages as system
from service.ui import setup

PAGES: tuple[Blueprint, ...] = (
    setup.pages,
    sign_in.pages,
    single_sign_on.pages,
    areas.pages,
    population.pages,
    list_pages.pages,
    register_page.pages,
    households.pages,
    form_pages.pages,
    imports.pages,
    replay_pages.pages,
    system.pages,
    read_log_pages.pages,
    administration_pages.pages,
    accounts.pages,
)


def register(app: Flask, settings: Settings) -> None:
    """Registers the pages."""
    setup.register(app, settings)
    single_sign_on.register(app, settings)
    app.jinja_env.globals["match_words"] = presenter
    for pages in PAGES:
        app.register_blueprint(pages)
