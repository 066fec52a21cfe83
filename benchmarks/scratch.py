"""An empty database beside the configured one, and a process of its own that measures on it.

What is measured commits, as in production, so it must not be anybody's database. A process of its own starts with no
memory that an earlier measurement took.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests.demonstration.site import ROOT, empty_database


def measure_apart(module: str, content: bytes) -> None:
    """Run the module on an empty database of the kind that DATABASE_URL names, with the file's path."""
    with tempfile.TemporaryDirectory() as folder, empty_database(Path(folder)) as database_url:
        path = Path(folder) / "benchmark.csv"
        path.write_bytes(content)
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "WSCB_ENV": "development",
            "ENV_FILE": "",
            "DEBUG": "off",  # Django's debug cursor copies every statement, the COPY of 200,000 rows too
            "BOARD_TIME": "",
            "IDENTIFIER_KEY_FILE": str(Path(folder) / "identifier.key"),
            "DJANGO_SETTINGS_MODULE": "wscb.settings",
        }
        subprocess.run([sys.executable, "-m", module, str(path)], cwd=ROOT, env=environment, check=True)


def set_up_board() -> None:
    """Django ready, the tables made, and the one area and supplier that a return of referrals needs."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from accounts.models import Agency
    from dataset.models import Area, AreaLevel

    call_command("migrate", verbosity=0)
    Area.objects.create(code=settings.BOARD_AREA_CODE, name="Benchmark", level=AreaLevel.LOCAL_AUTHORITY)
    Agency.objects.create(
        code="CSC",
        name="Children's social care",
        organisation="Benchmark",
        kind="council",
        identifier_space="council-social-care",
    )


def empty_returns() -> None:
    """Take every return and its rows out, so that each round starts alike."""
    from django.db import connection

    from dataset.models import QuarterlyReturn, Referral

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {QuarterlyReturn._meta.db_table} CASCADE")
            return
    Referral.objects.all().delete()
    QuarterlyReturn.objects.all().delete()


def uses_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")
