"""Addresses within this service."""


def local_path(given: str) -> str:
    """An address within this service; anything else becomes the first page."""
    plain = given.startswith("/") and not given.startswith("//") and "\\" not in given
    return given if plain and given.isprintable() else "/"
