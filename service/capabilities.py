"""The one list of capabilities, with what each brings to the service.

A new capability is one entry here. What it brings stands in its own folder: its permissions with
the roles that have them, routes of the API, pages, and the table of its problems
(`problems.toml`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask

from service import problems
from service.access.permissions import Permission, collect
from service.accounts import api as accounts_api
from service.accounts import pages as accounts_pages
from service.accounts import permissions as accounts_permissions
from service.accounts import sign_in, single_sign_on
from service.areas import api as areas_api
from service.areas import figures_api
from service.areas import pages as areas_pages
from service.areas import permissions as areas_permissions
from service.config import Settings
from service.duplicates import api as duplicates_api
from service.duplicates import pages as duplicate_pages
from service.duplicates import permissions as duplicates_permissions
from service.duplicates import search_pages, searches_api
from service.households import api as households_api
from service.households import (
    api_commands,
    attachment_api,
    attachment_pages,
    certificate_api,
    certificate_batch_api,
    certificate_pages,
    check_pages,
    decision_api,
    decision_pages,
    draft_api,
    form_pages,
    handed_list_api,
    list_pages,
    register_page,
)
from service.households import pages as households_pages
from service.households import permissions as households_permissions
from service.imports import api as imports_api
from service.imports import pages as imports_pages
from service.imports import permissions as imports_permissions
from service.matching import problem
from service.oversight import administration_pages, read_log_pages, replay_api, replay_pages
from service.oversight import api as oversight_api
from service.oversight import permissions as oversight_permissions
from service.own_view import api as own_view_api
from service.own_view import code_pages, contest_pages
from service.own_view import pages as own_view_pages
from service.own_view import permissions as own_view_permissions
from service.population import api as population_api
from service.population import pages as population_pages
from service.population import permissions as population_permissions
from service.reviews import (
    act_pages,
    handed_list_pages,
    household_place,
    meeting_pages,
    paper_pages,
    round_pages,
    round_papers_api,
    rounds_api,
    signing_pages,
    worker_pages,
    worklist_api,
    worklist_pages,
)
from service.reviews import api as reviews_api
from service.reviews import pages as review_pages
from service.reviews import permissions as reviews_permissions
from service.standards import api as standards_api
from service.standards import permissions as standards_permissions
from service.standards import score_card_pages
from service.support import (
    activities_api,
    activity_pages,
    budget_api,
    budget_pages,
    case_attachments,
    case_pages,
    cases_api,
    coverage_api,
    coverage_pages,
    eligible_api,
    eligible_pages,
    grant_batch_pages,
    grant_batches_api,
    grant_list_pages,
    grant_lists_api,
    grants_api,
    model_pages,
    models_api,
    officer_pages,
    officers_api,
    plan_pages,
    plans_api,
    programme_form_pages,
    programme_pages,
    programmes_api,
    published_figures_api,
    published_figures_pages,
    request_pages,
    signing_api,
    signing_rules_pages,
    target_pages,
    target_sign_pages,
    target_signs_api,
    targets_api,
)
from service.support import household_place as support_of_household
from service.support import permissions as support_permissions
from service.system import api as system_api
from service.system import pages as system_pages
from service.system import permissions as system_permissions
from service.tables import list_api, report_api, report_pages
from service.tables import pages as table_pages
from service.tables import permissions as tables_permissions

# Folders of the machinery that have problems of their own.
MACHINERY = ("http", "access")


@dataclass(frozen=True, slots=True)
class Capability:
    """One capability: the name of its folder in each room, its permissions, routes and pages.

    `register` is what it adds to the application besides: handlers, words for templates. A section
    of the API may stand with two capabilities that have routes in it.
    """

    name: str
    permissions: type[Permission] | None = None
    register: tuple[Callable[[Flask, Settings], None], ...] = ()
    api: tuple[Blueprint, ...] = ()
    pages: tuple[Blueprint, ...] = ()


CAPABILITIES: tuple[Capability, ...] = (
    Capability(
        "standards",
        permissions=standards_permissions.May,
        api=(standards_api.routes,),
        pages=(score_card_pages.pages,),
    ),
    Capability(
        "areas",
        permissions=areas_permissions.May,
        api=(areas_api.routes, figures_api.routes),
        pages=(areas_pages.pages,),
    ),
    Capability(
        "population",
        permissions=population_permissions.May,
        api=(population_api.routes,),
        pages=(population_pages.pages,),
    ),
    Capability(
        "households",
        permissions=households_permissions.May,
        api=(
            households_api.routes,
            api_commands.routes,
            api_commands.withdrawals,
            certificate_api.routes,
            draft_api.routes,
            certificate_batch_api.routes,
            decision_api.routes,
            handed_list_api.routes,
            attachment_api.routes,
        ),
        pages=(
            list_pages.pages,
            register_page.pages,
            households_pages.pages,
            form_pages.pages,
            certificate_pages.pages,
            decision_pages.pages,
            handed_list_api.pages,
            check_pages.pages,
            attachment_pages.pages,
        ),
    ),
    Capability("matching", register=(problem.register,)),
    Capability(
        "duplicates",
        permissions=duplicates_permissions.May,
        api=(duplicates_api.routes, searches_api.routes),
        pages=(search_pages.pages, duplicate_pages.pages),
    ),
    Capability(
        "imports",
        permissions=imports_permissions.May,
        api=(imports_api.routes,),
        pages=(imports_pages.pages,),
    ),
    Capability(
        "reviews",
        permissions=reviews_permissions.May,
        register=(reviews_api.register, household_place.register),
        api=(reviews_api.routes, rounds_api.routes, round_papers_api.routes, worklist_api.routes),
        pages=(
            worklist_pages.pages,
            act_pages.pages,
            round_pages.pages,
            meeting_pages.pages,
            signing_pages.pages,
            worker_pages.pages,
            handed_list_pages.pages,
            paper_pages.pages,
            review_pages.pages,
        ),
    ),
    Capability(
        "tables",
        permissions=tables_permissions.May,
        api=(list_api.routes, report_api.routes),
        pages=(table_pages.pages, report_pages.pages),
    ),
    Capability(
        "support",
        permissions=support_permissions.May,
        api=(
            programmes_api.routes,
            budget_api.routes,
            cases_api.routes,
            case_attachments.routes,
            plans_api.routes,
            grant_batches_api.routes,
            grant_lists_api.routes,
            eligible_api.routes,
            coverage_api.routes,
            targets_api.routes,
            target_signs_api.routes,
            officers_api.routes,
            signing_api.routes,
            activities_api.routes,
            models_api.routes,
            grants_api.routes,
            published_figures_api.routes,
        ),
        register=(support_of_household.register,),
        pages=(
            eligible_pages.pages,
            coverage_pages.pages,
            case_pages.pages,
            request_pages.pages,
            plan_pages.pages,
            case_attachments.pages,
            grant_list_pages.pages,
            grant_batch_pages.pages,
            budget_pages.pages,
            programme_pages.pages,
            programme_form_pages.pages,
            activity_pages.pages,
            model_pages.pages,
            target_pages.pages,
            target_sign_pages.pages,
            officer_pages.pages,
            signing_rules_pages.pages,
            published_figures_pages.pages,
        ),
    ),
    Capability(
        "own_view",
        permissions=own_view_permissions.May,
        api=(own_view_api.routes,),
        pages=(own_view_pages.pages, code_pages.pages, contest_pages.pages),
    ),
    Capability(
        "oversight",
        permissions=oversight_permissions.May,
        api=(replay_api.routes, oversight_api.routes),
        pages=(replay_pages.pages, read_log_pages.pages, administration_pages.pages),
    ),
    Capability(
        "accounts",
        permissions=accounts_permissions.May,
        register=(single_sign_on.register,),
        api=(accounts_api.routes,),
        pages=(
            sign_in.pages,
            single_sign_on.pages,
            accounts_pages.pages,
        ),
    ),
    Capability(
        "system",
        permissions=system_permissions.May,
        api=(system_api.routes,),
        pages=(system_pages.pages,),
    ),
)


def problem_table() -> problems.ProblemTable:
    """All problems of the machinery and the capabilities. Raises ProblemTablesWrong."""
    return problems.collect((*MACHINERY, *(one.name for one in CAPABILITIES)))


def permissions() -> Mapping[str, Permission]:
    """The permissions of all capabilities by name. Raises PermissionsWrong."""
    return collect(one.permissions for one in CAPABILITIES if one.permissions is not None)
