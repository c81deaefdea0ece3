"""Opening list of a locality, as its communes would have sent it."""

from datetime import date

from domain.households.codes import RELATIONS
from domain.imports.remarks import FIELD_NAMES
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.demo.localities import Locality
from service.demo.people import Person
from service.demo.plans import POOR, Plan
from service.demo.stories import Stories

COLUMNS = (
    "number", "head", "member", "relation", "birth", "sex", "id_number", "province", "district",
    "district_code", "commune", "commune_code", "village", "ethnicity", "class", "listing",
    "decision_number", "decision_date", "b1", "b2", "ethnic_minority", "no_labour_capacity",
    "meritorious", "causes", "size",
)  # fmt: skip
RELATION = {"head": "Chủ hộ", "mother": "Mẹ", **{code: RELATIONS[code] for code in ("child",)}}


def opening_list(locality: Locality, plans: list[Plan], stories: Stories) -> bytes:
    """The workbook with all households that are listed at the opening."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        page = book.add_worksheet("Danh sách")
        page.write_string(0, 0, f"Danh sách hộ nghèo, hộ cận nghèo {locality.name}")
        for column, field in enumerate(COLUMNS):
            page.write_string(2, column, FIELD_NAMES[field], formats.head)
        row = 3
        for plan in plans:
            if not plan.opening:
                continue
            for index, person in enumerate(plan.members):
                cells = _member(person, head=index == 0)
                if index == 0:
                    cells |= _household(locality, plan, stories)
                for column, field in enumerate(COLUMNS):
                    write_cell(page, row, column, cells.get(field), formats)
                row += 1
    return content.getvalue()


def _member(person: Person, *, head: bool) -> dict[str, object]:
    relation = RELATION.get(person.relation, "Vợ" if person.sex == "female" else "Chồng")
    return {
        "head" if head else "member": person.name,
        "relation": relation,
        "birth": person.birth,
        "sex": "Nam" if person.sex == "male" else "Nữ",
        "id_number": person.id_number,
        "ethnicity": person.ethnicity,
    }


def _household(locality: Locality, plan: Plan, stories: Stories) -> dict[str, object]:
    commune = plan.came_from or plan.commune
    b1, b2 = stories.points(plan, plan.opening)
    causes = stories.random.sample("12345678", stories.random.randrange(1, 4))
    decided: date = locality.decided
    return {
        "number": plan.number,
        "province": commune.province,
        "district": commune.district,
        "district_code": commune.district_code,
        "commune": commune.name,
        "commune_code": commune.code,
        "village": plan.village,
        "class": "Hộ nghèo" if plan.opening == POOR else "Hộ cận nghèo",
        "listing": "Nghèo cũ" if stories.random.random() < 0.9 else "Nghèo mới",
        "decision_number": f"{100 + int(commune.code) % 97}/QĐ-UBND",
        "decision_date": decided,
        "b1": b1,
        "b2": b2,
        "ethnic_minority": plan.people != "kinh",
        "no_labour_capacity": plan.no_labour_capacity and not plan.judged_later,
        "meritorious": stories.random.random() < 0.02,
        "causes": "; ".join(sorted(causes)),
        "size": len(plan.members),
    }
