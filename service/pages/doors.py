"""The one list of blueprints of the pages."""

from flask import Blueprint

from service.pages import signing_in, start

PAGES: tuple[Blueprint, ...] = (
    start.pages,
    signing_in.pages,
)
