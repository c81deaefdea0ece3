"""Pages that a surveyor's phone keeps, so that they open again without a connection.

A page is kept until the session ends, at the latest. Which session a page was made for is said by
every page (`page_routes`). docs/decisions/0236 says what is kept, and why no more.
"""

from datetime import UTC, datetime

from flask import Response, after_this_request, g, session

from service.access.authorization import RequestContext
from service.access.permissions import SURVEYOR
from service.ui import refused_forms
from service.ui.page_routes import ENDS

KEPT_SECONDS = "X-Keep-Seconds"


def keep_page(context: RequestContext) -> None:
    """Lets the phone of a surveyor keep the page that this request shows; no one else's."""
    roles = context.account.roles if context.account else ()
    ends = session.get(ENDS)
    if not isinstance(ends, int) or not any(one.role == SURVEYOR for one in roles):
        return
    seconds = ends - int(context.services.clock().timestamp())
    g.kept_until = datetime.fromtimestamp(ends, tz=UTC)

    def say(response: Response) -> Response:
        if response.status_code == 200 and seconds > 0 and not refused_forms.is_asked_for():
            response.headers[KEPT_SECONDS] = str(seconds)
        return response

    after_this_request(say)
