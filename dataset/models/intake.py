"""What is remembered of how suppliers write, and what waits to be checked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency
from dataset.models.reference import Area, new_public_id
from dataset.models.returns import QuarterlyReturn
from dataset.periods import Quarter


class ColumnMapping(models.Model):
    """What a supplier's system calls one of a return's columns. `theirs` is simplified as headers are matched."""

    supplier = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    return_type = models.CharField(max_length=40)
    theirs = models.CharField(max_length=60)
    theirs_as_written = models.CharField(max_length=60)
    ours = models.CharField(max_length=60)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("supplier__code", "return_type", "ours")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "return_type", "theirs"], name="their_column_is_one_of_ours"),
        ]


class CheckStage(models.TextChoices):
    """How far the check of a large file has come."""

    WAITING = "waiting", "Waiting to be checked"
    READING = "reading", "Reading the file"
    CHECKING = "checking", "Checking every cell"
    HASHING = "hashing", "Replacing identifiers"
    COMPARING = "comparing", "Comparing with earlier returns"
    STORING = "storing", "Storing what would be accepted"
    READY = "ready", "Ready to be looked at"
    REFUSED = "refused", "Refused: there is something to put right"
    RETRY = "retry", "Stopped half-way: to be tried again"

    @property
    def is_over(self) -> bool:
        return self in OVER


OVER = (CheckStage.READY, CheckStage.REFUSED)
MOST_ATTEMPTS = 3  # at one staged file, each asked for by a person


class StagedUpload(models.Model):
    """A large file that is checked in the background.

    `content` is the file encrypted, and is emptied when the check is over; `findings`, `read_as` and `offer` keep what
    the officer of a refused one is told, without any identifier's value. Each attempt has its number, so that a worker
    can tell whether the check is still its own. One that is a day old is deleted.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    quarter_ordinal = models.PositiveIntegerField(db_column="quarter")
    nil = models.BooleanField(default=False)
    file_name = models.CharField(max_length=200, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_digest = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(default=b"")
    stage = models.CharField(max_length=10, choices=CheckStage, default=CheckStage.WAITING)
    stage_at = models.DateTimeField(help_text="When it last moved, by the real clock")
    attempts = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)
    read_as = models.JSONField(default=dict, blank=True, help_text="How the file was read: encoding, header, names")
    offer = models.JSONField(default=dict, blank=True, help_text="Columns that it lacks, and names that may be meant")
    candidate = models.ForeignKey(QuarterlyReturn, on_delete=models.SET_NULL, null=True, related_name="+")
    unchanged = models.ForeignKey(QuarterlyReturn, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=CheckStage.values), name="staged_upload_stage_known"),
            models.CheckConstraint(
                condition=~Q(stage__in=[CheckStage.READY, CheckStage.REFUSED]) | Q(content=b""),
                name="staged_content_emptied_when_over",
            ),
            models.UniqueConstraint(
                fields=["supplier", "area", "return_type", "quarter_ordinal", "nil", "file_digest"],
                condition=~Q(stage__in=[CheckStage.READY, CheckStage.REFUSED]),
                name="one_check_of_a_file_at_a_time",
            ),
        ]

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_ordinal(self.quarter_ordinal)

    @property
    def is_over(self) -> bool:
        return CheckStage(self.stage).is_over

    @property
    def has_stopped(self) -> bool:
        """Whether nothing will come of it unless somebody tries again: it failed, or has not moved for long."""
        return self.stage == CheckStage.RETRY or (not self.is_over and self.stage_at < stalled_before())

    @property
    def may_be_tried_again(self) -> bool:
        return self.has_stopped and self.attempts < MOST_ATTEMPTS


def stalled_before() -> datetime:
    """A check that last moved before this moment has stopped: its worker was killed, or nobody took it up."""
    return timezone.now() - timedelta(minutes=settings.CHECK_STALLED_MINUTES)
