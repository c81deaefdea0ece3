"""Who may use which door: one line per door, to be read by people.

A door that is not here fails the tests, and so does a line without a door. "outside" is what
somebody gets who has the role, but elsewhere: 404 where even the existence is not told, 403
where the area was named in the request, "-" where the door has no place.
"""

from typing import NamedTuple

READERS = "surveyor case_worker chairman province_officer auditor inspector"
OVERSEERS = "auditor inspector"
EVERYBODY = "surveyor case_worker chairman province_officer auditor inspector administrator"
ANYBODY = "anybody"
FIELD = "surveyor case_worker"
FIGURES = "case_worker chairman province_officer auditor inspector"


class Expected(NamedTuple):
    """Roles that may use the door inside their area, and what they get outside."""

    roles: str
    outside: str


H = "/api/v1/households/{household_id}"
M = H + "/members/{person_id}"

DOORS: dict[str, Expected] = {
    "GET /healthz": Expected(ANYBODY, "-"),
    "GET /readyz": Expected(ANYBODY, "-"),
    "GET /metrics": Expected(ANYBODY, "-"),
    "GET /api/v1/openapi.json": Expected(ANYBODY, "-"),
    "POST /api/v1/tokens": Expected(ANYBODY, "-"),
    "GET /api/v1/me": Expected(EVERYBODY, "-"),
    "GET /api/v1/tokens": Expected(EVERYBODY, "-"),
    "DELETE /api/v1/tokens/{token_id}": Expected(EVERYBODY, "-"),
    "GET /api/v1/areas": Expected(EVERYBODY, "-"),
    "GET /api/v1/areas/{unit}": Expected(EVERYBODY, "-"),
    "GET /api/v1/areas/{unit}/population": Expected(FIGURES, "403"),
    "POST /api/v1/areas/{unit}/population": Expected("province_officer", "403"),
    "GET /api/v1/households": Expected(READERS, "403"),
    "POST /api/v1/searches": Expected(READERS, "403"),
    "POST /api/v1/households": Expected(FIELD, "403"),
    f"GET {H}": Expected(READERS, "404"),
    f"GET {H}/history": Expected(READERS, "404"),
    f"POST {H}/screenings": Expected(FIELD, "404"),
    f"POST {H}/surveys": Expected(FIELD, "404"),
    f"POST {H}/classifications": Expected("chairman", "404"),
    f"POST {H}/exits": Expected("chairman", "404"),
    f"POST {H}/support": Expected("case_worker", "404"),
    f"POST {H}/members": Expected("case_worker", "404"),
    f"POST {M}/departure": Expected("case_worker", "404"),
    f"POST {M}/corrections": Expected("case_worker", "404"),
    f"POST {M}/papers": Expected("case_worker", "404"),
    f"POST {M}/forgetting": Expected("chairman", "404"),
    f"POST {H}/corrections": Expected("case_worker", "404"),
    f"POST {H}/head": Expected("case_worker", "404"),
    f"POST {H}/moves": Expected("case_worker", "404"),
    f"POST {H}/split": Expected("case_worker", "404"),
    f"POST {H}/merge": Expected("case_worker", "404"),
    f"POST {H}/dissolution": Expected("case_worker", "404"),
    f"POST {H}/causes": Expected("case_worker", "404"),
    f"POST {H}/needs": Expected("case_worker", "404"),
    f"POST {H}/plan": Expected("case_worker", "404"),
    f"POST {H}/screenings/{{entry}}/withdrawal": Expected(FIELD, "404"),
    f"POST {H}/surveys/{{entry}}/withdrawal": Expected(FIELD, "404"),
    f"POST {H}/classifications/{{entry}}/withdrawal": Expected("chairman", "404"),
    f"POST {H}/support/{{entry}}/withdrawal": Expected("case_worker", "404"),
    f"POST {H}/causes/{{entry}}/withdrawal": Expected("case_worker", "404"),
    f"POST {H}/needs/{{entry}}/withdrawal": Expected("case_worker", "404"),
    f"POST {H}/plan/{{entry}}/withdrawal": Expected("case_worker", "404"),
    "GET /api/v1/counts": Expected(FIGURES, "403"),
    "GET /api/v1/movements": Expected(FIGURES, "403"),
    "POST /api/v1/imports": Expected("case_worker", "403"),
    "GET /api/v1/imports": Expected(
        "case_worker chairman province_officer auditor inspector", "403"
    ),
    "GET /api/v1/imports/template": Expected("case_worker", "-"),
    "GET /api/v1/imports/{import_id}": Expected(
        "case_worker chairman province_officer auditor inspector", "404"
    ),
    "GET /api/v1/imports/{import_id}/households": Expected(
        "case_worker chairman province_officer auditor inspector", "404"
    ),
    "GET /api/v1/imports/{import_id}/matches": Expected("case_worker", "404"),
    "POST /api/v1/imports/{import_id}/matches/{row}": Expected("case_worker", "404"),
    "GET /api/v1/imports/{import_id}/errors": Expected(
        "case_worker chairman province_officer auditor inspector", "404"
    ),
    "POST /api/v1/replays": Expected("inspector", "403"),
    "GET /api/v1/replays": Expected("province_officer auditor inspector", "403"),
    "GET /api/v1/replays/{replay_id}": Expected("province_officer auditor inspector", "404"),
    "GET /api/v1/ledger": Expected("auditor inspector administrator", "-"),
    "GET /api/v1/read-models": Expected("auditor inspector administrator", "-"),
    "POST /api/v1/access-grants": Expected(
        "case_worker chairman province_officer auditor inspector", "-"
    ),
    "GET /api/v1/access-grants": Expected(OVERSEERS, "403"),
    "GET /api/v1/read-log": Expected(OVERSEERS, "403"),
    "GET /api/v1/administration": Expected(OVERSEERS, "403"),
    "GET /api/v1/accounts": Expected("administrator", "-"),
    "POST /api/v1/accounts": Expected("administrator", "-"),
    "GET /api/v1/accounts/{name}": Expected("administrator", "-"),
    "POST /api/v1/accounts/{name}/disabled": Expected("administrator", "-"),
    "POST /api/v1/accounts/{name}/reopened": Expected("administrator", "-"),
    "POST /api/v1/accounts/{name}/password": Expected("administrator", "-"),
    "POST /api/v1/accounts/{name}/roles": Expected("administrator", "-"),
    "POST /api/v1/accounts/{name}/roles/{role_id}/end": Expected("administrator", "-"),
}
