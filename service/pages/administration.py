"""The record of acts of administration, for those who oversee an area: accounts, roles, passwords,
tokens; who, whom, when and why."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate

from service import acts
from service.access import Asked
from service.pages import reading
from service.pages.frame import Pages
from service.pages.showing import show
from service.pages.texts import lazy as _l
from service.schemas.accounts import AccountName

pages = Pages("administration", __name__)

PAGE = 50
ACTS = {
    "account_made": _l("tạo tài khoản"),
    "password_reset": _l("đặt lại mật khẩu"),
    "password_changed": _l("đổi mật khẩu"),
    "disabled": _l("khoá tài khoản"),
    "reopened": _l("mở lại tài khoản"),
    "role_given": _l("giao vai trò"),
    "role_ended": _l("kết thúc vai trò"),
    "role_taken_back": _l("thu hồi vai trò chưa bắt đầu"),
    "token_made": _l("tạo mã truy cập"),
    "token_ended": _l("thu hồi mã truy cập"),
    "sign_on_pinned": _l("liên kết đăng nhập một lần"),
    "sign_on_released": _l("gỡ liên kết đăng nhập một lần"),
}


class ActsQuery(reading.AreaQuery):
    """Which acts: of an account, before a place."""

    account = AccountName(load_default=None)
    before = fields.Integer(load_default=None, validate=validate.Range(1, 10**18))


@pages.get("/nhat-ky-quan-tri", rule=reading.RECORD, query=ActsQuery)
def log(asked: Asked) -> str:
    """What administrators did to the accounts of an area, newest first."""
    query = asked.query
    with asked.wiring.reading() as conn:
        found = acts.acts_in(
            conn,
            reading.units_of(asked),
            account=query["account"],
            before=query["before"],
            limit=PAGE + 1,
        )
    shown = found[:PAGE]
    kept: dict[str, Any] = {name: query[name] for name in ("area", "account") if query[name]}
    return show(
        "reading/acts.html",
        title=_("Nhật ký quản trị"),
        found=shown,
        acts=ACTS,
        next=shown[-1].id if len(found) > PAGE else None,
        query=query,
        kept=kept,
        **reading.of_area(asked),
    )
