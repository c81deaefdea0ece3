"""What a role may be allowed to do with programmes, money and cases of support."""

from service.access.permissions import (
    CASE_WORKER,
    CHAIRMAN,
    OFFICES,
    OVERSEERS,
    PROVINCE_OFFICER,
    ROLES,
    SURVEYOR,
    Permission,
)


class May(Permission):
    """The permissions about support, each with the roles that have it."""

    READ_PROGRAMMES = "programmes.read", ROLES
    DEFINE_PROGRAMMES = "programmes.define", (PROVINCE_OFFICER,)
    READ_BUDGET = "budget.read", OFFICES
    MANAGE_BUDGET = "budget.manage", (PROVINCE_OFFICER,)
    READ_CASES = "cases.read", OFFICES
    WORK_ON_CASES = "cases.work", (CASE_WORKER,)
    APPROVE_CASES = "cases.approve", (CHAIRMAN,)
    READ_CASE_PHOTOS = "cases.photos", (CASE_WORKER, CHAIRMAN, *OVERSEERS)
    PRINT_SETTLEMENTS = "settlements.print", (CASE_WORKER, CHAIRMAN)
    READ_TARGETS = "targets.read", OFFICES
    SET_TARGETS = "targets.set", (PROVINCE_OFFICER,)
    WATCH_TARGETS = "targets.watch", OVERSEERS
    READ_SIGNING = "signing.read", OFFICES
    SET_SIGNING = "signing.set", (PROVINCE_OFFICER,)
    READ_ACTIVITIES = "activities.read", OFFICES
    READ_COVERAGE = "coverage.read", (SURVEYOR, *OFFICES)
    SET_SMALLEST_COUNT = "coverage.set", (PROVINCE_OFFICER,)
    READ_FIGURES = "figures.read", OFFICES
    RECORD_ACTIVITIES = "activities.record", (CASE_WORKER, PROVINCE_OFFICER)
    READ_OFFICERS = "officers.read", OFFICES
    RECORD_OFFICERS = "officers.record", (CASE_WORKER, PROVINCE_OFFICER)
    FORGET_OFFICERS = "officers.forget", (CHAIRMAN, PROVINCE_OFFICER)
