"""What waited for over a day is deleted: uploads that nobody accepted, and files that wait for their check."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dataset.models import OVER, CheckStage, QuarterlyReturn, Restatement, ReturnState, StagedUpload, stalled_before

CANDIDATE_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Forgotten:
    """How many uploads awaited acceptance for too long, and how many staged files were over a day old."""

    candidates: int
    staged: int


def delete_forgotten() -> Forgotten:
    """Delete all that is over a day old, but for what somebody has in hand at this moment.

    A restated year goes with the last of its quarters.
    """
    day_ago = timezone.now() - CANDIDATE_LIFE
    waiting = QuarterlyReturn.objects.filter(state=ReturnState.CANDIDATE, uploaded_at__lt=day_ago)
    candidates = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    QuarterlyReturn.objects.filter(pk__in=candidates).delete()
    Restatement.objects.filter(accepted_at=None, uploaded_at__lt=day_ago, returns=None).delete()
    old = StagedUpload.objects.filter(uploaded_at__lt=day_ago)
    staged = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    StagedUpload.objects.filter(pk__in=staged).delete()
    return Forgotten(len(candidates), len(staged))


def is_forgotten(candidate: QuarterlyReturn) -> bool:
    """Whether it has waited for over a day: what it was checked against may have moved on, and it may be gone soon."""
    is_waiting = candidate.state == ReturnState.CANDIDATE
    return is_waiting and candidate.uploaded_at < timezone.now() - CANDIDATE_LIFE


def mark_stopped() -> int:
    """Mark the checks whose worker was killed, so that they are known as to be tried again; how many there were."""
    stalled = StagedUpload.objects.filter(stage_at__lt=stalled_before())
    return stalled.exclude(stage__in=[*OVER, CheckStage.WAITING, CheckStage.RETRY]).update(stage=CheckStage.RETRY)


def delete_done_tasks() -> int:
    """Delete the queue's memory of tasks that ended, or were cut off, over a day ago; how many there were."""
    day_ago = timezone.now() - CANDIDATE_LIFE
    tasks = DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(started_at__lt=day_ago)
    return tasks.delete()[0]
