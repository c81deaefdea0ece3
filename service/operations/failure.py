"""Root of the errors that an operator must mend, shown in one line without a traceback."""


class Failure(Exception):
    """The verb cannot go on; the message says why and what to do."""
