"""The record of acts of administration, for those who oversee an area: accounts, roles, passwords,
tokens; who, whom, when and why."""

from typing import Any

from flask_babel import gettext as _

from service.access import acts
from service.access.authorization import RequestContext
from service.http.cursors import Cursor
from service.http.parsing import AccountName
from service.oversight import read_log_pages
from service.ui import paging
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("administration", __name__)

PLACES = "administration pages"

ACTS = {
    "account_made": _l("tạo tài khoản"),
    "password_reset": _l("đặt lại mật khẩu"),
    "password_changed": _l("đổi mật khẩu"),
    "disabled": _l("khóa tài khoản"),
    "reopened": _l("mở lại tài khoản"),
    "role_given": _l("giao vai trò"),
    "role_ended": _l("kết thúc vai trò"),
    "role_taken_back": _l("thu hồi vai trò chưa bắt đầu"),
    "token_made": _l("tạo mã truy cập"),
    "token_ended": _l("thu hồi mã truy cập"),
    "sign_on_pinned": _l("liên kết đăng nhập một lần"),
    "sign_on_released": _l("gỡ liên kết đăng nhập một lần"),
}


class ActsQuery(read_log_pages.AreaQuery):
    """Which acts: of an account, after a place."""

    account = AccountName(load_default=None)
    after = Cursor(PLACES)


@pages.get("/nhat-ky-quan-tri", rule=read_log_pages.RECORD, query=ActsQuery)
def log(context: RequestContext) -> str:
    """What administrators did to the accounts of an area, newest first."""
    query = context.query
    units, place = read_log_pages.units_of(context), paging.place_of(query["after"])
    with context.services.reading() as conn:
        found = acts.acts_in(
            conn,
            units,
            account=query["account"],
            before=place[0] if place else None,
            limit=paging.PAGE + 1,
        )
        count = acts.count_acts(conn, units, account=query["account"])
    kept: dict[str, Any] = {name: query[name] for name in ("area", "account") if query[name]}
    return render(
        "oversight/acts.html",
        title=_("Nhật ký quản trị"),
        page=paging.page(PLACES, found, query["after"], lambda act: [act.id], count=(count, False)),
        acts=ACTS,
        query=query,
        kept=kept,
        **read_log_pages.of_area(context),
    )
