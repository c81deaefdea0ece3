"""Doing things from the page of a household: one form for each command, without or with a script.

Sending a form calls the very function of the API path, with the key that the form was made with,
so that a double click records once. A refusal comes back beside its field. Where somebody changed
the household meanwhile, the form comes back with what happened since, and all that was typed.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _

from domain.errors import Refusal, StaleVersion
from projections.households import timeline
from service.access import scope
from service.access.authorize import RequestContext, resolve_area
from service.access.read_log import note_read, note_read_lately
from service.households import file_view, withdrawal_presenter
from service.households.form import FormContext, HouseholdForm
from service.households.form_errors import note_refused
from service.households.form_fields import BoundForm
from service.households.forms import FORMS
from service.households.name_warnings import ask_about_names
from service.households.timeline_presenter import shown_entries
from service.http import parsing
from service.matching.presenter import add_anyway, note_matches
from service.problems import FieldsRefused, NoSuchThing, RequestError, VersionNeeded, status_of
from service.ui import navigation
from service.ui.i18n import in_language
from service.ui.page_routes import BY_DAY, PageBlueprint
from service.ui.render import render

pages = PageBlueprint("commands", __name__)

# Names of the buttons that do not record: they show the form again with what they ask for.
_ASKS = ("preview", "find")


def ground_of(
    context: RequestContext,
    form: HouseholdForm,
    household_id: UUID,
    person_id: UUID | None,
    entry: int | None,
) -> FormContext:
    """The household as it is now, and the member or the entry that the form is about.

    Reading is logged.
    """
    household = file_view.as_it_is(context, household_id)
    if household is None:
        raise NoSuchThing
    person = None
    if form.about_a_person:
        people = (*household["members"], *household["former_members"])
        person = next((one for one in people if one["person_id"] == person_id), None)
        if person is None:
            raise NoSuchThing
    if request.method == "POST" and _part_asked():
        note_read_lately(context, household_id, household["area"])
    else:
        note_read(context, household_id, household["area"], "file")
    language = in_language()
    return FormContext(
        context,
        household,
        language,
        person,
        lambda name: request.form.get(name, ""),
        withdrawal_presenter.of(context, household_id, form.name, entry, language)
        if entry
        else None,
    )


def _show(form: HouseholdForm) -> Callable[..., Any]:
    def view(
        context: RequestContext,
        household_id: UUID,
        person_id: UUID | None = None,
        entry: int | None = None,
    ) -> Any:
        ground = ground_of(context, form, household_id, person_id, entry)
        return _page(ground, form, BoundForm(form.sections(ground)))

    view.__name__ = f"show_{form.name}"
    view.__doc__ = f"The form: {form.name}."
    return view


def _send(form: HouseholdForm) -> Callable[..., Any]:
    def view(
        context: RequestContext,
        household_id: UUID,
        person_id: UUID | None = None,
        entry: int | None = None,
    ) -> Any:
        named = {"household_id": household_id, "person_id": person_id, "entry": entry}
        path = {name: value for name, value in named.items() if value is not None}
        ground = ground_of(context, form, household_id, person_id, entry)
        filled = BoundForm(form.sections(ground), request.form)
        if _part_asked() or any(name in request.form for name in _ASKS):
            return _asked_for(ground, form, filled)
        read_at = context.expected_version
        if g.typed.given_back:
            return _page(ground, form, filled, version=read_at)
        try:
            answer = _carry_out(context, form, filled, path)
        except (StaleVersion, FieldsRefused, RequestError, Refusal) as refused:
            return _again(ground, form, filled, refused)
        version = answer.body["version"]
        if version == read_at and not answer.body["repeated"]:
            flash(_("Nội dung vừa nhập giống nội dung hiện có nên không lưu thêm."))
            return redirect(url_for("household.file", household_id=household_id), 303)
        marked = f"{(read_at or version - 1) + 1}-{version}"
        place = url_for("household.file", household_id=household_id, recorded=marked)
        return redirect(f"{place}#e-{version}", 303)

    view.__name__ = f"send_{form.name}"
    view.__doc__ = f"Records what the form says: {form.name}."
    return view


def _carry_out(
    context: RequestContext, form: HouseholdForm, filled: BoundForm, path: dict[str, Any]
) -> Any:
    """The command as the API carries it out, on the version that the form was made from."""
    if context.expected_version is None:
        raise VersionNeeded
    body = form.tidy(filled.body())
    add_anyway(body)
    context.body = parsing.load(form.body(), parsing.clean(body), "body")
    resolve_area(context, form.rule, path)
    ask_about_names(context)
    return form.do(context, **path)


def _asked_for(ground: FormContext, form: HouseholdForm, filled: BoundForm) -> Any:
    """The form again with a preview; for a script only the part that it asks for."""
    if request.headers.get("X-Part") == BY_DAY:
        return render("households/by_day.html", filled=filled)
    said = form.preview(ground, form.tidy(filled.body())) if form.preview else ()
    if _part_asked():
        return render("households/preview.html", said=said)
    context = ground.context
    return _page(ground, form, filled, said=said, version=context.expected_version)


def _part_asked() -> bool:
    """Whether a script asks for the preview alone: a form under a hand is never recorded."""
    return "X-Part" in request.headers


def _again(
    ground: FormContext, form: HouseholdForm, filled: BoundForm, refused: Refusal | RequestError
) -> Any:
    if isinstance(refused, StaleVersion):
        return _changed_meanwhile(ground, form, filled)
    note_refused(refused, filled.names(), ground.language, filled.names_needed())
    note_matches(refused)
    version = ground.context.expected_version
    page = _page(ground, form, filled, version=version)
    return make_response(page, max(status_of(refused.code), 400))


def _changed_meanwhile(ground: FormContext, form: HouseholdForm, filled: BoundForm) -> Any:
    """What happened since the version that was read; the form goes on from the present one."""
    context, household = ground.context, ground.household
    read_at = context.expected_version or 0
    with context.services.reading() as conn:
        found = timeline.history(
            conn,
            context.services.keyring,
            household["household_id"],
            limit=timeline.MOST,
            newest=True,
            own=True,
            language=ground.language,
            unit_name=lambda unit, on: scope.name_of(context.services.areas(), unit, on),
        )
        since = [one for one in found.entries if one.version > read_at]
        entries = shown_entries(context, conn, since, ground.language)
    page = _page(ground, form, filled, since=entries, stale=True)
    return make_response(page, 409)


def _page(ground: FormContext, form: HouseholdForm, filled: BoundForm, **more: Any) -> str:
    household = ground.household
    version = more.pop("version", None) or household["version"]
    head = next((one["name"] for one in household["members"] if one["relation"] == "head"), "")
    return render(
        "households/form.html",
        title=form.title,
        form=form,
        filled=filled,
        household=household,
        home=navigation.recorded_name(ground.context, household["area"], ground.today),
        head=head,
        person=ground.person,
        entry=ground.entry,
        wrong=_wrong(form, household["household_id"], ground.person),
        version=version,
        address=url_for("household.file", household_id=household["household_id"]),
        **{"said": (), "since": (), "stale": False, **more},
    )


def _wrong(
    form: HouseholdForm, household_id: UUID, person: dict[str, Any] | None
) -> dict[str, str]:
    """Where what was recorded by error is put right: in the history, or by a correction."""
    if form.group in ("standing", "support"):
        place = url_for("household.file", household_id=household_id, kind=form.group)
        label = _("Nếu trước đây ghi nhầm, hãy mở lần ghi trong Lịch sử hồ sơ để rút lại.")
        return {"address": f"{place}#timeline", "label": label}
    if person is not None and form.name != "forget":
        address = url_for(
            "commands.show_correct_member",
            household_id=household_id,
            person_id=person["person_id"],
        )
    else:
        address = url_for("commands.show_correct", household_id=household_id)
    return {"address": address, "label": _("Nếu trước đây ghi nhầm, hãy sửa thông tin.")}


for _form in FORMS:
    _path = f"/ho/<uuid:household_id>/ghi/{_form.path}"
    _rule = _form.page_rule
    pages.get(_path, rule=_rule)(_show(_form))
    pages.post(_path, rule=_rule, gives_back=True)(_send(_form))
