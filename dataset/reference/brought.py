"""What a publication brought: its figures by benchmark and year, our own, or its neighbour sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from dataset.definitions import State
from dataset.models import Benchmark, Publication
from dataset.narrative import benchmark_period
from dataset.reference.differences import figure_words
from dataset.reference.keys import known_keys


@dataclass(frozen=True)
class BroughtFigures:
    """One key's figures of one period: how many areas, how many without a number, and our own area's."""

    key: str
    title: str
    period_label: str
    areas: int
    without_number: int
    ours: str


@dataclass(frozen=True)
class Brought:
    """`ours` are our own area's neighbours, (rank, name), where it brought neighbour sets."""

    figures: Sequence[BroughtFigures]
    sets: int
    ours: Sequence[tuple[int, str]]

    @property
    def total(self) -> int:
        return sum(one.areas for one in self.figures)


def brought_by(publication: Publication) -> Brought:
    rows = publication.benchmarks
    ours = {
        (key, period): figure_words(value, State(state))
        for key, period, value, state in Benchmark.objects.filter(
            publication=publication, area__code=settings.BOARD_AREA_CODE
        ).values_list("key", "period", "value", "state")
    }
    titles = known_keys()
    counted = (
        rows.values("key", "period")
        .annotate(areas=Count("pk"), without=Count("pk", filter=Q(value__isnull=True)))
        .order_by("key", "-period")
        .values_list("key", "period", "areas", "without")
    )
    figures = [
        BroughtFigures(
            key, titles.get(key, key), benchmark_period(period), areas, without, ours.get((key, period), "as before")
        )
        for key, period, areas, without in counted
    ]
    own_set = publication.neighbour_sets.filter(area__code=settings.BOARD_AREA_CODE).first()
    members = list(own_set.neighbours.values_list("rank", "area__name")) if own_set else []
    return Brought(figures, publication.neighbour_sets.count(), members)
