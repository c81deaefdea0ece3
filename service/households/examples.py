"""Bodies that show how each command is given; they stand in the OpenAPI document. All made up."""

from typing import Any

_PAPER = {"number": "12/QĐ-UBND", "signed_on": "2022-12-01", "signer": "Chủ tịch UBND phường"}
_PERSON = "3e0d9b56-6a0b-4a57-9d86-3a6a6b1f2a11"
_OTHER = "8a2f3b1c-0d4e-4c6f-9a7b-5e6d7c8b9a01"

REGISTER: dict[str, Any] = {
    "effective_on": "2022-06-01",
    "area": "19804",
    "village": "Tổ dân phố 3",
    "number": "HS-0123",
    "members": [
        {
            "name": "Nguyễn Thị Bưởi",
            "relation": "head",
            "sex": "female",
            "birth_year": 1961,
            "ethnicity": "Kinh",
        },
        {"name": "Nguyễn Văn Cam", "relation": "child", "sex": "male", "birth_date": "1990-05-02"},
    ],
}
SCREENING: dict[str, Any] = {
    "effective_on": "2022-09-10",
    "form": "A/TT07-2021",
    "answers": {"motorbike": False, "three_or_more": False},
    "outcome": "survey",
}
SURVEY: dict[str, Any] = {
    "effective_on": "2022-09-15",
    "form": "B/TT07-2021",
    "area_type": "urban",
    "income": 1_200_000,
    "deprived": ["health_insurance", "housing_quality", "latrine"],
    "answers": {"household_size": 2},
}
DECISION: dict[str, Any] = {
    "effective_on": "2022-12-01",
    "document": _PAPER,
    "survey_id": "4d5f0f5e-5b0c-4c1e-8b5a-2f8f1f6a7b01",
}
EXIT: dict[str, Any] = {
    "effective_on": "2023-12-01",
    "document": {**_PAPER, "number": "31/QĐ-UBND", "signed_on": "2023-12-01"},
    "class": "average",
    "survey_id": "5e6f0f5e-5b0c-4c1e-8b5a-2f8f1f6a7b02",
}
SUPPORT: dict[str, Any] = {
    "effective_on": "2023-03-01",
    "programme": "DA2-2023",
    "benefit": "cow",
    "quantity": 1,
    "unit": "con",
    "period_from": "2023-01-01",
    "period_until": "2023-12-31",
    "source": "central",
    "funding_year": 2023,
}
JOIN: dict[str, Any] = {
    "effective_on": "2023-02-14",
    "member": {
        "name": "Nguyễn Thị Mít",
        "relation": "grandchild",
        "sex": "female",
        "birth_date": "2023-02-14",
    },
    "reason": "birth",
}
LEAVE: dict[str, Any] = {
    "effective_on": "2023-05-20",
    "reason": "death",
    "new_head": _PERSON,
}
MEMBER_CORRECTION: dict[str, Any] = {
    "effective_on": "2022-06-01",
    "reason": "papers",
    "correction": {"birth_year": 1962},
}
PAPERS: dict[str, Any] = {
    "effective_on": "2023-03-01",
    "id_number": "046161002345",
    "reason": "issued",
}
HOUSEHOLD_CORRECTION: dict[str, Any] = {
    "effective_on": "2022-06-01",
    "reason": "judged",
    "correction": {"no_labour_capacity": True},
}
HEAD: dict[str, Any] = {"effective_on": "2023-05-20", "head": _PERSON, "reason": "agreement"}
MOVE: dict[str, Any] = {
    "effective_on": "2023-04-01",
    "area": "19804",
    "village": "Tổ dân phố 5",
}
SPLIT: dict[str, Any] = {
    "effective_on": "2023-07-01",
    "persons": [{"person_id": _PERSON, "relation": "head"}],
    "village": "Tổ dân phố 3",
}
MERGE: dict[str, Any] = {
    "effective_on": "2023-08-01",
    "into": _OTHER,
    "persons": [{"person_id": _PERSON, "relation": "parent"}],
}
DISSOLVE: dict[str, Any] = {"effective_on": "2023-09-01", "reason": "moved_away"}
CAUSES: dict[str, Any] = {"effective_on": "2022-12-01", "causes": ["3", "7"]}
NEEDS: dict[str, Any] = {"effective_on": "2022-12-01", "needs": ["health", "production"]}
PLAN: dict[str, Any] = {
    "effective_on": "2023-01-10",
    "goal": "Thoát nghèo trước tháng 12 năm 2023",
    "steps": ["Vay vốn nuôi bò", "Sửa mái nhà"],
    "responsible": "Hội Phụ nữ phường",
    "review_on": "2023-06-30",
}
WITHDRAWAL: dict[str, Any] = {"reason": "Ghi nhầm sang hộ này"}
DECISION_WITHDRAWAL: dict[str, Any] = {
    "reason": "Ghi nhầm sang hộ này",
    "document": {**_PAPER, "number": "15/QĐ-UBND", "signed_on": "2022-12-20"},
}
FORGET: dict[str, Any] = {
    "effective_on": "2026-02-01",
    "document": {"number": "05/QĐ-UBND", "signed_on": "2026-02-01"},
    "legal_basis": "Luật 91/2025/QH15, yêu cầu xóa dữ liệu của người đã chuyển đi",
}
