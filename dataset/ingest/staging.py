"""Large files that wait for their check: sealed in the database, held by one worker at a time, emptied at the end."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Agency, User
from dataset.definitions import ReturnType
from dataset.ingest import gathering
from dataset.ingest.examining import Examined
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.renaming import MissingColumn, Offer
from dataset.ingest.sealing import seal, unseal
from dataset.ingest.storing import Receipt, Stored, kept_file_name, store_candidate
from dataset.models import OVER, CheckStage, QuarterlyReturn, StagedUpload
from dataset.periods import Quarter


class Overtaken(Exception):
    """The check is not this worker's any more: it was deleted, or somebody had it tried again."""


def stage_file(
    *,
    content: bytes,
    file_name: str,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    by: User | None,
    nil: bool = False,
) -> tuple[StagedUpload, bool]:
    """The file sealed and stored, to be checked; and whether that is new.

    A file that is being checked already for the same return is not stored again: the check that is going on is given.
    One whose check has stopped is taken up anew.
    """
    same = {
        "return_type": return_type.code,
        "supplier": supplier,
        "area": gathering.board_area(),
        "quarter_ordinal": quarter.ordinal,
        "nil": nil,
        "file_digest": hashlib.sha256(content).hexdigest(),
    }
    now = timezone.now()
    upload = StagedUpload(
        **same,
        file_name=kept_file_name(file_name, return_type),
        file_size=len(content),
        stage_at=now,
        uploaded_by=by,
        uploaded_at=now,
    )
    upload.content = seal(content, secret=settings.SECRET_KEY, row=upload.public_id)
    with transaction.atomic():
        going_on = _unfinished(same).select_for_update().first()
        if going_on and not going_on.has_stopped:
            return going_on, False
        if going_on:
            going_on.delete()
        try:
            with transaction.atomic():
                upload.save(force_insert=True)
        except IntegrityError:  # the same press a second time, at the same moment: the first may even be over by now
            return StagedUpload.objects.filter(**same).defer("content").latest("uploaded_at"), False
    return upload, True


def _unfinished(same: Mapping[str, Any]) -> "QuerySet[StagedUpload]":
    return StagedUpload.objects.filter(**same).exclude(stage__in=OVER).defer("content")


def wait_again(upload: StagedUpload) -> bool:
    """Put a check that has stopped back among those that wait; whether it may be tried again at all."""
    with transaction.atomic():
        locked = StagedUpload.objects.select_for_update().defer("content").filter(pk=upload.pk).first()
        if locked is None or not locked.may_be_tried_again:
            return False
        locked.stage, locked.stage_at = CheckStage.WAITING, timezone.now()
        locked.save(update_fields=["stage", "stage_at"])
    return True


def mark_not_queued(public_id: str) -> None:
    """Say of a check that waits that nobody will take it up by itself."""
    waiting = StagedUpload.objects.filter(public_id=public_id, stage=CheckStage.WAITING)
    waiting.update(stage=CheckStage.RETRY, stage_at=timezone.now())


def discard(upload: StagedUpload) -> None:
    """Delete a staged file; a worker that has it in hand finds out at its next stage, and stores nothing."""
    StagedUpload.objects.filter(pk=upload.pk).delete()


@dataclass
class Claim:
    """A worker's hold on a staged file. Whatever it does raises Overtaken once the hold is lost."""

    upload: StagedUpload

    @classmethod
    def take(cls, public_id: str) -> "Claim | None":
        """Take up a check that waits; None where it is over, gone, or another worker was first."""
        waiting = StagedUpload.objects.filter(public_id=public_id, stage=CheckStage.WAITING)
        if not waiting.update(stage=CheckStage.READING, stage_at=timezone.now(), attempts=F("attempts") + 1):
            return None
        related = ("supplier", "area", "uploaded_by")
        upload = StagedUpload.objects.select_related(*related).filter(public_id=public_id).first()
        return cls(upload) if upload else None

    def content(self) -> bytes:
        """The file as it was sent; to be asked for once, as the sealed bytes are let go. Raises SealBroken."""
        sealed, self.upload.content = memoryview(self.upload.content), b""
        return unseal(sealed, secret=settings.SECRET_KEY, row=self.upload.public_id)

    def reach(self, stage: CheckStage) -> None:
        """Tell how far the check has come, for all to see at once."""
        if stage != self.upload.stage:
            self._move(stage)

    @transaction.atomic
    def store(self, candidate: QuarterlyReturn, examined: Examined, return_type: ReturnType) -> Stored:
        """Store the candidate and end the check, both or neither."""
        if not self._held().select_for_update().values_list("pk", flat=True):
            raise Overtaken
        stored = store_candidate(candidate, examined, return_type)
        self._move(CheckStage.READY, content=b"", rows=candidate.row_count, candidate=candidate)
        return stored

    def end(self, receipt: Receipt) -> None:
        """End the check of a file that gave no candidate: keep what its officer is to be told, and nothing of it."""
        if receipt.unchanged:
            self._move(CheckStage.READY, content=b"", rows=receipt.rows, unchanged=receipt.unchanged)
            return
        self._move(
            CheckStage.REFUSED,
            content=b"",
            rows=receipt.rows,
            findings=[asdict(finding) for finding in receipt.findings],
            read_as=receipt.sent.facts if receipt.sent else {},
            offer=_plain(receipt.offer),
        )

    def give_up(self) -> None:
        """Mark the check as to be tried again; the sealed file stays for that."""
        self._move(CheckStage.RETRY)

    def _move(self, stage: CheckStage, **fields: Any) -> None:
        if not self._held().update(stage=stage, stage_at=timezone.now(), **fields):
            raise Overtaken
        self.upload.stage = stage

    def _held(self) -> "QuerySet[StagedUpload]":
        """The row, while it stands as this worker left it."""
        upload = self.upload
        return StagedUpload.objects.filter(pk=upload.pk, attempts=upload.attempts, stage=upload.stage)


def findings_of(upload: StagedUpload) -> tuple[Finding, ...]:
    """What a refused file is told."""
    return tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in upload.findings)


def offer_of(upload: StagedUpload, return_type: ReturnType) -> Offer:
    """Which of a refused file's own column names may stand for those that it lacks."""
    columns = {column.name: column for column in return_type.columns}
    missing = [MissingColumn(columns[n], s) for n, s in upload.offer.get("missing", ()) if n in columns]
    return replace(Offer(), missing=tuple(missing), names=tuple(upload.offer.get("names", ())))


def _plain(offer: Offer) -> dict[str, Any]:
    missing: Iterable[MissingColumn] = offer.missing
    return {"missing": [[one.column.name, one.suggested] for one in missing], "names": list(offer.names)}
