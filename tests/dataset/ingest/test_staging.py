"""A staged file: one check of it at a time, held by one worker, sealed while it waits and emptied when it is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from dataset.ingest import staging
from dataset.ingest.forgetting import delete_forgotten, mark_stopped
from dataset.ingest.staging import Claim, Overtaken, discard, stage_file, wait_again
from dataset.ingest.storing import Receipt
from dataset.models import MOST_ATTEMPTS, CheckStage, QuarterlyReturn, StagedUpload
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_candidate, a_csv, a_staged_upload, a_standing_board, an_agency, referral_lines

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=6)  # longer than a check may stand still


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def taken(upload: StagedUpload) -> Claim:
    claim = Claim.take(upload.public_id)
    assert claim is not None
    return claim


def stood_still(upload: StagedUpload, stage: CheckStage, **fields: Any) -> StagedUpload:
    """The check as if it had come to the stage and stopped there."""
    moment = timezone.now() - LONG_AGO
    StagedUpload.objects.filter(pk=upload.pk).update(stage=stage, stage_at=moment, **fields)
    upload.refresh_from_db()
    return upload


def test_no_row_of_the_database_holds_what_is_in_the_file() -> None:
    lines = referral_lines(3)
    lines[1] |= {"child_id": "9434765919", "locality": "Trowbridge"}
    a_staged_upload(a_csv(lines))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dataset_stagedupload")
        row = cursor.fetchone()
    stored = b"\n".join(bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)
    for text in (b"9434765919", b"Trowbridge", b"child_id", b"R00001"):
        assert text not in stored
    assert len(stored) > len(a_csv(lines))


def test_a_file_name_that_names_somebody_is_not_kept() -> None:
    upload, _ = stage_file(
        content=b"x",
        file_name="943 476 5919.csv",
        return_type=RETURN_TYPES["referrals"],
        supplier=an_agency("CSC"),
        quarter=QUARTER,
        by=None,
    )
    assert upload.file_name == "referrals.csv"


def test_the_same_file_pressed_twice_is_one_check() -> None:
    first = a_staged_upload()
    assert a_staged_upload().pk == first.pk
    taken(first)
    assert a_staged_upload().pk == first.pk
    assert StagedUpload.objects.count() == 1


def test_another_file_or_another_quarter_is_a_check_of_its_own() -> None:
    a_staged_upload()
    a_staged_upload(a_csv(referral_lines(4)))
    a_staged_upload(a_csv(referral_lines(3)), quarter=QUARTER - 1)
    assert StagedUpload.objects.count() == 3


def test_the_database_itself_refuses_a_second_check_of_a_file() -> None:
    first = a_staged_upload()
    first.pk, first.public_id = None, "0" * 32
    with pytest.raises(IntegrityError):
        first.save(force_insert=True)


def test_sending_a_file_whose_check_has_stopped_takes_it_up_anew() -> None:
    stopped = stood_still(a_staged_upload(), CheckStage.CHECKING)
    anew = a_staged_upload()
    assert anew.pk != stopped.pk and anew.stage == CheckStage.WAITING
    assert StagedUpload.objects.get() == anew


def test_a_check_that_is_over_does_not_stand_in_the_way_of_the_next() -> None:
    first = a_staged_upload()
    taken(first).end(Receipt(findings=()))
    assert a_staged_upload().pk != first.pk


def test_of_two_workers_one_has_the_check() -> None:
    upload = a_staged_upload()
    assert Claim.take(upload.public_id) is not None
    assert Claim.take(upload.public_id) is None


def test_a_check_that_is_over_is_not_taken_up_again() -> None:
    upload = a_staged_upload()
    taken(upload).end(Receipt(findings=()))
    assert Claim.take(upload.public_id) is None
    assert Claim.take("0" * 32) is None


def test_a_worker_that_was_thought_dead_finds_the_check_taken_from_it() -> None:
    slow = taken(a_staged_upload())
    slow.reach(CheckStage.CHECKING)
    assert wait_again(stood_still(slow.upload, CheckStage.CHECKING))
    with pytest.raises(Overtaken):
        slow.reach(CheckStage.HASHING)
    quick = taken(slow.upload)
    quick.reach(CheckStage.CHECKING)
    slow.upload.stage = CheckStage.CHECKING
    slow.upload.attempts = 1
    for act in (slow.give_up, lambda: slow.reach(CheckStage.HASHING), lambda: slow.end(Receipt(findings=()))):
        with pytest.raises(Overtaken):
            act()
    quick.reach(CheckStage.HASHING)
    assert StagedUpload.objects.get().stage == CheckStage.HASHING


def test_a_deleted_check_is_not_stored_by_the_worker_that_has_it() -> None:
    claim = taken(a_staged_upload())
    discard(claim.upload)
    with pytest.raises(Overtaken):
        claim.reach(CheckStage.CHECKING)
    assert not QuarterlyReturn.objects.exists()


@pytest.mark.parametrize("stage", [one for one in CheckStage if not one.is_over and one != CheckStage.RETRY])
def test_a_check_that_has_not_moved_for_minutes_has_stopped(stage: CheckStage, settings: Any) -> None:
    upload = a_staged_upload()
    upload.stage = stage
    assert not upload.has_stopped
    assert stood_still(upload, stage).has_stopped
    settings.CHECK_STALLED_MINUTES = 10
    assert not upload.has_stopped


def test_it_is_tried_again_so_often_and_no_more() -> None:
    upload = a_staged_upload()
    for _ in range(MOST_ATTEMPTS):
        claim = taken(upload)
        claim.give_up()
        upload.refresh_from_db()
        may_be = wait_again(upload)
    assert not may_be
    assert Claim.take(upload.public_id) is None


def test_what_goes_on_or_is_over_is_not_tried_again() -> None:
    claim = taken(a_staged_upload())
    assert not wait_again(claim.upload)
    claim.end(Receipt(findings=()))
    assert not wait_again(claim.upload)


def test_what_is_over_holds_nothing_of_the_file() -> None:
    claim = taken(a_staged_upload())
    claim.end(Receipt(findings=()))
    assert bytes(StagedUpload.objects.get().content) == b""


def test_what_stopped_keeps_its_file_sealed() -> None:
    claim = taken(a_staged_upload())
    claim.give_up()
    assert staging.Claim(StagedUpload.objects.get()).content() == a_csv(referral_lines(3))


@pytest.mark.parametrize("stage", list(CheckStage))
def test_what_is_a_day_old_is_deleted_however_far_it_came(stage: CheckStage) -> None:
    old, new = a_staged_upload(), a_staged_upload(a_csv(referral_lines(4)))
    day_ago = timezone.now() - timedelta(days=1, minutes=1)
    StagedUpload.objects.filter(pk=old.pk).update(stage=stage, uploaded_at=day_ago, content=b"")
    assert delete_forgotten().staged == 1
    assert StagedUpload.objects.get() == new


def test_the_next_candidate_deletes_what_is_a_day_old() -> None:
    upload = a_staged_upload()
    StagedUpload.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    a_candidate()
    assert not StagedUpload.objects.filter(pk=upload.pk).exists()


def test_checks_whose_worker_was_killed_are_marked() -> None:
    killed = stood_still(a_staged_upload(), CheckStage.STORING)
    waiting = stood_still(a_staged_upload(a_csv(referral_lines(4))), CheckStage.WAITING)
    going_on = taken(a_staged_upload(a_csv(referral_lines(5)))).upload
    assert mark_stopped() == 1
    stages = dict(StagedUpload.objects.values_list("pk", "stage"))
    assert stages == {
        killed.pk: CheckStage.RETRY,
        waiting.pk: CheckStage.WAITING,  # a worker may yet come
        going_on.pk: CheckStage.READING,
    }
