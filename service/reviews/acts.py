"""The acts of a round as forms, in the order of its life: what each asks, and what it records.

Meetings and decisions have pages of their own (`meeting_pages`, `signing_pages`).
"""

from typing import Any

from flask_babel import gettext as _

from service.reviews.listing_acts import LISTING_FORMS
from service.reviews.result_acts import RESULT_FORMS
from service.reviews.round_forms import RoundForm

FORMS: tuple[RoundForm, ...] = (*LISTING_FORMS, *RESULT_FORMS)
SEVERAL = frozenset({"reasons", "signs", "places"})


def made(form: RoundForm, outcome: Any) -> str:
    """What is said after an act, with what else came of it."""
    said = [_("Đã ghi: %(what)s.", what=form.title)]
    elsewhere = [note for note in outcome.notes if note.startswith("in_another_round/")]
    if elsewhere:
        said.append(_("%(n)s hộ đang ở đợt khác nên không đưa vào.", n=len(elsewhere)))
    if "late" in outcome.notes:
        said.append(_("Khiếu nại quá thời hạn, chỉ lưu."))
    return " ".join(said)
