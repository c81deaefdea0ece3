"""Who may use the routes of reviews, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, OFFICES, READERS, Expected

R = "/api/v1/rounds/{round_id}"
SECOND = "chairman province_officer"

API = {
    "GET /api/v1/procedures": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/rounds": Expected(READERS, "403", ""),
    "POST /api/v1/rounds": Expected("case_worker", "403", ""),
    f"GET {R}": Expected(READERS, "404", "list"),
    f"GET {R}/listings": Expected(READERS, "404", "list"),
    f"GET {R}/grievances": Expected(OFFICES, "404", "list"),
    f"GET {R}/decisions": Expected(READERS, "404", "list"),
    f"POST {R}/requests": Expected("case_worker", "404", ""),
    f"POST {R}/requests/{{request_id}}/screening": Expected("case_worker", "404", ""),
    f"POST {R}/requests/{{request_id}}/refusal": Expected("case_worker", "404", ""),
    f"POST {R}/listings": Expected("case_worker", "404", ""),
    f"POST {R}/unlistings": Expected("case_worker", "404", ""),
    f"POST {R}/meetings": Expected("case_worker", "404", ""),
    f"POST {R}/results": Expected("case_worker", "404", ""),
    f"POST {R}/postings": Expected("case_worker", "404", ""),
    f"POST {R}/grievances": Expected("case_worker", "404", ""),
    f"POST {R}/reverifications": Expected("case_worker", "404", ""),
    f"POST {R}/consultations": Expected("case_worker", "404", ""),
    f"POST {R}/consultations/answers": Expected("province_officer", "404", ""),
    f"POST {R}/notices": Expected("case_worker", "404", ""),
    f"POST {R}/second-signature-requests": Expected("chairman", "404", ""),
    f"POST {R}/second-signatures": Expected(SECOND, "404", ""),
    f"POST {R}/decisions": Expected("chairman", "404", ""),
    f"POST {R}/closing": Expected("chairman", "404", ""),
}

PAGES = {
    "GET /quy-trinh-ra-soat": Expected(EVERYBODY, "-", ""),
}
