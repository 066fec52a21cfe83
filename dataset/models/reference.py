"""What our figures are set against: areas, populations, neighbour sets, benchmarks and targets.

Everything but Area is append-only: a changed number is a new row with a later `recorded_at`, and readers take the
newest row recorded by the moment that they ask about.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.append_only import AppendOnlyModel
from dataset.definitions import State


def new_public_id() -> str:
    return uuid.uuid4().hex


class AreaLevel(models.TextChoices):
    NATIONAL = "national", "Country"
    REGION = "region", "Region"
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    POLICE_FORCE_AREA = "police_force_area", "Police force area"


class Area(models.Model):
    """A place with published figures. Police figures come without codes; there the level and name are the key."""

    code = models.CharField(max_length=9, blank=True)
    legacy_code = models.CharField(max_length=3, blank=True, help_text="DfE's three-digit code, where it has one")
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=20, choices=AreaLevel)
    localities = models.JSONField(default=list, blank=True, help_text="The board's own list, for its own area")

    class Meta:
        ordering = ("level", "name")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="area_code_once"),
            models.UniqueConstraint(fields=["level", "name"], condition=Q(code=""), name="uncoded_area_name_once"),
            models.CheckConstraint(condition=Q(level__in=AreaLevel.values), name="area_level_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Recorded(AppendOnlyModel):
    """A published figure and when the board came to know it."""

    published_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(AppendOnlyModel.Meta):
        abstract = True


class Population(Recorded):
    """A mid-year estimate. `vintage` names the estimate's own issue, since estimates are revised."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="populations")
    mid_year = models.PositiveSmallIntegerField()
    age_group = models.CharField(max_length=20)
    people = models.PositiveIntegerField()
    vintage = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200)

    class Meta(Recorded.Meta):
        abstract = False
        constraints = [models.CheckConstraint(condition=Q(people__gt=0), name="population_above_nought")]

    def __str__(self) -> str:
        return f"{self.area} {self.age_group} mid-{self.mid_year}: {self.people}"


class FileLayout(models.TextChoices):
    """How a published file is laid out."""

    EES = "ees", "Explore education statistics"
    LONG = "long", "Long table"
    NEIGHBOURS = "neighbours", "Neighbour list"


class Publication(AppendOnlyModel):
    """One issue of published statistics that benchmarks, or neighbour sets, were loaded from."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=200)
    published_on = models.DateField(null=True, blank=True)
    layout = models.CharField(max_length=12, choices=FileLayout, blank=True)
    file_digest = models.CharField(max_length=64)
    loaded_by_label = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(AppendOnlyModel.Meta):
        ordering = ("-recorded_at",)

    def __str__(self) -> str:
        return self.name


class NeighbourSet(Recorded):
    """One area's statistical neighbours under one dated model."""

    model = models.CharField(max_length=40)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, null=True, related_name="neighbour_sets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="neighbour_sets")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="neighbour_set_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} of {self.area}"


class Neighbour(models.Model):
    neighbour_set = models.ForeignKey(NeighbourSet, on_delete=models.PROTECT, related_name="neighbours")
    rank = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    closeness = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("rank",)
        constraints = [
            models.UniqueConstraint(fields=["neighbour_set", "rank"], name="neighbour_rank_once"),
            models.UniqueConstraint(fields=["neighbour_set", "area"], name="neighbour_once_in_set"),
        ]


class IndicatorMapping(models.Model):
    """Which of our benchmark keys an indicator of a publication is, remembered for its next issue.

    `filters` names the values of the publication's filter columns whose rows are meant; `part` says whether the
    indicator is the value itself, its numerator or its denominator.
    """

    publication = models.CharField(max_length=200)
    indicator = models.CharField(max_length=120)
    filters = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=60)
    part = models.CharField(
        max_length=11, choices=[(one, one) for one in ("value", "numerator", "denominator")], default="value"
    )
    unit = models.CharField(max_length=60, blank=True)
    saved_by_label = models.CharField(max_length=120, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("publication", "key", "part")
        constraints = [
            models.UniqueConstraint(fields=["publication", "key", "part"], name="one_indicator_for_a_key_and_part"),
        ]


class StagedPublication(models.Model):
    """A published file between its upload and its acceptance; a day old, it is deleted.

    `content` is the file compressed, not encrypted: published statistics are nobody's personal data. `choices` are
    which of our keys its indicators are; `valid_from` and `valid_to` are a neighbour list's.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    layout = models.CharField(max_length=12, choices=FileLayout)
    name = models.CharField(max_length=200)
    published_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    uploaded_at = models.DateTimeField(help_text="By the real clock")

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = [
            models.CheckConstraint(condition=Q(layout__in=FileLayout.values), name="staged_publication_layout_known"),
        ]


class Benchmark(Recorded):
    """A published figure of one area for one period ('2016-17', or '2017-03-31' for a snapshot)."""

    key = models.CharField(max_length=60)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, null=True, related_name="benchmarks")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="benchmarks")
    period = models.CharField(max_length=10)
    numerator = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    state = models.CharField(max_length=20, choices=[(state.value, state.label) for state in State])
    unit = models.CharField(max_length=60)
    source = models.CharField(max_length=250)
    note = models.TextField(blank=True)

    class Meta(Recorded.Meta):
        abstract = False
        indexes = [models.Index(fields=["key", "period", "area"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.REPORTED, value__isnull=False)
                | (~Q(state=State.REPORTED) & Q(value__isnull=True)),
                name="benchmark_value_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.area} {self.period}"


class Target(Recorded):
    """A measure's threshold from a day on: the edge of green, the edge of red, and who set them and why."""

    measure = models.CharField(max_length=10)
    valid_from = models.DateField()
    green_edge = models.DecimalField(max_digits=12, decimal_places=3)
    red_edge = models.DecimalField(max_digits=12, decimal_places=3)
    inclusive = models.CharField(max_length=5, choices=[("green", "green"), ("red", "red")], default="green")
    owner = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)

    class Meta(Recorded.Meta):
        abstract = False
        indexes = [models.Index(fields=["measure", "valid_from"])]
        constraints = [
            models.CheckConstraint(condition=~Q(green_edge=F("red_edge")), name="target_edges_differ"),
            models.CheckConstraint(condition=Q(inclusive__in=["green", "red"]), name="target_inclusive_known"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} from {self.valid_from}"
