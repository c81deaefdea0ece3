"""Refusals of requests to open the own view of a household."""

from service.problems import RequestError


class TooManyTries(RequestError):
    """Too many tries to open an own view, from here or at once; wait and try again."""

    code = "too_many_tries"

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(retry_after)}


class PaperCodeMalformed(RequestError):
    """The code of a paper has 24 letters and digits."""

    code = "paper_code_malformed"


class SlipNotPrinted(RequestError):
    """A slip is printed of the code that was just given, as long as it can be used."""

    code = "slip_not_printed"
