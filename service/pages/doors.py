"""The one list of blueprints of the pages."""

from flask import Blueprint

from service.pages import commands, deciding, household, signing_in, start

PAGES: tuple[Blueprint, ...] = (
    start.pages,
    signing_in.pages,
    household.pages,
    commands.pages,
    deciding.pages,
)
