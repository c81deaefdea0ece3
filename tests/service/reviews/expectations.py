"""Who may use the routes of reviews, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, OFFICES, READERS, Expected

R = "/api/v1/rounds/{round_id}"
SECOND = "chairman province_officer"
HANDING = "case_worker chairman"
WORKERS = "surveyor case_worker chairman province_officer"

API = {
    "GET /api/v1/procedures": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/worklist": Expected(WORKERS, "-", ""),
    "GET /api/v1/rounds": Expected(READERS, "403", ""),
    "POST /api/v1/rounds": Expected("case_worker", "403", ""),
    f"GET {R}": Expected(READERS, "404", "list"),
    f"GET {R}/listings": Expected(READERS, "404", "list"),
    f"GET {R}/grievances": Expected(OFFICES, "404", "list"),
    f"GET {R}/decisions": Expected(READERS, "404", "list"),
    f"GET {R}/meetings/{{meeting_id}}.pdf": Expected(OFFICES, "404", "export"),
    f"GET {R}/postings/{{posting_id}}.pdf": Expected(OFFICES, "404", "export"),
    f"GET {R}/requests/{{request_id}}/refusal.pdf": Expected(OFFICES, "404", "file"),
    f"GET {R}/worker-decision.pdf": Expected(OFFICES, "404", "export?"),
    f"GET {R}/notices.pdf": Expected(OFFICES, "404", "export"),
    f"GET {R}/notices/{{household_id}}.pdf": Expected(OFFICES, "404", "file"),
    f"POST {R}/requests": Expected("case_worker", "404", ""),
    f"POST {R}/requests/{{request_id}}/screening": Expected("case_worker", "404", ""),
    f"POST {R}/requests/{{request_id}}/refusal": Expected("case_worker", "404", ""),
    f"POST {R}/listings": Expected("case_worker", "404", ""),
    f"POST {R}/unlistings": Expected("case_worker", "404", ""),
    f"POST {R}/meetings": Expected("case_worker", "404", ""),
    f"POST {R}/results": Expected("case_worker", "404", ""),
    f"POST {R}/worker-results": Expected("case_worker", "404", ""),
    f"POST {R}/postings": Expected("case_worker", "404", ""),
    f"POST {R}/grievances": Expected("case_worker", "404", ""),
    f"POST {R}/reverifications": Expected("case_worker", "404", ""),
    f"POST {R}/consultations": Expected("case_worker", "404", ""),
    f"POST {R}/consultations/answers": Expected("province_officer", "404", ""),
    f"POST {R}/notices": Expected("case_worker", "404", ""),
    f"POST {R}/second-signature-requests": Expected("chairman", "404", ""),
    f"POST {R}/second-signatures": Expected(SECOND, "404", ""),
    f"POST {R}/decisions": Expected("chairman", "404", ""),
    f"GET {R}/handed-lists": Expected(HANDING, "404", "list"),
    f"POST {R}/handed-lists": Expected(HANDING, "404", ""),
    f"POST {R}/closing": Expected("chairman", "404", ""),
}

PAGE = "/ra-soat/{round_id}"
ACTS = {
    **dict.fromkeys(
        (
            "danh-sach", "bo-khoi-danh-sach", "giay-de-nghi", "nhan-dang-nhanh",
            "dua-vao-danh-sach", "tra-loi", "niem-yet", "niem-yet-phuc-tra", "khieu-nai",
            "phuc-tra", "bao-cao", "thong-bao",
        ),
        "case_worker",
    ),
    "tra-loi-y-kien": "province_officer",
    "ket-thuc": "chairman",
}  # fmt: skip

PAGES = {
    "GET /quy-trinh-ra-soat": Expected(EVERYBODY, "-", ""),
    "GET /viec-can-lam": Expected(WORKERS, "-", ""),
    "GET /ra-soat": Expected(READERS, "-", ""),
    "GET /ra-soat/mo": Expected("case_worker", "-", ""),
    "POST /ra-soat/mo": Expected("case_worker", "403", ""),
    f"GET {PAGE}": Expected(READERS, "404", ""),
    f"GET {PAGE}/ho": Expected(READERS, "404", "list"),
    f"GET {PAGE}/ho/{{household_id}}": Expected(READERS, "404", "history"),
    f"GET {PAGE}/hop-dan": Expected("case_worker", "404", ""),
    f"POST {PAGE}/hop-dan": Expected("case_worker", "404", ""),
    f"GET {PAGE}/nguoi-lao-dong": Expected(READERS, "404", "list"),
    f"GET {PAGE}/ghi-ket-qua": Expected("case_worker", "404", "list"),
    f"POST {PAGE}/ghi-ket-qua": Expected("case_worker", "404", "list?"),
    f"GET {PAGE}/ky-nguoi-lao-dong": Expected(READERS, "404", "list"),
    f"POST {PAGE}/ky-nguoi-lao-dong": Expected("chairman", "404", "list?"),
    f"GET {PAGE}/quyet-dinh-nguoi-lao-dong.pdf": Expected(OFFICES, "404", "export?"),
    f"GET {PAGE}/van-ban": Expected(OFFICES, "404", ""),
    f"GET {PAGE}/bien-ban/{{meeting_id}}.pdf": Expected(OFFICES, "404", "export"),
    f"GET {PAGE}/niem-yet/{{posting_id}}.pdf": Expected(OFFICES, "404", "export"),
    f"GET {PAGE}/tra-loi/{{request_id}}.pdf": Expected(OFFICES, "404", "file"),
    f"GET {PAGE}/thong-bao.pdf": Expected(OFFICES, "404", "export"),
    f"GET {PAGE}/thong-bao/{{household_id}}.pdf": Expected(OFFICES, "404", "file"),
    f"GET {PAGE}/danh-sach-gui": Expected(HANDING, "404", "list"),
    f"POST {PAGE}/danh-sach-gui": Expected(HANDING, "404", "list?"),
    f"GET {PAGE}/ky": Expected(READERS, "404", "list"),
    f"POST {PAGE}/ky": Expected("chairman", "404", "list?"),
    f"POST {PAGE}/ky/chuyen": Expected("chairman", "404", "list?"),
    f"POST {PAGE}/ky/lan-hai": Expected(SECOND, "404", "list?"),
    **{
        f"{method} {PAGE}/ghi/{act}": Expected(role, "404", "")
        for act, role in ACTS.items()
        for method in ("GET", "POST")
    },
}
