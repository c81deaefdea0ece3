"""Telling the owner of an account what others did to it since the last sign-in."""

from flask import flash

from service.access import acts
from service.access.authorization import RequestContext
from service.ui.i18n import lazy as _l
from service.ui.render import moment_in_sentence

SAID = {
    "password_reset": _l(
        "%(who)s đã đặt lại mật khẩu của tài khoản này lúc %(moment)s. Lý do: %(reason)s"
    ),
    "disabled": _l("%(who)s đã khóa tài khoản này lúc %(moment)s. Lý do: %(reason)s"),
    "reopened": _l("%(who)s đã mở lại tài khoản này lúc %(moment)s. Lý do: %(reason)s"),
    "token_made": _l(
        "%(who)s đã tạo một mã truy cập của tài khoản này lúc %(moment)s. Lý do: %(reason)s"
    ),
    "token_ended": _l(
        "%(who)s đã thu hồi một mã truy cập của tài khoản này lúc %(moment)s. Lý do: %(reason)s"
    ),
    "sign_on_released": _l(
        "%(who)s đã gỡ liên kết đăng nhập một lần lúc %(moment)s. Lý do: %(reason)s"
    ),
}


def tell_what_others_did(context: RequestContext, account: str) -> None:
    """Shows on the next page what others did to the account; each act is told once."""
    with context.services.pool.connection() as conn:
        done = acts.untold(conn, account)
    for act in done:
        moment = moment_in_sentence(act.acted_at)
        told = {"who": act.actor, "moment": moment, "reason": act.reason or "–"}
        flash(str(SAID[act.act]) % told, "warn")
