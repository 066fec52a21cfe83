"""Readings under this deployment's settings."""

from collections.abc import Callable, Iterable

from django.conf import settings

from dataset.definitions import Measure
from dataset.evidence import Evidence
from dataset.periods import Quarter, Window
from dataset.readings import Reading, read_measures
from dataset.status import JudgementRules
from dataset.suppression import Audience


def judgement_rules() -> JudgementRules:
    return JudgementRules(min_denominator=settings.MINIMUM_DENOMINATOR, min_events=settings.MINIMUM_EVENTS)


def read_for(
    measures: Iterable[Measure],
    evidence: Evidence,
    quarter: Quarter,
    window: Window,
    *,
    audience_for: Callable[[Measure], Audience],
    points: int = 16,
    series_window: Window = Window.QUARTER,
    neighbour_model: str = "",
) -> dict[str, Reading]:
    return read_measures(
        measures,
        evidence,
        quarter,
        window,
        audience_for=audience_for,
        rules=judgement_rules(),
        region_code=settings.BOARD_REGION_CODE,
        points=points,
        series_window=series_window,
        neighbour_model=neighbour_model,
        maximum=settings.SUPPRESSION_MAXIMUM,
    )
