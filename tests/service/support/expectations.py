"""Who may use the routes of support, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, OFFICES, OVERSEERS, Expected

OFFICER = "province_officer"
RECORDERS = "case_worker province_officer"
ERASERS = "chairman province_officer"
API = {
    "GET /api/v1/programmes": Expected(EVERYBODY, "-", ""),
    "POST /api/v1/programmes": Expected(OFFICER, "403", ""),
    "GET /api/v1/programmes/{programme}": Expected(EVERYBODY, "-", ""),
    "POST /api/v1/programmes/{programme}/benefits": Expected(OFFICER, "403", ""),
    "POST /api/v1/programmes/{programme}/rates": Expected(OFFICER, "403", ""),
    "POST /api/v1/programmes/{programme}/closing": Expected(OFFICER, "403", ""),
    "GET /api/v1/benefits": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/budget-lines": Expected(OFFICES, "403", ""),
    "GET /api/v1/balances": Expected(OFFICES, "403", ""),
    "POST /api/v1/budget-lines": Expected(OFFICER, "403", ""),
    "GET /api/v1/budget-lines/{line_id}": Expected(OFFICES, "404", ""),
    **{
        f"POST /api/v1/budget-lines/{{line_id}}/{path}": Expected(OFFICER, "404", "")
        for path in (
            "allocations", "adjustments", "transfers", "carry-overs", "commitments", "releases",
            "disbursements", "recoveries",
        )
    },
    "GET /api/v1/cases": Expected(OFFICES, "403", "list"),
    "POST /api/v1/cases": Expected("case_worker", "404", ""),
    "GET /api/v1/cases/{case_id}": Expected(OFFICES, "404", "file"),
    **{
        f"POST /api/v1/cases/{{case_id}}/{path}": Expected("case_worker", "404", "")
        for path in (
            "notes", "assignments", "assessments", "grants", "disbursements", "deliveries",
            "confirmations", "reconciliations", "follow-ups", "transfers", "closing", "reopening",
        )
    },
    "POST /api/v1/cases/{case_id}/attachments": Expected("case_worker", "404", ""),
    "GET /api/v1/cases/{case_id}/attachments/{photo}": Expected(
        "case_worker chairman auditor inspector", "404", "file"
    ),
    "GET /api/v1/households/{household_id}/plans": Expected(OFFICES, "404", "file"),
    "POST /api/v1/households/{household_id}/plan-cases": Expected("case_worker", "404", ""),
    "POST /api/v1/cases/{case_id}/approvals": Expected("chairman", "404", ""),
    "POST /api/v1/cases/{case_id}/refusals": Expected("chairman", "404", ""),
    "GET /api/v1/signing-rules": Expected(OFFICES, "403", ""),
    "POST /api/v1/signing-rules": Expected(OFFICER, "403", ""),
    "POST /api/v1/signing-rules/versions": Expected(OFFICER, "403", ""),
    "GET /api/v1/targets": Expected(OFFICES, "403", ""),
    "GET /api/v1/targets/signs": Expected(OVERSEERS, "403", ""),
    "GET /api/v1/targets/signs/households": Expected(OVERSEERS, "403", "list"),
    "GET /api/v1/targets/{target_id}": Expected(OFFICES, "404", ""),
    "GET /api/v1/officers": Expected(OFFICES, "403", "list"),
    "GET /api/v1/officers/training-shares": Expected(OFFICES, "403", ""),
    "POST /api/v1/officers": Expected(RECORDERS, "403", ""),
    "POST /api/v1/officers/counts": Expected(RECORDERS, "403", ""),
    "POST /api/v1/officers/trainings": Expected(RECORDERS, "404", ""),
    **{
        f"POST /api/v1/officers/{{officer_id}}/{path}": Expected(RECORDERS, "404", "")
        for path in ("withdrawals", "moves", "leaving")
    },
    "POST /api/v1/officers/{officer_id}/forgetting": Expected(ERASERS, "404", ""),
    "POST /api/v1/targets": Expected(OFFICER, "403", ""),
    "POST /api/v1/targets/{target_id}/parts": Expected(OFFICER, "404", ""),
    "POST /api/v1/targets/{target_id}/revisions": Expected(OFFICER, "404", ""),
    "GET /api/v1/activities": Expected(OFFICES, "403", ""),
    "POST /api/v1/activities": Expected(RECORDERS, "403", ""),
    "POST /api/v1/activities/{activity_id}/holding": Expected(RECORDERS, "404", ""),
    "POST /api/v1/activities/{activity_id}/corrections": Expected(RECORDERS, "404", ""),
    "GET /api/v1/grants": Expected(OFFICES, "403", ""),
    "GET /api/v1/coverage": Expected("surveyor " + OFFICES, "403", ""),
    "GET /api/v1/coverage/households": Expected(OFFICES, "403", "list"),
    "POST /api/v1/smallest-counts": Expected(OFFICER, "403", ""),
    "GET /api/v1/published-figures": Expected(OFFICES, "-", ""),
    "GET /api/v1/models": Expected(OFFICES, "403", ""),
    "GET /api/v1/models/{model_id}": Expected(OFFICES, "404", "list"),
    "POST /api/v1/models": Expected(RECORDERS, "403", ""),
    "POST /api/v1/models/{model_id}/households": Expected(RECORDERS, "404", ""),
    "POST /api/v1/models/{model_id}/closing": Expected(RECORDERS, "404", ""),
    "GET /api/v1/eligible": Expected(OFFICES, "403", "list"),
    "GET /api/v1/grant-batches": Expected(OFFICES, "403", "list"),
    "POST /api/v1/grant-batches": Expected("case_worker", "403", ""),
    "GET /api/v1/grant-batches/{grant_batch_id}": Expected(OFFICES, "404", "list"),
    "POST /api/v1/grant-lists": Expected("case_worker", "403", ""),
    "GET /api/v1/grant-lists/{grant_list_id}": Expected(OFFICES, "404", "list"),
    "GET /api/v1/grant-lists/{grant_list_id}/errors": Expected("case_worker", "404", "export"),
    "POST /api/v1/grant-lists/{grant_list_id}/batches": Expected("case_worker", "404", ""),
    "POST /api/v1/grant-batches/{grant_batch_id}/approvals": Expected("chairman", "404", ""),
}  # fmt: skip

WORKER = "case_worker"
STEPS = (
    "tham-dinh", "quyet-dinh", "chi-tra", "ban-giao", "xac-nhan", "doi-chieu", "theo-doi",
    "ghi-chu", "phan-cong", "chuyen", "ket-thuc", "mo-lai",
)  # fmt: skip
MOVEMENTS = (
    "giao-von", "giao-cap-duoi", "dieu-chinh", "chuyen-nguon", "cam-ket", "tra-lai", "giai-ngan",
    "thu-hoi",
)  # fmt: skip
PAGES = {
    "GET /ho-so-ho-tro": Expected(OFFICES, "403", "list"),
    "GET /ho-so-ho-tro/{case_id}": Expected(OFFICES, "404", "file"),
    **{
        f"{method} /ho-so-ho-tro/{{case_id}}/ghi/{step}": Expected(role, "404", "file")
        for method in ("GET", "POST")
        for role, steps in ((WORKER, STEPS), ("chairman", ("phe-duyet", "khong-phe-duyet")))
        for step in steps
    },
    "GET /ho-so-ho-tro/{case_id}/tep/{photo}": Expected(
        "case_worker chairman auditor inspector", "404", "file"
    ),
    "GET /ho/{household_id}/de-nghi-ho-tro/ke-hoach": Expected(WORKER, "404", "file"),
    "POST /ho/{household_id}/de-nghi-ho-tro/ke-hoach": Expected(WORKER, "404", "file"),
    "GET /ho/{household_id}/de-nghi-ho-tro": Expected(WORKER, "404", "file"),
    "POST /ho/{household_id}/de-nghi-ho-tro": Expected(WORKER, "404", "file"),
    "GET /doi-tuong-huong": Expected(OFFICES, "403", "list"),
    "GET /doi-tuong-huong.xlsx": Expected(OFFICES, "403", "export"),
    "GET /doi-tuong-huong/bao-hiem.xlsx": Expected("case_worker chairman", "403", "export"),
    "GET /doi-tuong-huong/ngan-hang.xlsx": Expected("case_worker chairman", "403", "export"),
    "POST /doi-tuong-huong": Expected(WORKER, "403", ""),
    "GET /dot-chi-tra": Expected(OFFICES, "403", ""),
    "GET /dot-chi-tra/danh-sach": Expected(OFFICES, "403", ""),
    "POST /dot-chi-tra/danh-sach": Expected(WORKER, "403", ""),
    "GET /dot-chi-tra/danh-sach/{grant_list_id}": Expected(OFFICES, "404", "list"),
    "GET /dot-chi-tra/danh-sach/{grant_list_id}/dong-loi.xlsx": Expected(WORKER, "404", "export"),
    "POST /dot-chi-tra/danh-sach/{grant_list_id}/ghi/lap-dot": Expected(WORKER, "404", "list"),
    "GET /dot-chi-tra/{grant_batch_id}": Expected(OFFICES, "404", "list"),
    "POST /dot-chi-tra/{grant_batch_id}/phe-duyet": Expected("chairman", "404", "list"),
    "GET /dot-chi-tra/{grant_batch_id}/quyet-toan.pdf": Expected(
        "case_worker chairman", "404", "export"
    ),
    "GET /dot-chi-tra/{grant_batch_id}/quyet-toan.xlsx": Expected(
        "case_worker chairman", "404", "export"
    ),
    "GET /nguon-von": Expected(OFFICES, "403", ""),
    "GET /nguon-von/mo": Expected(OFFICER, "-", ""),
    "POST /nguon-von/mo": Expected(OFFICER, "403", ""),
    "GET /nguon-von/{line_id}": Expected(OFFICES, "404", ""),
    **{
        f"{method} /nguon-von/{{line_id}}/ghi/{one}": Expected(OFFICER, "404", "")
        for method in ("GET", "POST")
        for one in MOVEMENTS
    },
    "GET /chuong-trinh": Expected(EVERYBODY, "-", ""),
    "GET /chuong-trinh/moi": Expected(OFFICER, "-", ""),
    "POST /chuong-trinh/moi": Expected(OFFICER, "403", ""),
    **{
        f"{method} /chuong-trinh/{{programme}}/{one}": Expected(OFFICER, "403", "")
        for method in ("GET", "POST")
        for one in ("chinh-sach", "muc", "ket-thuc", "nhap")
    },
    "GET /chuong-trinh/{programme}/nhap.xlsx": Expected(OFFICER, "403", ""),
    "POST /chuong-trinh/{programme}/nhap/luu": Expected(OFFICER, "403", ""),
    "GET /hoat-dong": Expected(OFFICES, "403", ""),
    **{
        f"{method} /hoat-dong/{one}": Expected(
            RECORDERS, "403" if method == "POST" and one == "moi" else "-", ""
        )
        for method in ("GET", "POST")
        for one in ("moi", "nhap")
    },
    "GET /hoat-dong/nhap.xlsx": Expected(RECORDERS, "-", ""),
    "POST /hoat-dong/nhap/luu": Expected(RECORDERS, "-", ""),
    **{
        f"{method} /hoat-dong/{{activity_id}}/{one}": Expected(RECORDERS, "404", "")
        for method in ("GET", "POST")
        for one in ("ket-qua", "dinh-chinh")
    },
    "GET /hoat-dong/{activity_id}/tap-huan": Expected(RECORDERS, "404", "list"),
    "POST /hoat-dong/{activity_id}/tap-huan": Expected(RECORDERS, "404", "list"),
    "GET /mo-hinh": Expected(OFFICES, "403", ""),
    "GET /mo-hinh/moi": Expected(RECORDERS, "-", ""),
    "POST /mo-hinh/moi": Expected(RECORDERS, "403", ""),
    "GET /mo-hinh/{model_id}": Expected(OFFICES, "404", "list"),
    **{
        f"{method} /mo-hinh/{{model_id}}/{one}": Expected(RECORDERS, "404", "")
        for method in ("GET", "POST")
        for one in ("ho", "ket-thuc", "nhap")
    },
    "GET /mo-hinh/{model_id}/nhap.xlsx": Expected(RECORDERS, "404", ""),
    "POST /mo-hinh/{model_id}/nhap/luu": Expected(RECORDERS, "404", ""),
    "GET /cong-chuc": Expected(OFFICES, "403", "list"),
    **{
        f"{method} /cong-chuc/{one}": Expected(RECORDERS, "403" if method == "POST" else "-", "")
        for method in ("GET", "POST")
        for one in ("them", "tong-so")
    },
    "GET /cong-chuc/{officer_id}": Expected(OFFICES, "404", "list"),
    **{
        f"{method} /cong-chuc/{{officer_id}}/{one}": Expected(RECORDERS, "404", "")
        for method in ("GET", "POST")
        for one in ("chuyen", "nghi", "rut-lai")
    },
    "GET /cong-chuc/{officer_id}/xoa-du-lieu": Expected(ERASERS, "404", "list"),
    "POST /cong-chuc/{officer_id}/xoa-du-lieu": Expected(ERASERS, "404", "list?"),
    "GET /tham-quyen-ky": Expected(OFFICES, "403", ""),
    "GET /tham-quyen-ky/moi": Expected(OFFICER, "-", ""),
    "POST /tham-quyen-ky/moi": Expected(OFFICER, "403", ""),
    "GET /chi-tieu/dau-hieu": Expected(OVERSEERS, "403", ""),
    "GET /chi-tieu/dau-hieu/ho": Expected(OVERSEERS, "403", "list"),
    "GET /chi-tieu/{target_id}": Expected(OFFICES, "404", ""),
    "GET /chi-tieu": Expected(OFFICES, "403", ""),
    "GET /chi-tieu/moi": Expected(OFFICER, "-", ""),
    "POST /chi-tieu/moi": Expected(OFFICER, "403", ""),
    "GET /chi-tieu/{target_id}/giao": Expected(OFFICER, "404", ""),
    "POST /chi-tieu/{target_id}/giao": Expected(OFFICER, "404", ""),
    "GET /chi-tieu/{target_id}/dieu-chinh": Expected(OFFICER, "404", ""),
    "POST /chi-tieu/{target_id}/dieu-chinh": Expected(OFFICER, "404", ""),
    "GET /ho-tro/do-bao-phu": Expected("surveyor " + OFFICES, "403", ""),
    "GET /ho-tro/do-bao-phu.xlsx": Expected("surveyor " + OFFICES, "403", "export"),
    "GET /ho-tro/do-bao-phu/ho": Expected(OFFICES, "403", "list"),
    "GET /so-lieu-da-cong-bo": Expected(OFFICES, "-", ""),
    "GET /so-lieu-da-cong-bo.xlsx": Expected(OFFICES, "-", ""),
    "GET /so-lieu-da-cong-bo/{figure_name}": Expected(OFFICES, "-", ""),
}
