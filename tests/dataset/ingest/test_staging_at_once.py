"""Two sessions at one staged file: one check, one worker, one end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.ingest.background import check_staged
from dataset.ingest.staging import Claim, discard, wait_again
from dataset.models import CheckStage, QuarterlyReturn, StagedUpload
from tests.builders import a_staged_upload, a_standing_board
from tests.dataset.ingest.test_locks import A_MOMENT, begun
from tests.real_database import Session


@pytest.fixture(autouse=True)
def _board(real_database: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def test_a_button_pressed_twice_at_the_same_moment_is_one_check() -> None:
    other = Session(lambda: a_staged_upload().pk)
    with begun(a_staged_upload):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert other.done() == StagedUpload.objects.get().pk


def test_of_two_workers_at_the_same_moment_one_has_the_check() -> None:
    upload = a_staged_upload()
    other = Session(lambda: Claim.take(upload.public_id))
    with begun(lambda: Claim.take(upload.public_id)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert other.done() is None
    assert StagedUpload.objects.get().attempts == 1


def test_trying_again_waits_for_the_end_that_is_being_stored_and_then_leaves_it_alone() -> None:
    upload = a_staged_upload()
    other = Session(lambda: wait_again(upload))
    with begun(lambda: check_staged.call(upload.public_id)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert other.done() is False
    assert StagedUpload.objects.get().stage == CheckStage.READY


def test_a_check_that_is_being_deleted_is_not_taken_up() -> None:
    upload = a_staged_upload()
    other = Session(lambda: check_staged.call(upload.public_id))
    with begun(lambda: discard(upload)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    other.done()
    assert not StagedUpload.objects.exists()
    assert not QuarterlyReturn.objects.exists()
