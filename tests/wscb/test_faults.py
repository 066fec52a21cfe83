"""The database goes away or is full in the middle of something: the reader is told, and what was stored stands."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dataset.models import Figure, QuarterlyReturn, Referral, ReturnState
from tests.builders import (
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    referral_lines,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def an_officer() -> Client:
    client = a_client(a_user("data_officer", "CSC"))
    client.raise_request_exception = False
    return client


def accept(candidate: QuarterlyReturn) -> HttpResponse:
    return an_officer().post(reverse("returns:accept", args=[candidate.public_id]))


def a_correction() -> QuarterlyReturn:
    """A candidate of four rows where three are accepted."""
    an_accepted_return()
    return a_candidate(a_csv(referral_lines(4)))


def standing() -> tuple[int | None, int, int]:
    """The number of the version that stands, its rows, and the figures of all versions."""
    version = QuarterlyReturn.objects.get(state=ReturnState.ACCEPTED)
    rows = Referral.objects.filter(quarterly_return=version).count()
    return version.version, rows, Figure.objects.exclude(quarterly_return=version).count()


@contextmanager
def every_figure_stored(does: str) -> Iterator[None]:
    """While it lasts, PostgreSQL does this for each figure stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NEW; END $$;"
            "CREATE TRIGGER fault BEFORE INSERT ON dataset_figure FOR EACH ROW EXECUTE FUNCTION fault()"
        )
    try:
        yield
    finally:
        connection.close()  # as the server does at the end of a request whose connection broke
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER fault ON dataset_figure; DROP FUNCTION fault()")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'", "no room left"),
        ("PERFORM pg_terminate_backend(pg_backend_pid())", "does not answer"),
    ],
)
def test_a_fault_while_accepting_leaves_the_old_version_whole_and_the_next_attempt_clean(does: str, says: str) -> None:
    candidate = a_correction()
    with every_figure_stored(does):
        answer = accept(candidate)
    assert (answer.status_code, says in answer.content.decode()) == (503, True)
    assert standing() == (1, 3, 0)
    accept(candidate)
    assert QuarterlyReturn.objects.standing().order_by("-version")[0].row_count == 4


@pytest.mark.sqlite
def test_a_full_disk_while_uploading_leaves_the_old_version_whole_and_the_next_attempt_clean() -> None:
    an_accepted_return()
    officer = an_officer()
    lines = a_csv(referral_lines(3000))
    form = {"supplier": "CSC", "type": "referrals", "quarter": QUARTER.slug}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 2}")
        answer = officer.post(reverse("returns:upload"), {**form, "file": SimpleUploadedFile("referrals.csv", lines)})
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert (answer.status_code, "no room left" in answer.content.decode()) == (503, True)
    assert (standing(), QuarterlyReturn.objects.count()) == ((1, 3, 0), 1)
    again = officer.post(reverse("returns:upload"), {**form, "file": SimpleUploadedFile("referrals.csv", lines)})
    assert again.status_code == 302


def test_a_database_that_is_not_there_is_told_without_asking_it() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "answer = Client(raise_request_exception=False, SERVER_NAME='localhost').get('/accounts/login/')\n"
        "signed_in = Client(raise_request_exception=False, SERVER_NAME='localhost')\n"
        "signed_in.cookies['sessionid'] = 'a' * 32\n"
        "page = signed_in.get('/')\n"
        "print(answer.status_code, page.status_code, page['Retry-After'], 'does not answer' in page.content.decode())\n"
    )
    env = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere", "DEBUG": "off"}
    env["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, cwd=settings.BASE_DIR, timeout=60
    )
    assert done.stdout.split() == ["200", "503", "60", "True"], done.stderr[-500:]
