"""A file checked by a task comes to what it comes to in the request; nothing of it is left, or told by a fault."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from accounts.models import Agency
from dataset.ingest.background import check_in_background, check_staged, try_again
from dataset.ingest.staging import findings_of, offer_of
from dataset.models import RECORD_MODELS, CheckStage, Figure, QuarterlyReturn, ReturnState, StagedUpload, StoredFinding
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import (
    QUARTER,
    a_csv,
    a_receipt,
    a_staged_upload,
    a_standing_board,
    a_user,
    an_accepted_return,
    referral_lines,
)
from tests.dataset.ingest.test_corpus import NAMES, expected, file_of

pytestmark = pytest.mark.django_db
DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
AS_STORED = ("id", "public_id", "uploaded_at", "quarterly_return", "counted_at")


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def checked(upload: StagedUpload) -> StagedUpload:
    check_staged.call(upload.public_id)
    upload.refresh_from_db()
    return upload


def stored(candidate: QuarterlyReturn) -> dict[str, Any]:
    """All that is stored of a candidate, but for what differs between any two."""

    def rows(model: Any) -> list[dict[str, Any]]:
        found = model.objects.filter(quarterly_return=candidate).order_by("pk").values()
        return [
            {name: cell for name, cell in row.items() if name.removesuffix("_id") not in AS_STORED} for row in found
        ]

    fields = model_to_dict(candidate)
    records = RECORD_MODELS.get(candidate.return_type, Figure)
    facts = {name: value for name, value in fields.items() if name not in AS_STORED}
    return {"facts": facts, "records": rows(records), "findings": rows(StoredFinding)}


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_the_corpus_comes_to_the_same_as_in_the_request(name: str) -> None:
    context = expected(name)["context"]
    how = {
        "return_type": context["return_type"],
        "supplier": context["supplier"],
        "quarter": Quarter.parse(context["quarter"]),
        "nil": context.get("nil", False),
    }
    content = file_of(name).read_bytes()
    receipt = a_receipt(content, **how)
    direct = stored(receipt.candidate) if receipt.candidate else None
    QuarterlyReturn.objects.all().delete()
    upload = checked(a_staged_upload(content, **how))
    assert bytes(StagedUpload.objects.get().content) == b""
    assert upload.rows == receipt.rows
    if receipt.candidate:
        assert upload.stage == CheckStage.READY
        assert upload.candidate is not None
        assert stored(upload.candidate) == direct
    else:
        assert upload.stage == CheckStage.REFUSED
        assert findings_of(upload) == receipt.findings
        assert offer_of(upload, RETURN_TYPES[context["return_type"]]) == receipt.offer
        assert upload.read_as == (receipt.sent.facts if receipt.sent else {})
        assert not QuarterlyReturn.objects.exists()


def test_the_file_that_stands_already_changes_nothing() -> None:
    standing = an_accepted_return()
    upload = checked(a_staged_upload())
    assert (upload.stage, upload.unchanged, upload.candidate) == (CheckStage.READY, standing, None)
    assert bytes(upload.content) == b""


def test_the_candidate_is_its_senders(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    officer = a_user("data_officer")
    upload = checked(a_staged_upload(by=officer))
    assert upload.candidate is not None
    assert upload.candidate.uploaded_by == officer


def test_a_second_run_of_a_task_does_nothing() -> None:
    upload = checked(a_staged_upload())
    again = checked(upload)
    assert again.attempts == 1
    assert QuarterlyReturn.objects.get() == again.candidate


def test_every_stage_is_told_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataset.ingest.stages import stages_of
    from dataset.ingest.staging import Claim

    seen = []
    move = Claim._move

    def watch(self: Claim, stage: CheckStage, **fields: Any) -> None:
        move(self, stage, **fields)
        seen.append(StagedUpload.objects.get().stage)

    monkeypatch.setattr(Claim, "_move", watch)
    checked(a_staged_upload())
    waiting, reading, *others = stages_of(RETURN_TYPES["referrals"])
    assert (waiting, reading) == (CheckStage.WAITING, CheckStage.READING)
    assert seen == [*others, CheckStage.READY]


def test_an_identifier_in_a_refused_file_is_nowhere_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    lines = referral_lines(3)
    lines[1]["child_id"] = "943 476 5919"
    upload = checked(a_staged_upload(a_csv(lines)))
    assert upload.stage == CheckStage.REFUSED
    for text in ("943 476 5919", "9434765919"):
        assert text not in repr(StagedUpload.objects.values().get())
        assert text not in caplog.text


def sent(**changes: Any) -> StagedUpload:
    """Three referrals, sent to be checked in the background."""
    how = {"return_type": RETURN_TYPES["referrals"], "supplier": Agency.objects.get(code="CSC"), "quarter": QUARTER}
    content = a_csv(referral_lines(3))
    return check_in_background(**{"content": content, "file_name": "referrals.csv", "by": None, **how, **changes})


@override_settings(TASKS=DATABASE_QUEUE)
def test_a_task_holds_the_public_id_and_no_more(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload = sent()
    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [upload.public_id], "kwargs": {}}
    assert StagedUpload.objects.get().stage == CheckStage.WAITING


@override_settings(TASKS=DATABASE_QUEUE)
def test_the_same_press_twice_is_one_task(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = sent()
    with django_capture_on_commit_callbacks(execute=True):
        assert sent() == first
    assert DBTaskResult.objects.count() == 1


def test_with_the_immediate_backend_it_is_over_at_once(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload = sent()
    upload.refresh_from_db()
    assert upload.stage == CheckStage.READY
    assert QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE) == upload.candidate


@override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["other"]}})
def test_a_queue_that_takes_nothing_leaves_the_file_to_be_tried_again(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sent()
    assert StagedUpload.objects.get().stage == CheckStage.RETRY


def test_a_fault_is_logged_without_what_the_file_holds_and_the_file_stays_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lines = referral_lines(3)
    lines[1]["child_id"] = "SECRETCHILD"
    upload = a_staged_upload(a_csv(lines))
    with monkeypatch.context() as broken:
        broken.setattr("dataset.ingest.storing.store_records", _fails_with_a_row)
        checked(upload)
    assert upload.stage == CheckStage.RETRY
    assert "ValueError" in caplog.text and "stopped while storing" in caplog.text
    assert "SECRETCHILD" not in caplog.text and "a digest of" not in caplog.text
    assert not QuarterlyReturn.objects.exists()
    assert try_again(upload)
    assert checked(upload).stage == CheckStage.READY
    assert upload.attempts == 2


def _fails_with_a_row(version: QuarterlyReturn, frame: Any) -> None:
    raise ValueError(f"a digest of SECRETCHILD: {frame.to_dict()}")


def test_a_missing_key_is_logged_with_what_to_do(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.IDENTIFIER_KEY_CREATE = False
    upload = checked(a_staged_upload())
    assert upload.stage == CheckStage.RETRY
    assert "Put the key file back" in caplog.text


def test_a_file_that_waited_under_another_secret_is_refused_and_says_to_send_it_again(settings: Any) -> None:
    upload = a_staged_upload()
    settings.SECRET_KEY = "another"
    checked(upload)
    assert upload.stage == CheckStage.REFUSED
    assert "Choose it again" in findings_of(upload)[0].message


def test_a_file_of_a_supplier_that_does_not_owe_the_return_is_refused_as_in_the_request() -> None:
    upload = checked(a_staged_upload(supplier="POL"))
    assert [one.code for one in findings_of(upload)] == ["not_owner"]


@pytest.mark.parametrize("meanwhile", ["deleted", "another worker"])
def test_a_worker_that_loses_the_check_at_the_last_moment_stores_nothing(
    meanwhile: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dataset.ingest import staging

    real = staging.store_candidate

    def overtaken(*how: Any) -> Any:
        stored = real(*how)
        if meanwhile == "deleted":
            StagedUpload.objects.all().delete()
        else:
            StagedUpload.objects.update(attempts=2)
        return stored

    monkeypatch.setattr(staging, "store_candidate", overtaken)
    caplog.set_level(logging.WARNING)
    check_staged.call(a_staged_upload().public_id)
    assert not QuarterlyReturn.objects.exists()
    assert "was taken from this worker" in caplog.text
