"""The pages of the forms about a household: one form for each command, with or without a script.

A form that is sent runs its command (`commands`), under the key that the form was made with, so
that a double click records once. The household is read for a page that shows it, and not for a
form that is recorded. A refusal comes back beside its field. Where the household was changed
meanwhile, the form comes back with what happened since, and all that was typed.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import (
    Response,
    after_this_request,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext as _

from domain.commands.command import Outcome
from domain.errors import Refusal, StaleVersion
from projections.households import timeline
from service.access.authorization import RequestContext
from service.households import draft_pages, withdrawal_presenter
from service.households.commands import SHOWN_BY
from service.households.file_view import HouseholdView
from service.households.form import SEVERAL, FormContext, HouseholdForm, Preview, record
from service.households.form_errors import note_refused
from service.households.subjects import FORMS
from service.households.timeline_presenter import shown_entries
from service.http.commands import wait_until_visible
from service.matching.presenter import note_matches
from service.problems import RequestError, VersionNeeded, status_of
from service.ui import navigation, offline, refused_forms
from service.ui.forms import BoundForm
from service.ui.i18n import in_language
from service.ui.page_routes import BY_DAY, PageBlueprint
from service.ui.render import render

pages = PageBlueprint("commands", __name__)

# Names of the buttons that do not record: they show the form again with what they ask for.
_SHOW_AGAIN = ("preview", "find")


def form_context(
    context: RequestContext,
    household_id: UUID,
    person_id: UUID | None = None,
    entry: int | None = None,
) -> FormContext:
    """What a form of this request is made from; nothing is read yet."""
    return FormContext(
        context,
        in_language(),
        HouseholdView(context, household_id),
        person_id,
        entry,
        lambda name: request.form.get(name, ""),
        under_hand=request.method == "POST" and _part_asked(),
    )


def _show(form: HouseholdForm) -> Callable[..., Any]:
    def view(context: RequestContext, **path: Any) -> Any:
        opened = form_context(context, **path)
        draft = draft_pages.read(context, path["household_id"]) if form.drafts else None
        if draft is None:
            return _page(opened, form, BoundForm(form.sections(opened)))
        opened.typed = lambda name: str(draft.inputs.get(name, ""))
        filled = draft_pages.opened(draft, form.sections(opened))
        return _page(opened, form, filled, draft=draft)

    view.__name__ = f"show_{form.name}"
    view.__doc__ = f"The form: {form.name}."
    return view


def _send(form: HouseholdForm) -> Callable[..., Any]:
    def view(context: RequestContext, **path: Any) -> Any:
        opened = form_context(context, **path)
        filled = BoundForm(form.sections(opened), request.form)
        if form.drafts and _about_draft():
            return _draft_sent(opened, form, filled, path["household_id"])
        if _part_asked() or any(name in request.form for name in _SHOW_AGAIN):
            return _shown_again(opened, form, filled)
        if g.typed.given_back:
            return _page(opened, form, filled, version=context.expected_version)
        try:
            outcome = _record(opened, form, filled, path)
        except (RequestError, Refusal) as refused:
            return _refused(opened, form, filled, refused)
        if form.drafts:
            draft_pages.discard(context, path["household_id"])
        wait_until_visible(context, outcome.seq, (*SHOWN_BY, *form.shown_by))
        for note in outcome.notes:
            if note in form.warnings:
                flash(str(form.warnings[note]), "warn")
        following = form.then(context, path["household_id"]) if form.then else ""
        if following:
            return redirect(following, 303)
        return _to_the_household(path["household_id"], context.expected_version, outcome)

    view.__name__ = f"send_{form.name}"
    view.__doc__ = f"Records what the form says: {form.name}."
    return view


def _record(
    form_context: FormContext, form: HouseholdForm, filled: BoundForm, path: dict[str, Any]
) -> Outcome:
    """Runs the command of the form on the version that the form was made from."""
    if form_context.context.expected_version is None:
        raise VersionNeeded
    if form.check is not None:
        form.check(form_context, form_context.typed)
    if form.drafts:
        draft_pages.refuse_other_device(form_context.context, path["household_id"])
    return record(form_context, form.command, form.tidy(filled.body()), path)


def _to_the_household(household_id: UUID, read_at: int | None, outcome: Outcome) -> Any:
    """To the household's page, with what was recorded marked."""
    version = outcome.version
    if version == read_at and not outcome.repeated:
        flash(_("Nội dung vừa nhập giống nội dung hiện có nên không lưu thêm."))
        return redirect(url_for("household.file", household_id=household_id), 303)
    marked = f"{(read_at or version - 1) + 1}-{version}"
    address = url_for("household.file", household_id=household_id, recorded=marked)
    return redirect(f"{address}#e-{version}", 303)


def _about_draft() -> bool:
    """Whether a form is only to be kept or thrown away."""
    asked = ("step", "discard")
    return request.headers.get("X-Part") == draft_pages.PART or any(
        name in request.form for name in asked
    )


