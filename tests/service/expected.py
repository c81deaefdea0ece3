"""What a line of the tables of routes says: who may use a route, and what it leaves behind."""

from typing import NamedTuple

ANYBODY = "anybody"
EVERYBODY = "surveyor case_worker chairman province_officer auditor inspector administrator"
READERS = "surveyor case_worker chairman province_officer auditor inspector"
OFFICES = "case_worker chairman province_officer auditor inspector"
FIELD = "surveyor case_worker"
OVERSEERS = "auditor inspector"
REPLAYS = "province_officer auditor inspector"
OPERATORS = "auditor inspector administrator"


class Expected(NamedTuple):
    """The roles that may use a route inside their area, the answer outside, and the line it leaves.

    `outside` is the answer to the same roles elsewhere: 404 where even the existence is not told,
    403 where the area was named in the request, "-" where the route has no area. `reading` is the
    kind of the line in the read log: "" where no household and no person is shown, "file" for a
    household, "file?" where it is shown only if the command is recorded, "file file" for two.
    """

    roles: str
    outside: str
    reading: str
