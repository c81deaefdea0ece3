"""WSGI entry point: `gunicorn service.wsgi:app`. Each web process makes its own connections."""

import gc
import os
import sys

import structlog

from domain import log_setup
from service.app import create_app
from service.config import Settings
from service.http.faults import FAULTS

OBJECTS_BETWEEN_COLLECTIONS = 20_000

settings = Settings.from_environment(os.environ)
log_setup.configure(settings.log_level, settings.log_format)
app = create_app(settings)

# A thread that waited for the database would get the interpreter back only after the usual five
# milliseconds, some thirty times for one page, while another thread makes a page of its own.
sys.setswitchinterval(0.0005)

# The units of the country take a second or two to read; no first request should wait for
# that. Without a database the process starts all the same, and answers 503 until there is one.
try:
    app.extensions["socai"].areas()
except FAULTS:
    structlog.get_logger("socai.service").warning("units not read yet")

# They stay for good: the garbage collector need not walk through them, a tenth of a second. What a
# request makes is freed when it ends, so the collector finds next to nothing: it looks less often.
gc.collect()
gc.freeze()
gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
