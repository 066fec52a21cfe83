"""Small definitions and figures for the tests of the arithmetic."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dataset.comparison import Comparator
from dataset.definitions import Counts, DataItem, Kind, Measure, Polarity, State, Theme, Timing
from dataset.derivation import FigureValue, MeasureValue
from dataset.periods import Quarter, Window
from dataset.status import Threshold

Q4 = Quarter(2016, 4)
POPULATION = {"population_0_17": {2014: 102_000, 2015: 103_000, 2016: 103_549}}
ENGLAND = Comparator("England", 77.2, "2016-17", "year to March 2017")
THRESHOLD = Threshold("XX01", date(2013, 4, 1), 80, 70)


def measure(**changes: Any) -> Measure:
    """Conferences in time out of conferences held, unless changed."""
    fields: dict[str, Any] = {
        "code": "XX01",
        "theme": Theme.CHILD_PROTECTION,
        "title": "Conferences in time",
        "kind": Kind.PERCENTAGE,
        "numerator": "in_time",
        "denominator": "held",
        "timing": Timing.IN_QUARTER,
        "polarity": Polarity.HIGH,
        "tier": 1,
        "why_it_matters": "",
        "question": "",
        "per": 100,
        "unit": "conferences",
        "affected": "children waited longer",
    }
    return Measure(**{**fields, **changes})


def count(**changes: Any) -> Measure:
    """Missing episodes, unless changed."""
    fields: dict[str, Any] = {
        "kind": Kind.COUNT,
        "numerator": "episodes",
        "denominator": "",
        "polarity": Polarity.NONE,
        "unit": "missing episodes",
        "affected": "",
    }
    return measure(**{**fields, **changes})


def rate(**changes: Any) -> Measure:
    """Referrals per 10,000 children, unless changed."""
    fields: dict[str, Any] = {
        "kind": Kind.RATE,
        "numerator": "received",
        "denominator": "population_0_17",
        "per": 10_000,
        "polarity": Polarity.NONE,
        "unit": "referrals",
        "affected": "",
    }
    return measure(**{**fields, **changes})


def item(code: str, counts: Counts = Counts.EVENTS, timing: Timing = Timing.IN_QUARTER, **more: Any) -> DataItem:
    return DataItem(code, code, "partner_counts", counts, timing, "as supplied", "CSC", **more)


def figure(value: int | None, state: State | None = None, **more: Any) -> FigureValue:
    """A reported number, or one not returned."""
    return FigureValue(value, state or (State.NOT_RETURNED if value is None else State.REPORTED), **more)


def figures(
    numbers: Mapping[str, Mapping[Quarter, int | None]], window: Window = Window.QUARTER
) -> dict[tuple[str, Quarter, Window], FigureValue]:
    """{'held': {quarter: 60}} as stored figures; None is one that says it was not returned."""
    return {
        (code, quarter, window): figure(number)
        for code, by_quarter in numbers.items()
        for quarter, number in by_quarter.items()
    }


def value(numerator: int, denominator: int, measured: Measure | None = None, quarter: Quarter = Q4) -> MeasureValue:
    """A value of one quarter, derived from its two parts."""
    from dataset.derivation import derive

    chosen = measured or measure()
    numbers = {chosen.numerator: {quarter: numerator}, chosen.denominator: {quarter: denominator}}
    return derive(chosen, figures(numbers), quarter, Window.QUARTER)
