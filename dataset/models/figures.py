"""The figures counted from returns."""

from django.db import models
from django.db.models import Q

from dataset.definitions import State
from dataset.models.returns import QuarterlyReturn
from dataset.periods import Quarter, Window


class CountedBecause(models.TextChoices):
    ACCEPTED = "accepted", "A return was accepted"
    WITHDRAWN = "withdrawn", "A return was withdrawn"


class Figure(models.Model):
    """One counted number.

    A quarter figure belongs to one version of one return. A distinct figure over a longer window was recounted
    because a return was accepted or withdrawn: `quarterly_return` is that version, `because` which of the two, and
    `versions` the returns it was counted over. As at a moment, the latest counted by then over returns that all
    stood stands.
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
    because = models.CharField(max_length=10, choices=CountedBecause, default=CountedBecause.ACCEPTED)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["quarter_ordinal", "item"]), models.Index(fields=["item", "breakdown"])]
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "because", "item", "quarter_ordinal", "window", "breakdown", "category"],
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
