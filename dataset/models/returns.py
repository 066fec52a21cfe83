"""Returns, their versions, and what was found in them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from dataset.models.reference import Area, new_public_id
from dataset.periods import FinancialYear, Quarter


class ReturnState(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ReturnQuerySet(models.QuerySet["QuarterlyReturn"]):
    def standing(self, as_at: datetime | None = None) -> Self:
        """The accepted versions that had not been withdrawn by the moment; now, where none is given."""
        if as_at is None:
            return self.filter(state=ReturnState.ACCEPTED)
        standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=as_at)
        return self.filter(standing, version__isnull=False, accepted_at__lte=as_at)

    def versions_of(self, like: "QuarterlyReturn") -> Self:
        """Every version of the same return: its type, supplier, area and quarter."""
        return self.filter(
            version__isnull=False,
            return_type=like.return_type,
            supplier_id=like.supplier_id,
            area_id=like.area_id,
            quarter_ordinal=like.quarter_ordinal,
        )


class Restatement(models.Model):
    """Four quarters of one return, uploaded together and accepted together or not at all."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    start_year = models.PositiveSmallIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    left_versions = models.JSONField(
        default=dict, blank=True, help_text="By quarter: the version that it leaves as it stands"
    )

    class Meta:
        ordering = ("-start_year", "return_type")

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.start_year)

    def left_version(self, quarter: Quarter) -> int | None:
        """The version of the quarter that was sent again unchanged; None where the quarter is restated."""
        return self.left_versions.get(quarter.slug)


class QuarterlyReturn(models.Model):
    """One version of one supplier's return for one quarter.

    A candidate has been checked and pseudonymised but counts for nothing until it is accepted, when it gets the
    next version number. Versions are ordered by number; `accepted_at` and `withdrawn_at` (board time) say what was
    current when. A locked version was shown in a frozen pack and is only corrected, never withdrawn. A purged one
    has lost its records for ever and keeps its figures.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="returns")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    quarter_ordinal = models.PositiveIntegerField(db_column="quarter")
    version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12, choices=ReturnState, default=ReturnState.CANDIDATE)
    nil = models.BooleanField(default=False)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64)
    file_size = models.PositiveBigIntegerField(default=0)
    row_count = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0, help_text="Rows of other areas, counted and not stored")
    absent_columns = models.JSONField(default=list, blank=True)
    read_as = models.JSONField(default=dict, blank=True, help_text="How the file was read: encoding, header, names")
    key_fingerprint = models.CharField(max_length=16, blank=True)
    replaces_version = models.PositiveIntegerField(null=True, help_text="The version current when it was checked")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_by_label = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revision_reason = models.CharField(max_length=300, blank=True)
    restatement = models.ForeignKey(Restatement, on_delete=models.PROTECT, null=True, related_name="returns")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)
    locked_at = models.DateTimeField(null=True)
    purge_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    purge_asked_at = models.DateTimeField(null=True)
    purge_reason = models.CharField(max_length=300, blank=True)
    purged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    purged_at = models.DateTimeField(null=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ("-quarter_ordinal", "return_type", "-version")
        indexes = [models.Index(fields=["area", "state", "quarter_ordinal"])]
        constraints = [
            models.UniqueConstraint(
                fields=["return_type", "supplier", "area", "quarter_ordinal", "version"], name="return_version_once"
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.CANDIDATE, version__isnull=True, accepted_at__isnull=True)
                | (~Q(state=ReturnState.CANDIDATE) & Q(version__gte=1, accepted_at__isnull=False)),
                name="return_accepted_has_version_and_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.WITHDRAWN, withdrawn_at__isnull=False, locked_at__isnull=True)
                & ~Q(withdrawal_reason="")
                | (~Q(state=ReturnState.WITHDRAWN) & Q(withdrawn_at__isnull=True, withdrawal_reason="")),
                name="return_withdrawn_has_moment_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(purge_asked_by__isnull=True, purge_asked_at__isnull=True, purge_reason="")
                | (Q(purge_asked_by__isnull=False, purge_asked_at__isnull=False) & ~Q(purge_reason="")),
                name="return_purge_is_asked_for_by_someone_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(purged_by__isnull=True, purged_at__isnull=True)
                | Q(purged_by__isnull=False, purged_at__isnull=False, purge_asked_by__isnull=False)
                & ~Q(purged_by=models.F("purge_asked_by")),
                name="return_purged_by_a_second_person",
            ),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            models.CheckConstraint(condition=Q(nil=False) | Q(row_count=0), name="nil_return_has_no_rows"),
        ]

    def __str__(self) -> str:
        version = f"v{self.version}" if self.version else "candidate"
        return f"{self.return_type} {self.supplier.code} {self.quarter} {version}"

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_ordinal(self.quarter_ordinal)


class ReturnLock(models.Model):
    """The row that an acceptance locks, so that two corrections of one type cannot miss each other."""

    return_type = models.CharField(max_length=40)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_type", "area"], name="one_lock_a_type_and_area")]


class StoredFinding(models.Model):
    """A query stored with its return, to be answered. Never holds an identifier's value."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=5)
    code = models.CharField(max_length=60)
    line = models.PositiveIntegerField(null=True)
    record = models.CharField(max_length=64, blank=True, help_text="A digest that tells the record on the line")
    column = models.CharField(max_length=60, blank=True)
    found = models.CharField(max_length=200, blank=True)
    expected = models.CharField(max_length=300, blank=True)
    message = models.CharField(max_length=600)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_from_version = models.PositiveIntegerField(null=True, help_text="The version that the answer was given to")

    class Meta:
        ordering = ("line", "column", "code", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="finding_answer_has_its_moment",
            ),
        ]
