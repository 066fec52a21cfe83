"""A worker killed half-way: the old return whole, the file to be tried again, and the next attempt clean."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dataset.ingest.background import check_in_background, try_again
from dataset.ingest.forgetting import mark_stopped
from dataset.models import CheckStage, Figure, QuarterlyReturn, Referral, ReturnState, StagedUpload
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_csv, a_standing_board, an_accepted_return, an_agency, referral_lines

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
STAGES = ["reading", "checking", "hashing", "comparing", "storing", "ready"]  # 'ready' is told before it is committed
Worker = Callable[..., "subprocess.Popen[str]"]


@contextmanager
def shared_database(folder: Path) -> Iterator[str]:
    """The address of the test's database for another process; SQLite's is moved from memory into a file meanwhile."""
    settings = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{settings['USER']}:{settings['PASSWORD']}" if settings["PASSWORD"] else settings["USER"]
        yield f"postgres://{who}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"
        return
    path = folder / "shared.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM INTO '{path}'")
    in_memory, name = connection.connection, settings["NAME"]
    connection.connection, settings["NAME"] = None, str(path)
    try:
        yield f"sqlite:///{path}"
    finally:
        connection.close()
        connection.connection, settings["NAME"] = in_memory, name


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """`worker(STAGE)` starts one that hangs there; the board stands on a database that it reaches."""
    started = []
    key_file = tmp_path / "identifier.key"
    with shared_database(tmp_path) as url, a_standing_board(key_file), override_settings(TASKS=QUEUE):
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "ENV_FILE": "",
            "WSCB_ENV": "development",
            "BOARD_TIME": "2017-05-24",
            "DATABASE_URL": url,
            "TASKS_BACKEND": "database",
            "IDENTIFIER_KEY_FILE": str(key_file),
            "SECRET_KEY": os.environ["SECRET_KEY"],
            "PYTHONPATH": str(ROOT),
        }

        def start(stage: str) -> "subprocess.Popen[str]":
            script = str(Path(__file__).with_name("worker_that_hangs.py"))
            process = subprocess.Popen(
                [sys.executable, script, stage],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=(tmp_path / "worker.log").open("a"),
                text=True,
            )
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.wait(timeout=20)
            assert process.stdout is not None
            process.stdout.close()


def sent(number: int) -> StagedUpload:
    return check_in_background(
        content=a_csv(referral_lines(number)),
        file_name="referrals.csv",
        return_type=RETURN_TYPES["referrals"],
        supplier=an_agency("CSC"),
        quarter=QUARTER,
        by=None,
    )


def killed_at(stage: str, worker: Worker) -> None:
    process = worker(stage)
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=20) == -signal.SIGKILL


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_stage_it_leaves_the_old_return_whole_and_ends_well_when_tried_again(
    stage: str, worker: Worker
) -> None:
    standing = an_accepted_return()
    figures = list(Figure.objects.order_by("pk").values())
    records = list(Referral.objects.order_by("pk").values())
    upload = sent(5)
    killed_at(stage, worker)

    assert QuarterlyReturn.objects.get() == standing
    assert list(QuarterlyReturn.objects.standing()) == [standing]
    assert list(Figure.objects.order_by("pk").values()) == figures
    assert list(Referral.objects.order_by("pk").values()) == records
    upload.refresh_from_db()
    # what ends a check is told within its last transaction, so nobody else has seen it
    assert upload.stage == (CheckStage.STORING if stage == "ready" else stage)
    assert not upload.has_stopped

    StagedUpload.objects.update(stage_at=timezone.now() - timedelta(minutes=6))
    assert mark_stopped() == 1
    upload.refresh_from_db()
    assert upload.may_be_tried_again
    assert try_again(upload)

    process = worker("never")
    assert process.wait(timeout=60) == 0
    upload.refresh_from_db()
    assert (upload.stage, upload.attempts, bytes(upload.content)) == (CheckStage.READY, 2, b"")
    candidate = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert (candidate, candidate.row_count, candidate.replaces_version) == (upload.candidate, 5, 1)
    assert Referral.objects.filter(quarterly_return=candidate).count() == 5
    assert DBTaskResult.objects.successful().count() == 1


def test_what_a_worker_writes_to_its_log_holds_nothing_of_the_file(worker: Worker, tmp_path: Path) -> None:
    lines = referral_lines(3)
    lines[1]["child_id"] = "943 476 5919"
    check_in_background(
        content=a_csv(lines),
        file_name="referrals.csv",
        return_type=RETURN_TYPES["referrals"],
        supplier=an_agency("CSC"),
        quarter=QUARTER,
        by=None,
    )
    assert worker("never").wait(timeout=60) == 0
    assert StagedUpload.objects.get().stage == CheckStage.REFUSED
    log = (tmp_path / "worker.log").read_text()
    assert "check_staged state=SUCCESSFUL" in log
    assert "9434765919" not in log.replace(" ", "")
