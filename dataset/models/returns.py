"""Returns, their findings, the figures counted from them, and the calendar of what is owed."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from dataset.definitions import State
from dataset.models.reference import Area
from dataset.periods import Quarter, Window


def new_public_id() -> str:
    return uuid.uuid4().hex


class ReturnState(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    ACCEPTED = "accepted", "Accepted"


class QuarterlyReturn(models.Model):
    """One version of one supplier's return for one quarter.

    A candidate has been checked and pseudonymised but counts for nothing until it is accepted, when it gets the
    next version number. Versions are ordered by number; `accepted_at` (board time) says what was current when.
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
    key_fingerprint = models.CharField(max_length=16, blank=True)
    replaces_version = models.PositiveIntegerField(null=True, help_text="The version current when it was checked")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_by_label = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-quarter_ordinal", "return_type", "-version")
        indexes = [models.Index(fields=["area", "state", "quarter_ordinal"])]
        constraints = [
            models.UniqueConstraint(
                fields=["return_type", "supplier", "area", "quarter_ordinal", "version"], name="return_version_once"
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.CANDIDATE, version__isnull=True, accepted_at__isnull=True)
                | Q(state=ReturnState.ACCEPTED, version__gte=1, accepted_at__isnull=False),
                name="return_accepted_has_version_and_moment",
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
    column = models.CharField(max_length=60, blank=True)
    found = models.CharField(max_length=200, blank=True)
    expected = models.CharField(max_length=300, blank=True)
    message = models.CharField(max_length=600)

    class Meta:
        ordering = ("line", "column", "code")


class Figure(models.Model):
    """One counted number.

    A quarter figure belongs to one version of one return. A distinct figure over a longer window was recounted
    because a return was accepted: `quarterly_return` is that acceptance and `versions` the returns it was counted
    over. As at a moment, the latest counted by then stands.
    """

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.CASCADE, related_name="figures")
    item = models.CharField(max_length=60)
    quarter_ordinal = models.PositiveIntegerField(db_column="quarter")
    window = models.CharField(max_length=12, choices=[(window.value, window.label) for window in Window])
    breakdown = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=120, blank=True)
    value = models.BigIntegerField(null=True)
    known = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, choices=[(state.value, state.label) for state in State])
    note = models.CharField(max_length=300, blank=True)
    versions = models.JSONField(default=list, blank=True)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["quarter_ordinal", "item"]), models.Index(fields=["item", "breakdown"])]
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "item", "quarter_ordinal", "window", "breakdown", "category"],
                name="figure_once_in_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.REPORTED, State.NIL, State.BREAK_IN_SERIES], value__gte=0)
                | (~Q(state__in=[State.REPORTED, State.NIL, State.BREAK_IN_SERIES]) & Q(value__isnull=True)),
                name="figure_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(breakdown="", category="") | (~Q(breakdown="") & ~Q(category="")),
                name="figure_breakdown_has_category",
            ),
        ]

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_ordinal(self.quarter_ordinal)


class Obligation(models.Model):
    """A supplier owes a return every quarter, so many days after the quarter's end, from one quarter on."""

    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="obligations")
    days_after_quarter_end = models.PositiveSmallIntegerField(default=30)
    first_quarter = models.PositiveIntegerField()
    last_quarter = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("supplier__code", "return_type")
        constraints = [
            models.UniqueConstraint(
                fields=["return_type", "supplier", "first_quarter"], name="obligation_once_from_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(last_quarter__isnull=True) | Q(last_quarter__gte=models.F("first_quarter")),
                name="obligation_quarters_in_order",
            ),
        ]

    def is_owed_for(self, quarter: Quarter) -> bool:
        return self.first_quarter <= quarter.ordinal <= (self.last_quarter or quarter.ordinal)

    def due_on(self, quarter: Quarter) -> date:
        return quarter.end + timedelta(days=self.days_after_quarter_end)
