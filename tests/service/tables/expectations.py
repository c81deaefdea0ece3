"""Who may use the routes of official tables, and what each leaves in the read log."""

from tests.service.expected import OFFICES, Expected

API = {
    "GET /api/v1/tables/{table}": Expected(OFFICES, "403", ""),
    "GET /api/v1/tables/R14": Expected(OFFICES, "403", "list"),
    "GET /api/v1/tables/R15": Expected(OFFICES, "403", "list"),
    "GET /api/v1/reports": Expected(OFFICES, "403", ""),
    "POST /api/v1/reports": Expected("chairman province_officer", "403", ""),
    "GET /api/v1/reports/{report_id}": Expected(OFFICES, "404", ""),
    "GET /api/v1/reports/{report_id}/changes": Expected(OFFICES, "404", ""),
    "POST /api/v1/reports/{report_id}/corrections": Expected(
        "chairman province_officer", "404", ""
    ),
}

PAGES = {
    "GET /bieu-bao-cao": Expected(OFFICES, "403", ""),
    "GET /bieu-bao-cao/{table}": Expected(OFFICES, "403", ""),
    "GET /bieu-bao-cao/R14": Expected(OFFICES, "403", "list"),
    "GET /bieu-bao-cao/R15": Expected(OFFICES, "403", "list"),
    "POST /bieu-bao-cao/{table}/chot": Expected("chairman province_officer", "403", ""),
    "GET /bao-cao-da-chot": Expected(OFFICES, "403", ""),
    "GET /bao-cao-da-chot/{report_id}": Expected(OFFICES, "404", ""),
    "POST /bao-cao-da-chot/{report_id}/dinh-chinh": Expected(
        "chairman province_officer", "404", ""
    ),
}
