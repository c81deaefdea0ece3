"""Saves the same household as ours the way a Django application does."""

from collections.abc import Callable

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from psycopg.conninfo import conninfo_to_dict


def configure(url: str) -> None:
    if settings.configured:
        return
    parts = conninfo_to_dict(url)
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "pgtrigger",
            "pghistory",
            "bench.peers.trail",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts["dbname"],
                "HOST": parts["host"],
                "PORT": parts.get("port", ""),
                "USER": parts["user"],
                "PASSWORD": parts.get("password", ""),
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def create_tables(url: str) -> None:
    """Tables, history tables and triggers. Run in a process of its own (Django is global)."""
    configure(url)
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("pgtrigger", "install", verbosity=0)


def saver(url: str) -> Callable[[], None]:
    configure(url)
    from bench.peers.trail.models import Classification, Household, Member, Survey

    @transaction.atomic
    def save() -> None:
        household = Household.objects.create(number="HN-0001", area="19804@2021-07-01")
        Member.objects.bulk_create(
            Member(household=household, name=f"Nguyễn Văn {n}", relation="con", sex="male")
            for n in range(4)
        )
        Survey.objects.create(
            household=household, b1=135, b2=40, answers={str(n): n for n in range(12)}
        )
        Classification.objects.create(household=household, poor_class="poor", decision="12/QĐ-UBND")
        household.poor_class = "poor"
        household.save()

    return save
