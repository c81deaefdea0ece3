"""Who may use the routes of support, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, OFFICES, Expected

OFFICER = "province_officer"
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
            "assignments", "assessments", "grants", "disbursements", "deliveries",
            "confirmations", "reconciliations", "follow-ups", "transfers", "closing", "reopening",
        )
    },
    "POST /api/v1/cases/{case_id}/approvals": Expected("chairman", "404", ""),
    "POST /api/v1/cases/{case_id}/refusals": Expected("chairman", "404", ""),
    "POST /api/v1/signing-rules": Expected(OFFICER, "403", ""),
    "GET /api/v1/targets": Expected(OFFICES, "403", ""),
    "POST /api/v1/targets": Expected(OFFICER, "403", ""),
    "POST /api/v1/targets/{target_id}/parts": Expected(OFFICER, "404", ""),
    "POST /api/v1/targets/{target_id}/revisions": Expected(OFFICER, "404", ""),
    "GET /api/v1/eligible": Expected(OFFICES, "403", "list"),
    "GET /api/v1/grant-batches": Expected(OFFICES, "403", "list"),
    "POST /api/v1/grant-batches": Expected("case_worker", "403", ""),
    "GET /api/v1/grant-batches/{grant_batch_id}": Expected(OFFICES, "404", "list"),
    "POST /api/v1/grant-batches/{grant_batch_id}/approvals": Expected("chairman", "404", ""),
}  # fmt: skip
