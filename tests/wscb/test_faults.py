"""The database goes away or is full in the middle of something: the reader is told, and what was stored stands."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dataset.models import QuarterlyReturn, Restatement, ReturnState
from tests.builders import (
    A_REASON,
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_membership,
    a_restatement,
    a_standing_board,
    a_user,
    an_accepted_return,
    missing_file,
    referral_lines,
)
from tests.real_database import all_rows


@pytest.fixture(autouse=True)
def _board(real_database: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officer() -> Client:
    user = a_user("data_officer", "CSC")
    a_membership(user, "data_officer", "MISS")
    client = a_client(user)
    client.raise_request_exception = False
    return client


# What an officer does ----------------------------------------------------------------------------------


def uploading(officer: Client) -> HttpResponse:
    file = SimpleUploadedFile("referrals.csv", a_csv(referral_lines(400)))
    form = {"supplier": "CSC", "type": "referrals", "quarter": QUARTER.slug, "file": file}
    return officer.post(reverse("returns:upload"), form)  # type: ignore[return-value]


def accepting(officer: Client) -> HttpResponse:
    candidate = QuarterlyReturn.objects.filter(state=ReturnState.CANDIDATE)[0]
    return officer.post(reverse("returns:accept", args=[candidate.public_id]))  # type: ignore[return-value]


def withdrawing(officer: Client) -> HttpResponse:
    version = QuarterlyReturn.objects.filter(return_type="missing_episodes", version=2)[0]
    form = {"reason": "sent for the wrong quarter"}
    return officer.post(reverse("returns:withdraw", args=[version.public_id]), form)  # type: ignore[return-value]


def accepting_a_year(officer: Client) -> HttpResponse:
    [restatement] = Restatement.objects.all()
    return officer.post(reverse("returns:accept_year", args=[restatement.public_id]), {"reason": A_REASON})  # type: ignore[return-value]


Act = Callable[[Client], HttpResponse]
ACTS: dict[Act, str] = {  # and the table whose rows it stores
    uploading: "dataset_referral",
    accepting: "dataset_figure",
    withdrawing: "dataset_figure",
    accepting_a_year: "dataset_figure",
}


def prepare(act: Act) -> None:
    """What stands, and what awaits the act."""
    an_accepted_return()
    if act is accepting:
        a_candidate(a_csv(referral_lines(4)))
    if act is accepting_a_year:
        a_restatement()
    if act is withdrawing:
        episodes = {"return_type": "missing_episodes", "supplier": "MISS"}
        for quarter in QUARTER.back(4):
            an_accepted_return(missing_file(["A", "B"], quarter), quarter=quarter, **episodes)
        an_accepted_return(missing_file(["A"], QUARTER - 3), quarter=QUARTER - 3, **episodes)


def rows() -> dict[str, Any]:
    return all_rows("accounts", "dataset")


# What happens to the database --------------------------------------------------------------------------


@contextmanager
def every_row_stored(table: str, does: str) -> Iterator[None]:
    """While it lasts, PostgreSQL does this for each row stored in the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NEW; END $$;"
            f"CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fault()"
        )
    try:
        yield
    finally:
        connection.close()  # as the server does at the end of a request whose connection broke
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER fault ON {table}; DROP FUNCTION fault()")


@contextmanager
def a_full_disk(table: str) -> Iterator[None]:
    """SQLite may take one more page and no more; PostgreSQL says what it says when it cannot write."""
    if connection.vendor == "postgresql":
        with every_row_stored(table, "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'"):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 1}")
    yield
    connection.close()


@contextmanager
def a_broken_connection(table: str) -> Iterator[None]:
    """PostgreSQL ends the session in the middle; SQLite's file is held by another program for too long."""
    if connection.vendor == "postgresql":
        with every_row_stored(table, "PERFORM pg_terminate_backend(pg_backend_pid())"):
            yield
        return
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    patience = options["timeout"]
    options["timeout"] = 0.1
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    connection.close()
    options["timeout"] = patience


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize(("fault", "says"), [(a_full_disk, "no room left"), (a_broken_connection, "does not answer")])
def test_a_fault_in_the_middle_leaves_everything_as_it_was_and_the_next_attempt_clean(
    fault: Callable[[str], AbstractContextManager[None]], says: str, act: Act, officer: Client
) -> None:
    prepare(act)
    before = rows()
    with fault(ACTS[act]):
        answer = act(officer)
    page = answer.content.decode()
    assert (answer.status_code, says in page, "stored whole or not at all" in page) == (503, True, True)
    assert rows() == before
    assert (act(officer).status_code, rows() != before) == (302, True)


def test_the_page_of_a_fault_takes_the_place_of_the_page_that_asked_for_a_part(officer: Client) -> None:
    with a_broken_connection("dataset_referral"):
        answer = uploading(officer)
    assert (answer["HX-Retarget"], answer["HX-Reswap"], answer["Retry-After"]) == ("body", "innerHTML", "60")


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
