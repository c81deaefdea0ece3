"""Bodies of commands that are accepted as they stand. All names are made up."""

from typing import Any

REGISTER: dict[str, Any] = {
    "effective_on": "2022-06-01",
    "area": "19804",
    "village": "Tổ dân phố 3",
    "members": [
        {
            "name": "Hồ Thị Bưởi",
            "relation": "head",
            "sex": "female",
            "birth_year": 1961,
            "ethnicity": "Kinh",
        },
        {"name": "Hồ Văn Cam", "relation": "child", "sex": "male", "birth_date": "1990-05-02"},
    ],
}
SURVEY: dict[str, Any] = {
    "effective_on": "2022-09-15",
    "form": "B/TT07-2021",
    "area_type": "urban",
    "income": 1_200_000,
    "deprived": ["employment", "nutrition", "health_insurance"],
}
DECISION: dict[str, Any] = {
    "effective_on": "2022-12-01",
    "document": {"number": "12/QĐ-UBND", "signed_on": "2022-12-01", "signer": "Chủ tịch"},
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
