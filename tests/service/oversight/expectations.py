"""Who may use the routes of oversight, and what each leaves in the read log."""

from tests.service.expected import OFFICES, OVERSEERS, REPLAYS, Expected

API = {
    "POST /api/v1/replays": Expected("inspector", "403", ""),
    "GET /api/v1/replays": Expected(REPLAYS, "403", ""),
    "GET /api/v1/replays/{replay_id}": Expected(REPLAYS, "404", "replay"),
    "POST /api/v1/access-grants": Expected(OFFICES, "-", ""),
    "GET /api/v1/access-grants": Expected(OVERSEERS, "403", ""),
    "GET /api/v1/read-log": Expected(OVERSEERS, "403", ""),
}

PAGES = {
    "GET /quyet-dinh-lai": Expected(REPLAYS, "-", ""),
    "POST /quyet-dinh-lai": Expected("inspector", "403", ""),
    "GET /quyet-dinh-lai/{replay_id}": Expected(REPLAYS, "404", "replay"),
    "GET /mo-dia-ban": Expected(OFFICES, "-", ""),
    "POST /mo-dia-ban": Expected(OFFICES, "-", ""),
    "GET /mo-dia-ban/da-mo": Expected(OVERSEERS, "403", ""),
    "GET /nhat-ky-doc": Expected(OVERSEERS, "403", "log"),
    "GET /nhat-ky-quan-tri": Expected(OVERSEERS, "403", ""),
}
