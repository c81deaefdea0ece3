"""Turns the refusal of a command into a remark on the row of the list concerned."""

from uuid import UUID

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.households.codes import CLASSES
from domain.households.old_encodings import LOST
from domain.imports.listed_household import ListedHousehold
from domain.imports.match import row_of
from domain.imports.remarks import Remark


def remark(application: SocaiApplication, household: ListedHousehold, refusal: Refusal) -> Remark:
    """The refusal as a remark on the row of the person it names, else on the head's row."""
    row = household.row
    index = refusal.values.get("member")
    if isinstance(index, int):
        row = household.members[index].row
    elif person := refusal.values.get("person_id"):
        row = row_of(application, household, UUID(str(person))) or row
    of = str(refusal.values.get("field", ""))
    code, field = _OF_FIELD.get((refusal.code, of)) or REMARK_CODES.get(
        refusal.code, ("refused", "")
    )
    if not field:
        field = _COLUMNS.get(of, "")
    if field == "member" and row == household.row:
        field = "head"
    values = _values(code, refusal)
    if code == "legacy_encoding" and values["encoding"] == LOST:
        return Remark(row, "letters_lost", field)
    return Remark(row, code, field, values)


def _values(code: str, refusal: Refusal) -> dict[str, str]:
    """What the sentence of the remark has to name."""
    said = refusal.values
    if code in ("class_conflict", "exit_of_other_class"):
        classes = {one: str(said[one]) for one in ("proposed", "leaves", "before") if one in said}
        return {name: CLASSES.get(value, value) for name, value in classes.items()}
    if code == "refused":
        return {"reason": refusal.code}
    if code == "decision_withdrawn":
        return {"day": f"{said['withdrawn_on']:%d/%m/%Y}"}
    if code == "legacy_encoding":
        return {"encoding": str(said["encoding"])}
    if code in NAMING_HOUSEHOLDS:
        return {"household": str(said["household_id"])} if said.get("household_id") else {}
    return {}


# Remarks that say which household on record was met; it is named to accounts that may see it.
NAMING_HOUSEHOLDS = frozenset({
    "id_of_another", "id_elsewhere", "id_taken", "person_elsewhere", "nobody_in_common",
    "number_taken", "household_elsewhere", "household_ended", "described_twice",
})  # fmt: skip
# The columns of a list by the fields of commands that refusals name.
_COLUMNS = {
    "name": "member", "village": "village", "address": "address", "number": "number",
    "ethnicity": "ethnicity", "document.number": "decision_number", "income": "income",
    "b1": "b1", "b2": "b2", "causes": "causes", "relation": "relation", "sex": "sex",
}  # fmt: skip
_OF_FIELD = {
    ("text_missing", "village"): ("village_missing", "village"),
    ("text_missing", "name"): ("name_missing", "member"),
    ("name_without_letters", "village"): ("village_unreadable", "village"),
    ("unknown_code", "relation"): ("relation_unknown", "relation"),
    ("unknown_code", "sex"): ("sex_unknown", "sex"),
    ("unknown_code", "causes"): ("cause_unknown", "causes"),
    ("unknown_code", "listing"): ("listing_unknown", "listing"),
    ("unknown_code", "class_"): ("class_unknown", "class"),
}
REMARK_CODES = {
    "class_not_given": ("class_conflict", "class"),
    "figure_out_of_range": ("figures_out_of_range", "b1"),
    "negative_figure": ("figures_out_of_range", "b1"),
    "amount_invalid": ("figures_out_of_range", "income"),
    "figures_disagree": ("figures_disagree", "b1"),
    "no_standard_in_force": ("standard_missing", "class"),
    "standard_not_in_force": ("standard_missing", "class"),
    "unknown_area_type": ("standard_missing", "commune"),
    "person_in_another_household": ("person_elsewhere", "id_number"),
    "identity_number_taken": ("id_taken", "id_number"),
    "person_twice": ("id_taken", "id_number"),
    "household_number_taken": ("number_taken", "number"),
    "household_elsewhere": ("household_elsewhere", "commune"),
    "household_ended": ("household_ended", ""),
    "nobody_in_common": ("nobody_in_common", "number"),
    "identity_number_contradicts": ("id_of_another", "id_number"),
    "number_of_somebody_elsewhere": ("id_elsewhere", "id_number"),
    "household_described": ("described_twice", "head"),
    "before_registration": ("before_registration", "decision_date"),
    "birth_in_future": ("birth_in_future", "birth"),
    "birth_impossible": ("birth_too_early", "birth"),
    "identity_number_malformed": ("id_malformed", "id_number"),
    "signed_in_future": ("decision_in_future", "decision_date"),
    "effective_in_future": ("effective_in_future", "decision_date"),
    "exit_household_unknown": ("exit_household_unknown", ""),
    "exit_of_other_class": ("exit_of_other_class", "class"),
    "not_listed": ("exit_not_listed", "class"),
    "under_review": ("under_review", "decision_date"),
    "not_an_exit": ("exit_no_exit", "class"),
    "class_not_computable": ("exit_class_missing", "exit"),
    "area_not_valid_on": ("area_unknown", "commune_code"),
    # What the same person or office writes meanwhile.
    "stale_version": ("changed_meanwhile", ""),
    "household_id_taken": ("changed_meanwhile", ""),
    "survey_id_taken": ("changed_meanwhile", ""),
    "command_reused": ("said_of_another", ""),
    "matching_not_ready": ("matching_not_ready", ""),
    "possible_match": ("possible_not_settled", "head"),
    "out_of_order": ("later_recorded", ""),
    "subject_forgotten": ("person_erased", ""),
    "person_is_forgotten": ("person_erased", ""),
    # Persons and the household.
    "household_unknown": ("household_gone", ""),
    "empty_household": ("no_head", "head"),
    "head_missing": ("no_head", "head"),
    "person_unknown": ("person_not_there", "id_number"),
    "person_already_left": ("person_not_there", "id_number"),
    "person_not_member_then": ("person_not_there", "id_number"),
    "person_already_member": ("person_elsewhere", "id_number"),
    "birth_year_contradicts": ("birth_year_differs", "birth"),
    # Texts.
    "unknown_code": ("code_unknown", ""),
    "text_missing": ("text_missing", ""),
    "text_too_long": ("text_too_long", ""),
    "text_unreadable": ("text_unreadable", ""),
    "name_has_signs": ("name_malformed", ""),
    "name_without_letters": ("name_malformed", ""),
    "name_in_other_alphabet": ("name_other_alphabet", ""),
    "name_has_hidden_signs": ("name_hidden_signs", ""),
    "name_in_old_encoding": ("legacy_encoding", ""),
    # Decisions and figures.
    "decision_without_paper": ("decision_missing", "decision_number"),
    "decision_withdrawn": ("decision_withdrawn", "decision_number"),
    "listing_contradicts": ("listing_contradicts", "listing"),
    "missing_figures": ("figures_too_few", "b1"),
    "threshold_not_set": ("threshold_not_set", "class"),
    "unknown_standard": ("standard_missing", "class"),
    "signer_is_surveyor": ("signer_is_surveyor", "decision_number"),
    "area_unknown": ("area_unknown", "commune_code"),
    "not_a_commune": ("area_unknown", "commune_code"),
}
"""Code of a refusal to the code of `findings` and the column; the rest are faults, not rows."""
