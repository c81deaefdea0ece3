"""Verbs of the command line, called in the process of the test: starting one takes a second."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from service.cli.main import main


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`./socai ARGUMENTS` with these variables beside those of the test."""
    code: object = 0
    with (
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["socai", *arguments]),
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as err,
    ):
        try:
            main()
        except SystemExit as left:
            code = left.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
