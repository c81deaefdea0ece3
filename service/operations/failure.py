"""The root of what an operator must mend: said in one line, without a trace."""


class Failure(Exception):
    """It cannot go on like this; the message says why and what to do."""
