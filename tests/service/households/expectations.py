"""Who may use the routes of households, and what each leaves in the read log."""

from tests.service.expected import ANYBODY, FIELD, READERS, Expected

H = "/api/v1/households/{household_id}"
M = H + "/members/{person_id}"

API = {
    "GET /api/v1/households": Expected(READERS, "403", "list"),
    "POST /api/v1/searches": Expected(READERS, "403", "search"),
    "POST /api/v1/households": Expected(FIELD, "403", "file?"),
    f"GET {H}": Expected(READERS, "404", "file"),
    f"GET {H}/history": Expected(READERS, "404", "history"),
    f"POST {H}/screenings": Expected(FIELD, "404", "file?"),
    f"POST {H}/surveys": Expected(FIELD, "404", "file?"),
    f"GET {H}/survey-draft": Expected(FIELD, "404", "file"),
    f"POST {H}/survey-draft": Expected(FIELD, "404", ""),
    f"DELETE {H}/survey-draft": Expected(FIELD, "404", ""),
    f"POST {H}/attachments": Expected(FIELD, "404", ""),
    f"POST {H}/places": Expected(FIELD, "404", ""),
    f"GET {H}/attachments/{{digest}}": Expected(
        "surveyor case_worker chairman auditor inspector", "404", "file"
    ),
    f"POST {H}/classifications": Expected("chairman", "404", "file?"),
    f"POST {H}/exits": Expected("chairman", "404", "file?"),
    f"POST {H}/low-income-workers": Expected("chairman", "404", "file?"),
    f"POST {H}/low-income-withdrawals": Expected("chairman", "404", "file?"),
    f"POST {H}/support": Expected("case_worker", "404", "file?"),
    f"POST {H}/members": Expected("case_worker", "404", "file?"),
    f"POST {M}/departure": Expected("case_worker", "404", "file?"),
    f"POST {M}/corrections": Expected("case_worker", "404", "file?"),
    f"POST {M}/papers": Expected("case_worker", "404", "file?"),
    f"POST {M}/forgetting": Expected("chairman", "404", "file?"),
    f"POST {H}/corrections": Expected("case_worker", "404", "file?"),
    f"POST {H}/head": Expected("case_worker", "404", "file?"),
    f"POST {H}/moves": Expected("case_worker", "404", "file?"),
    f"POST {H}/split": Expected("case_worker", "404", "file?"),
    f"POST {H}/merge": Expected("case_worker", "404", "file?"),
    f"POST {H}/dissolution": Expected("case_worker", "404", "file?"),
    f"POST {H}/causes": Expected("case_worker", "404", "file?"),
    f"POST {H}/needs": Expected("case_worker", "404", "file?"),
    f"POST {H}/plan": Expected("case_worker", "404", "file?"),
    f"POST {H}/certificates": Expected("chairman", "404", "file?"),
    f"POST {H}/certificate-replacements": Expected("chairman", "404", "file?"),
    f"POST {H}/certificate-withdrawals": Expected("chairman", "404", "file?"),
    "GET /api/v1/certificates": Expected(READERS, "404", "file"),
    "GET /api/v1/handed-lists/insurance.xlsx": Expected("case_worker chairman", "403", "export"),
    "GET /api/v1/handed-lists/bank.xlsx": Expected("case_worker chairman", "403", "export"),
    "GET /api/v1/decisions": Expected(READERS, "403", ""),
    "GET /api/v1/decisions/{decision_code}.pdf": Expected(READERS, "404", "export"),
    "POST /api/v1/certificate-batches": Expected("chairman", "403", ""),
    "GET /api/v1/certificate-batches": Expected(READERS, "403", ""),
    "GET /api/v1/certificate-batches/{batch_id}": Expected(READERS, "404", ""),
    "GET /api/v1/certificate-batches/{batch_id}.pdf": Expected(READERS, "404", "export"),
    f"GET {H}/certificates/{{certificate_id}}.pdf": Expected(READERS, "404", "file"),
    f"POST {H}/screenings/{{entry}}/withdrawal": Expected(FIELD, "404", "file?"),
    f"POST {H}/surveys/{{entry}}/withdrawal": Expected(FIELD, "404", "file?"),
    f"POST {H}/classifications/{{entry}}/withdrawal": Expected("chairman", "404", "file?"),
    f"POST {H}/support/{{entry}}/withdrawal": Expected("case_worker", "404", "file?"),
    f"POST {H}/causes/{{entry}}/withdrawal": Expected("case_worker", "404", "file?"),
    f"POST {H}/needs/{{entry}}/withdrawal": Expected("case_worker", "404", "file?"),
    f"POST {H}/plan/{{entry}}/withdrawal": Expected("case_worker", "404", "file?"),
}