def _draft_sent(
    form_context: FormContext, form: HouseholdForm, filled: BoundForm, household_id: UUID
) -> Any:
    """Keeps the draft and goes on at the part that follows; a script gets the version."""
    context, by_script = form_context.context, _part_asked()
    address = url_for(form.endpoint, household_id=household_id)
    if "discard" in request.form:
        draft_pages.discard(context, household_id)
        return redirect(address, 303)
    try:
        version = draft_pages.save_typed(context, household_id)
    except RequestError as refused:
        if by_script:
            return jsonify({"code": refused.code, **refused.values}), status_of(refused.code)
        return _refused(form_context, form, filled, refused)
    if by_script:
        refused_forms.forget(context.services)  # the draft holds more than was refused
        return jsonify({"version": version})
    following = request.form["step"]
    return redirect(f"{address}#part-{following if following.isidentifier() else 'end'}", 303)


def _shown_again(form_context: FormContext, form: HouseholdForm, filled: BoundForm) -> Any:
    """The form again with a preview; for a script only the part that it asks for."""
    if request.headers.get("X-Part") == BY_DAY:
        return render("households/by_day.html", filled=filled)
    previews = form.preview(form_context, form.tidy(filled.body())) if form.preview else ()
    if _part_asked():
        return render(form.part, previews=previews)
    g.typed.shown_again = True
    version = form_context.context.expected_version
    return _page(form_context, form, filled, previews=previews, version=version)


def _part_asked() -> bool:
    """Whether a script asks for a part alone: a form that is being filled in is never recorded."""
    return "X-Part" in request.headers


def _refused(
    form_context: FormContext,
    form: HouseholdForm,
    filled: BoundForm,
    refused: Refusal | RequestError,
) -> Any:
    if isinstance(refused, StaleVersion):
        return _changed_meanwhile(form_context, form, filled)
    note_refused(refused, filled, form_context.language)
    note_matches(refused)
    more = {"draft_version": refused.values["version"]} if refused.code == "draft_changed" else {}
    version = form_context.context.expected_version
    page = _page(form_context, form, filled, version=version, **more)
    return make_response(page, max(status_of(refused.code), 400))


def _changed_meanwhile(form_context: FormContext, form: HouseholdForm, filled: BoundForm) -> Any:
    """What happened since the version that was read; the form goes on from the present one."""
    context, household = form_context.context, form_context.household
    read_at = context.expected_version or 0
    with context.services.reading() as conn:
        found = timeline.history(
            conn,
            context.services.keyring,
            household["household_id"],
            limit=timeline.MOST_ENTRIES,
            newest=True,
            own=True,
            language=form_context.language,
            unit_name=lambda unit, on: context.services.areas().name_of(unit, on),
        )
        since = [one for one in found.entries if one.version > read_at]
        entries = shown_entries(context, conn, since, form_context.language)
    page = _page(form_context, form, filled, since=entries, stale=True)
    return make_response(page, 409)


def _page(form_context: FormContext, form: HouseholdForm, filled: BoundForm, **more: Any) -> str:
    household, draft = form_context.household, {}
    version = more.pop("version", None) or household["version"]
    kept = more.pop("draft", None)
    if form.drafts:
        offline.keep_page(form_context.context)
        after_this_request(_with_geolocation)
        draft = draft_pages.of_page(kept, more.pop("draft_version", None))
        draft["key"] = draft_pages.device_key(form_context.context, household["household_id"])
    head = next((one["name"] for one in household["members"] if one["relation"] == "head"), "")
    return render(
        form.template,
        title=form.title,
        form=form,
        filled=filled,
        household=household,
        home=navigation.recorded_name(form_context.context, household["area"], form_context.today),
        head=head,
        person=form_context.person,
        entry=_entry(form_context, form),
        wrong=_wrong(form, household["household_id"], form_context.person),
        version=version,
        draft=draft,
        address=url_for("household.file", household_id=household["household_id"]),
        **{"previews": _at_once(form_context, form, filled), "since": (), "stale": False, **more},
    )


def _with_geolocation(response: Response) -> Response:
    """The page that records the place of a visit may ask the phone for it."""
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return response


def _at_once(
    form_context: FormContext, form: HouseholdForm, filled: BoundForm
) -> tuple[Preview, ...]:
    """The preview that is shown before it is asked for, where the form has one."""
    if form.preview is None or not form.at_once:
        return ()
    return form.preview(form_context, form.tidy(filled.body()))


def _entry(form_context: FormContext, form: HouseholdForm) -> withdrawal_presenter.Entry | None:
    """The entry of the history that the form is about, if it is about one."""
    version, household_id = form_context.version, form_context.reading.household_id
    if version is None or household_id is None:
        return None
    return withdrawal_presenter.of(
        form_context.context, household_id, form.name, version, form_context.language
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
    pages.post(_path, rule=_rule, gives_back=True, several=SEVERAL)(_send(_form))
