"""Roles, and the base class of permissions.

Each capability declares its permissions with their roles in its `permissions.py`; all else is
denied. docs/permissions.md shows the whole set of each role.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self

SURVEYOR, CASE_WORKER, CHAIRMAN = "surveyor", "case_worker", "chairman"
PROVINCE_OFFICER, AUDITOR, INSPECTOR = "province_officer", "auditor", "inspector"
ADMINISTRATOR = "administrator"
ROLES = (SURVEYOR, CASE_WORKER, CHAIRMAN, PROVINCE_OFFICER, AUDITOR, INSPECTOR, ADMINISTRATOR)

FIELD = (SURVEYOR, CASE_WORKER)
OVERSEERS = (AUDITOR, INSPECTOR)
OFFICES = (CASE_WORKER, CHAIRMAN, PROVINCE_OFFICER, *OVERSEERS)
"""Who reads figures and files by office; surveyors read the files that they fill in."""

# A stated reason extends the permission beyond the own area.
BY_REASON = True


class PermissionsWrong(Exception):
    """Two permissions have one name, or one names an unknown role. The message says which."""


class Permission(StrEnum):
    """The base of the permissions of a capability: a name as it is stored, and roles that have it.

    `by_reason` is BY_REASON or false.
    """

    roles: frozenset[str]
    by_reason: bool

    def __new__(cls, name: str, roles: Iterable[str], by_reason: bool = False) -> Self:
        """Makes a member; an enumeration calls it for each line of its own."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.roles = frozenset(roles)
        member.by_reason = by_reason
        return member


def collect(kinds: Iterable[type[Permission]]) -> Mapping[str, Permission]:
    """Makes one table of the permissions of all capabilities, by name. Raises PermissionsWrong."""
    found: dict[str, Permission] = {}
    for permission in (one for kind in kinds for one in kind):
        if permission.value in found:
            raise PermissionsWrong(f"{permission.value} is declared twice")
        unknown = permission.roles - set(ROLES)
        if unknown or not permission.roles:
            raise PermissionsWrong(f"{permission.value} names no or unknown roles: {unknown}")
        found[permission.value] = permission
    return found
