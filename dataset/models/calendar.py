"""What is owed by whom, by when, and who was reminded of it."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from dataset.periods import Quarter


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def known(self, as_at: datetime | None = None) -> Self:
        """The terms as they were known at the moment; now, where none is given."""
        if as_at is None:
            return self.filter(replaced_at__isnull=True)
        recorded = Q(recorded_at__isnull=True) | Q(recorded_at__lte=as_at)
        return self.filter(recorded, Q(replaced_at__isnull=True) | Q(replaced_at__gt=as_at))


class Obligation(models.Model):
    """A supplier owes a return every quarter, so many days after the quarter's end, from one quarter on.

    Terms that were changed are kept with the moment (board time) at which others took their place, so that what was
    due and on time reads as it did then. `recorded_at` is empty for those that the board was set up with.
    """

    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="obligations")
    days_after_quarter_end = models.PositiveSmallIntegerField(default=30)
    first_quarter = models.PositiveIntegerField()
    last_quarter = models.PositiveIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, editable=False)
    replaced_at = models.DateTimeField(null=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ("supplier__code", "return_type")
        constraints = [
            models.UniqueConstraint(
                fields=["return_type", "supplier", "first_quarter"],
                condition=Q(replaced_at__isnull=True),
                name="obligation_once_from_a_quarter",
            ),
            models.CheckConstraint(
                condition=Q(last_quarter__isnull=True) | Q(last_quarter__gte=F("first_quarter")),
                name="obligation_quarters_in_order",
            ),
        ]

    def is_owed_for(self, quarter: Quarter) -> bool:
        return self.first_quarter <= quarter.ordinal <= (self.last_quarter or quarter.ordinal)

    def due_on(self, quarter: Quarter) -> date:
        return quarter.end + timedelta(days=self.days_after_quarter_end)


class ReminderKind(models.TextChoices):
    UPCOMING = "upcoming", "Due soon"
    OVERDUE = "overdue", "Overdue"
    ESCALATED = "escalated", "Escalated"


class Reminder(models.Model):
    """A reminder of a return that went to a person, so that none goes twice."""

    kind = models.CharField(max_length=10, choices=ReminderKind)
    return_type = models.CharField(max_length=40)
    supplier = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    quarter_ordinal = models.PositiveIntegerField(db_column="quarter")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("-sent_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "return_type", "supplier", "quarter_ordinal", "person"],
                name="reminded_once_of_each_kind",
            ),
            models.CheckConstraint(condition=Q(kind__in=ReminderKind.values), name="reminder_kind_known"),
        ]

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_ordinal(self.quarter_ordinal)
