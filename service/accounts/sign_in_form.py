"""The form of the sign-in page, which signing in elsewhere falls back to."""

from flask_babel import gettext
from marshmallow import fields, validate

from service.access.authorization import RequestContext
from service.ui import forms
from service.ui.forms import Field, Form
from service.ui.render import render
from service.ui.urls import local_path


class SignInForm(forms.QueryForm):
    """An account with its password."""

    account = fields.String(required=True, validate=validate.Length(max=63))
    password = fields.String(required=True, validate=validate.Length(max=1000))
    next = fields.String(load_default="/")


def _fields(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("next", "", "hidden", initial=lambda: target(context)),
        Field("account", gettext("Tên đăng nhập"), required=True, most=63, autocomplete="username"),
        Field("password", gettext("Mật khẩu"), "password", required=True, most=1000,
              autocomplete="current-password"),
    )  # fmt: skip


def target(context: RequestContext) -> str:
    """The page of ours to go on to, as the form or the address says."""
    return local_path((context.body or context.query).get("next", "/"))


SIGN_IN = Form(SignInForm, _fields)


def sign_in_page(context: RequestContext, *, single_sign_on: bool) -> str:
    """The page, with the link to the provider where one identifies people."""
    return render(
        "ui/sign_in.html",
        filled=SIGN_IN.bound(context),
        next=target(context),
        single_sign_on=single_sign_on,
    )
