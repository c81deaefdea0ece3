"""Refusals of sign-ins, of what a role may not do, and of changes of accounts."""

from service.problems import RequestError


class NotSignedIn(RequestError):
    """Send a valid token: `Authorization: Bearer TOKEN`."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": 'Bearer realm="socai"'}


class WrongPassword(RequestError):
    """The account or the password is wrong."""

    code = "wrong_password"


class TooManyFailures(RequestError):
    """Too many failed sign-ins from here; wait and try again."""

    code = "too_many_failures"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after_seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class TooManyChecks(RequestError):
    """Too many codes of papers that do not exist, from here; wait and try again."""

    code = "too_many_checks"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after_seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class TooManyIdentityHits(RequestError):
    """Too many identity numbers of people of other places; wait, or ask the office above."""

    code = "too_many_identity_hits"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after_seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class NotAllowed(RequestError):
    """None of the roles of this account may do this."""

    code = "not_allowed"


class OutsideArea(RequestError):
    """This is outside the area of the account."""

    code = "outside_area"


class AreaNeeded(RequestError):
    """The account has roles in several areas: say which one is meant."""

    code = "area_needed"


class RolesExclude(RequestError):
    """These two roles must not be held by the same person at the same time."""

    code = "roles_exclude"


class AccountNameRefused(RequestError):
    """An account name is 2 to 63 of a-z, 0-9, dot, hyphen and underscore."""

    code = "account_name_refused"


class DatesReversed(RequestError):
    """The last day lies before the first."""

    code = "dates_reversed"


class AccountTaken(RequestError):
    """There is an account of this name already."""

    code = "account_taken"


class OtherAdministrator(RequestError):
    """The administrator who disabled an account does not open it again: another one does."""

    code = "other_administrator"


class PasswordToChange(RequestError):
    """This password is only good for choosing another one, on the page of the account."""

    code = "password_to_change"


class PasswordOver(RequestError):
    """The password that an administrator gave was not changed in time: ask for another one."""

    code = "password_over"
