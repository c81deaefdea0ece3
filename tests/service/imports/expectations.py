"""Who may use the routes of imported lists, and what each leaves in the read log."""

from tests.service.expected import OFFICES, Expected

API = {
    "POST /api/v1/imports": Expected("case_worker", "403", ""),
    "GET /api/v1/imports": Expected(OFFICES, "403", ""),
    "GET /api/v1/imports/template": Expected("case_worker", "-", ""),
    "GET /api/v1/imports/{import_id}": Expected(OFFICES, "404", "import"),
    "GET /api/v1/imports/{import_id}/households": Expected(OFFICES, "404", "import"),
    "GET /api/v1/imports/{import_id}/matches": Expected("case_worker", "404", "import"),
    "POST /api/v1/imports/{import_id}/matches/{row}": Expected("case_worker", "404", "import?"),
    "GET /api/v1/imports/{import_id}/errors": Expected(OFFICES, "404", "export"),
}

PAGES = {
    "GET /nhap-danh-sach": Expected(OFFICES, "-", ""),
    "POST /nhap-danh-sach": Expected("case_worker", "403", ""),
    "GET /nhap-danh-sach/mau": Expected("case_worker", "-", ""),
    "GET /nhap-danh-sach/{import_id}": Expected(OFFICES, "404", "import"),
    "GET /nhap-danh-sach/{import_id}/dong-bi-tu-choi": Expected(OFFICES, "404", "export"),
    "POST /nhap-danh-sach/{import_id}/ghi": Expected("case_worker", "404", ""),
    "POST /nhap-danh-sach/{import_id}/xac-dinh/{row}": Expected("case_worker", "404", "import"),
}