PAGE = "/ho/{household_id}"
PERSON = PAGE + "/ghi/nguoi/{person_id}"
# The forms of a household, by their address, and who may fill them in.
FORMS = {
    **dict.fromkeys(
        (f"{PAGE}/ghi/{what}" for what in ("phieu-b", "khao-sat", "nhan-dang-nhanh")), FIELD
    ),
    **dict.fromkeys((f"{PAGE}/ghi/quyet-dinh", f"{PAGE}/ghi/thoat-ngheo"), "chairman"),
    **dict.fromkeys(
        (f"{PAGE}/ghi/thu-nhap-thap", f"{PAGE}/ghi/cham-dut-thu-nhap-thap"), "chairman"
    ),
    **dict.fromkeys(
        (
            f"{PAGE}/ghi/cap-giay-chung-nhan",
            f"{PAGE}/ghi/cap-lai-giay-chung-nhan",
            f"{PAGE}/ghi/thu-hoi-giay-chung-nhan",
        ),
        "chairman",
    ),
    f"{PERSON}/xoa-du-lieu": "chairman",
    f"{PAGE}/ghi/ho-tro": "case_worker",
    **dict.fromkeys(
        (
            *(
                f"{PAGE}/ghi/{what}"
                for what in (
                    "chuyen-di", "doi-chu-ho", "ket-thuc", "nguyen-nhan", "nhap-ho", "nhu-cau",
                    "phuong-an", "sua", "tach-ho", "them-nguoi",
                )
            ),
            f"{PERSON}/roi-ho",
            f"{PERSON}/sua",
            f"{PERSON}/giay-to",
        ),
        "case_worker",
    ),
    f"{PAGE}/ghi/rut-lai/quyet-dinh/{{entry}}": "chairman",
    f"{PAGE}/ghi/rut-lai/phieu-a/{{entry}}": FIELD,
    f"{PAGE}/ghi/rut-lai/phieu-b/{{entry}}": FIELD,
    f"{PAGE}/ghi/rut-lai/ho-tro/{{entry}}": "case_worker",
    f"{PAGE}/ghi/rut-lai/nguyen-nhan/{{entry}}": "case_worker",
    f"{PAGE}/ghi/rut-lai/nhu-cau/{{entry}}": "case_worker",
    f"{PAGE}/ghi/rut-lai/phuong-an/{{entry}}": "case_worker",
}  # fmt: skip

PAGES = {
    "GET /ho": Expected(READERS, "403", "list"),
    "POST /ho": Expected(READERS, "403", "search"),
    "GET /ho/in": Expected(READERS, "403", "export"),
    "GET /ho/moi": Expected(FIELD, "-", ""),
    "POST /ho/moi": Expected(FIELD, "403", "file?"),
    "GET /ho/{household_id}": Expected(READERS, "404", "file"),
    "GET /ho/{household_id}/giay-chung-nhan/{certificate_id}.pdf": Expected(READERS, "404", "file"),
    "GET /danh-sach-gui": Expected("case_worker chairman", "403", ""),
    "GET /danh-sach-gui/bao-hiem.xlsx": Expected("case_worker chairman", "403", "export"),
    "GET /danh-sach-gui/ngan-hang.xlsx": Expected("case_worker chairman", "403", "export"),
    "GET /quyet-dinh": Expected(READERS, "403", ""),
    "GET /quyet-dinh/{decision_code}.pdf": Expected(READERS, "404", "export"),
    "GET /giay-chung-nhan": Expected(READERS, "-", ""),
    "POST /giay-chung-nhan": Expected("chairman", "403", ""),
    "GET /giay-chung-nhan/{batch_id}": Expected(READERS, "404", ""),
    "GET /giay-chung-nhan/{batch_id}.pdf": Expected(READERS, "404", "export"),
    "GET /kiem-tra": Expected(ANYBODY, "-", ""),
    "GET /kiem-tra/{code}": Expected(ANYBODY, "-", ""),
    "GET /ho/{household_id}/tep/{digest}": Expected(
        "surveyor case_worker chairman auditor inspector", "404", "file"
    ),
    "POST /ho/{household_id}/ghi/phieu-b/tep": Expected(FIELD, "404", ""),
    "GET /ho/{household_id}/so-sanh": Expected(READERS, "404", "file"),
    "GET /ho/{household_id}/su-kien/{version}": Expected(READERS, "404", "history"),
    **{
        f"{method} {path}": Expected(roles, "404", "file")
        for path, roles in FORMS.items()
        for method in ("GET", "POST")
    },
}
