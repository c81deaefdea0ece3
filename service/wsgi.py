"""What gunicorn runs: `gunicorn service.wsgi:app`. Each web process makes its own connections."""

import os

from domain import logs
from service.app import create_app
from service.config import Settings

settings = Settings.from_environment(os.environ)
logs.configure(settings.log_level, settings.log_format)
app = create_app(settings)
