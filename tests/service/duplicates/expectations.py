"""Who may use the routes of duplicates, and what each leaves in the read log."""

from tests.service.expected import OFFICES, Expected

SETTLERS = "case_worker province_officer"

API = {
    "GET /api/v1/duplicates": Expected(OFFICES, "403", "list"),
    "GET /api/v1/duplicates/{duplicate_id}": Expected(OFFICES, "404", "file file"),
    "POST /api/v1/duplicates/{duplicate_id}/settlement": Expected(SETTLERS, "404", ""),
    "POST /api/v1/duplicates/{duplicate_id}/reopening": Expected(SETTLERS, "404", ""),
    "POST /api/v1/duplicate-searches": Expected(SETTLERS, "403", ""),
    "GET /api/v1/duplicate-searches": Expected(OFFICES, "403", ""),
    "GET /api/v1/duplicate-searches/{search_id}": Expected(OFFICES, "404", ""),
}

PAGES = {
    "GET /trung-lap": Expected(OFFICES, "403", "list"),
    "GET /trung-lap/{duplicate_id}": Expected(OFFICES, "404", "file"),
    "POST /trung-lap/{duplicate_id}/ket-luan": Expected(SETTLERS, "404", "file?"),
    "POST /trung-lap/{duplicate_id}/mo-lai": Expected(SETTLERS, "404", "file?"),
    "GET /trung-lap/ra-tim": Expected(SETTLERS, "-", ""),
    "POST /trung-lap/ra-tim": Expected(SETTLERS, "403", ""),
    "GET /trung-lap/ra-tim/{search_id}": Expected(OFFICES, "404", ""),
}
