"""Housekeeping: what is a day old is gone, and a queue that nobody serves is told."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dataset.models import CheckStage, QuarterlyReturn, ReturnState, StagedUpload
from tests.builders import a_candidate, a_csv, a_staged_upload, a_standing_board, an_accepted_return, referral_lines

pytestmark = pytest.mark.django_db
PATH = "dataset.ingest.background.check_staged"


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def a_task(status: str = TaskResultStatus.READY, **ago: int) -> DBTaskResult:
    """A task that was queued, and taken up unless it is ready, so long ago."""
    task = DBTaskResult.objects.create(
        status=status, args_kwargs={"args": [], "kwargs": {}}, task_path=PATH, backend_name="default"
    )
    moment = timezone.now() - timedelta(**ago)
    taken_up = None if status == TaskResultStatus.READY else moment
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=moment, started_at=taken_up)
    return task


def test_all_that_waited_for_over_a_day_is_deleted_and_nothing_else() -> None:
    accepted, old = an_accepted_return(), a_candidate(a_csv(referral_lines(4)))
    a_staged_upload()
    long_ago = timezone.now() - timedelta(hours=25)
    QuarterlyReturn.objects.update(uploaded_at=long_ago)
    StagedUpload.objects.update(uploaded_at=long_ago)
    a_task(TaskResultStatus.SUCCESSFUL, hours=25)
    a_task(TaskResultStatus.RUNNING, hours=25)
    fresh = {a_task(TaskResultStatus.SUCCESSFUL, hours=2).pk, a_task(hours=25).pk}
    told = said("delete_forgotten")
    assert "Deleted: 1 uploads not accepted, 1 files in the background, 2 tasks." in told
    assert QuarterlyReturn.objects.get() == accepted
    assert old.state == ReturnState.CANDIDATE
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == fresh
    assert "Deleted: 0 uploads not accepted, 0 files in the background, 0 tasks." in said("delete_forgotten")


def test_checks_whose_worker_was_killed_are_marked() -> None:
    a_staged_upload()
    StagedUpload.objects.update(stage=CheckStage.CHECKING, stage_at=timezone.now() - timedelta(minutes=6))
    assert "Marked as to be tried again: 1 checks." in said("delete_forgotten")
    assert StagedUpload.objects.get().stage == CheckStage.RETRY


def test_a_queue_is_well_until_a_task_has_waited_for_long() -> None:
    a_task(minutes=4)
    a_task(TaskResultStatus.RUNNING, minutes=50)
    assert "No task waits for long." in said("check_queue")
    a_task(minutes=6)
    with pytest.raises(CommandError, match="Tasks that no worker has taken up: 1"):
        said("check_queue")
