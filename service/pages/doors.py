"""The one list of blueprints of the pages."""

from flask import Blueprint

from service.pages import (
    accounts,
    administration,
    commands,
    deciding,
    household,
    imports,
    lists,
    operations,
    overview,
    population,
    reading,
    registering,
    signing_in,
    single_sign_on,
    start,
)

PAGES: tuple[Blueprint, ...] = (
    start.pages,
    signing_in.pages,
    single_sign_on.pages,
    overview.pages,
    population.pages,
    lists.pages,
    registering.pages,
    household.pages,
    commands.pages,
    imports.pages,
    deciding.pages,
    operations.pages,
    reading.pages,
    administration.pages,
    accounts.pages,
)
