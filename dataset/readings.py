"""Evidence → readings: each measure's value, status, direction and comparators, as one reader may see them.  [pure]

This is where the rooms meet: derivation, suppression for the reader, then status, direction and comparison of what
is left, so that nothing a reader may not see reaches a sentence.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dataset.comparison import (
    BenchmarkValue,
    Comparator,
    Neighbours,
    compare_neighbours,
    latest_period,
    pick_comparator,
)
from dataset.definitions import DataItem, Kind, Measure, State, Timing
from dataset.derivation import FigureValue, MeasureValue, derive
from dataset.evidence import Evidence, NeighbourList, ReturnSource
from dataset.measures import ITEMS
from dataset.narrative import still_owed
from dataset.periods import Quarter, Window
from dataset.returns import RETURN_TYPES
from dataset.status import Direction, JudgementRules, Status, Threshold, direction, judge, pick_threshold
from dataset.suppression import Audience, mask

ENGLAND = "E92000001"
_WINDOW_LETTERS = {Window.QUARTER: "Q", Window.YEAR_TO_DATE: "Y", Window.ROLLING_YEAR: "R"}


@dataclass(frozen=True, slots=True)
class Awaited:
    """A return that a value lacks: whose, which, for when."""

    supplier: str
    return_type: str
    quarter: Quarter
    name: str = field(default="", compare=False)

    @property
    def whose(self) -> str:
        """The supplier's name, or its code where the name is not known."""
        return self.name or self.supplier


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure as one reader may see it, in one window that ends with one quarter.

    `beside` is the value that a year's published figure may be set beside (twelve months, or the quarter's end).
    `series` are the values of the last quarters, oldest first, in `series_window`; `england_series` and
    `neighbour_series` the published values beside each of them, None where there was none; `series_awaited` the returns
    that each of them lacks.
    """

    measure: Measure
    quarter: Quarter
    window: Window
    audience: Audience
    value: MeasureValue
    beside: MeasureValue
    status: Status
    direction: Direction
    england: Comparator | None
    region: Comparator | None
    neighbours: Neighbours | None
    reconciliation: Comparator | None
    threshold: Threshold | None
    series: tuple[MeasureValue, ...]
    series_window: Window
    reference: str
    returns: tuple[ReturnSource, ...]
    awaited: tuple[Awaited, ...]
    series_awaited: tuple[tuple[Awaited, ...], ...] = ()
    england_series: tuple[float | None, ...] = ()
    neighbour_series: tuple[float | None, ...] = ()


def read_measures(
    measures: Iterable[Measure],
    evidence: Evidence,
    quarter: Quarter,
    window: Window,
    *,
    audience_for: Callable[[Measure], Audience],
    rules: JudgementRules,
    region_code: str,
    points: int = 16,
    series_window: Window = Window.QUARTER,
    neighbour_model: str = "",
    maximum: int = 5,
) -> dict[str, Reading]:
    """A reading of each measure, by code."""
    return {
        measure.code: _Reader(
            measure, evidence, quarter, window, audience_for(measure), rules, region_code, neighbour_model, maximum
        ).read(points, series_window)
        for measure in measures
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    measure: Measure
    evidence: Evidence
    quarter: Quarter
    window: Window
    audience: Audience
    rules: JudgementRules
    region_code: str
    neighbour_model: str
    maximum: int

    def read(self, points: int, series_window: Window) -> Reading:
        if self.measure.not_in_quarter and series_window is Window.QUARTER:
            series_window = Window.YEAR_TO_DATE
        value = self.value(self.quarter, self.window)
        england = self.comparator(ENGLAND, "England")
        beside = self.value(self.quarter, self.comparison_window)
        threshold = pick_threshold(self.evidence.thresholds.get(self.measure.code, ()), self.quarter)
        series = tuple(self.value(one, series_window) for one in self.quarter.back(points))
        status = judge(self.measure, value, threshold, england, beside, self.rules)
        if awaited := self.awaited(value):
            status = replace(status, reason=_owed_by(awaited))
        return Reading(
            measure=self.measure,
            quarter=self.quarter,
            window=self.window,
            audience=self.audience,
            value=value,
            beside=beside,
            status=status,
            direction=direction(self.measure, value, self.value(self.quarter - 4, self.window)),
            england=england,
            region=self.comparator(self.region_code, ""),
            neighbours=self.neighbours(self.quarter, beside),
            reconciliation=self.comparator(self.evidence.area.code, self.evidence.area.name, own=True),
            threshold=threshold,
            series=series,
            series_window=series_window,
            reference=reference(self.measure, value),
            returns=tuple(s for label in value.sources if (s := self.evidence.sources.get(label))),
            awaited=awaited,
            series_awaited=tuple(self.awaited(one) for one in series),
            england_series=tuple(self.published(ENGLAND, one) for one in self.quarter.back(points)),
            neighbour_series=tuple(self.neighbour_mean(one) for one in self.quarter.back(points)),
        )

    @property
    def comparison_window(self) -> Window:
        """The window that a year's published figure may be set beside."""
        flows = (Timing.IN_QUARTER, Timing.DISTINCT_YEAR_TO_DATE)
        return Window.ROLLING_YEAR if self.measure.timing in flows else Window.QUARTER

    def value(self, quarter: Quarter, window: Window) -> MeasureValue:
        found = derive(
            self.measure,
            self.evidence.figures,
            quarter,
            window,
            self.evidence.populations,
            items=self.items,
            owed=self.evidence.owed_of(ITEMS[code] for code in self.measure.items),
        )
        return mask(self.measure, found, self.items, self.audience, self.maximum)

    @property
    def items(self) -> Mapping[str, DataItem]:
        return ITEMS

    @property
    def meets_others(self) -> bool:
        """Only percentages, rates and means meet another area."""
        return bool(self.measure.benchmark) and self.measure.kind is not Kind.COUNT

    def comparator(self, code: str, name: str, *, own: bool = False) -> Comparator | None:
        if not self.measure.benchmark or not (own or self.meets_others):
            return None
        values = self.evidence.benchmarks.get((self.measure.benchmark, code), {})
        return pick_comparator(values.values(), self.quarter, places=self.measure.benchmark_places, name=name)

    def published(self, code: str, quarter: Quarter) -> float | None:
        if not self.meets_others:
            return None
        values = self.evidence.benchmarks.get((self.measure.benchmark, code), {})
        period = latest_period(values, quarter)
        return values[period].value if period else None

    def neighbour_list(self, quarter: Quarter) -> NeighbourList | None:
        """The set asked for by name, else the one in force at the quarter's end."""
        return self.evidence.neighbours_in_force(quarter.end, self.neighbour_model)

    def neighbour_values(self, quarter: Quarter) -> tuple[list[BenchmarkValue], str | None]:
        chosen = self.neighbour_list(quarter)
        if chosen is None or not self.meets_others:
            return [], None
        values = [
            value
            for code, _ in chosen.members
            for value in self.evidence.benchmarks.get((self.measure.benchmark, code), {}).values()
        ]
        return values, latest_period({value.period for value in values}, quarter)

    def neighbour_mean(self, quarter: Quarter) -> float | None:
        values, period = self.neighbour_values(quarter)
        numbers = [one.value for one in values if one.period == period and one.value is not None]
        return sum(numbers) / len(numbers) if numbers else None

    def neighbours(self, quarter: Quarter, ours: MeasureValue) -> Neighbours | None:
        chosen = self.neighbour_list(quarter)
        values, period = self.neighbour_values(quarter)
        if period is None or chosen is None:
            return None
        return compare_neighbours(
            chosen.model,
            chosen.members,
            values,
            period,
            self.measure.polarity,
            ours.value,
            places=self.measure.benchmark_places,
        )

    def awaited(self, value: MeasureValue) -> tuple[Awaited, ...]:
        if value.state is not State.NOT_RETURNED:
            return ()
        items = [ITEMS[code] for code in self.measure.items if ITEMS[code].source in RETURN_TYPES]
        owed = self.evidence.owed_of(items)
        absent = [
            Awaited(item.owner, item.source, quarter, self.evidence.supplier_names.get(item.owner, ""))
            for item in items
            for quarter in value.missing
            if (item.code, quarter, Window.QUARTER) not in self.evidence.figures
            and item.is_due_in(quarter)
            and (item.code not in owed or owed[item.code].is_overdue(quarter))
        ]
        return tuple(dict.fromkeys(absent))


def _owed_by(awaited: Iterable[Awaited]) -> str:
    """Whose returns a value waits for, in a sentence: each supplier once, with its quarters."""
    by_supplier: dict[str, list[Quarter]] = {}
    for one in awaited:
        held = by_supplier.setdefault(one.whose, [])
        if one.quarter not in held:
            held.append(one.quarter)
    return still_owed(by_supplier)


def reference(measure: Measure, value: MeasureValue) -> str:
    """A short stable name for the number: measure, quarter, window, and a mark of the return versions behind it.

    The mark changes when a return is corrected. It is made of the versions alone, never of the number, which it
    would give away.
    """
    mark = hashlib.sha256("\n".join(sorted(value.sources)).encode()).hexdigest()[:4]
    year = str(value.quarter.year).replace("-", "")[2:]
    return f"{measure.code}-{year}Q{value.quarter.number}-{_WINDOW_LETTERS[value.window]}-{mark}"


def read_breakdown(
    measure: Measure,
    evidence: Evidence,
    quarter: Quarter,
    window: Window,
    breakdown: str,
    *,
    audience: Audience,
    maximum: int = 5,
) -> dict[str, MeasureValue]:
    """The measure within each category of a breakdown, suppressed for the reader; empty where it is not split so.

    A category that a quarter's records did not have is nought there; where a quarter's total came without its parts,
    the category is not available. A rate per head of population is given as its
    count, since the population is not split.
    """
    split = [code for code in measure.items if breakdown in ITEMS[code].breakdowns]
    if measure.numerator not in split:
        return {}
    if measure.denominator not in split:
        measure = replace(measure, kind=Kind.COUNT, denominator="", per=1, benchmark="")
    quarters = quarter.quarters_in(window)
    found = {(code, one): evidence.breakdowns.get((code, one, breakdown), {}) for code in split for one in quarters}
    categories = sorted({category for parts in found.values() for category in parts})
    owed = evidence.owed_of(ITEMS[code] for code in measure.items)
    values = {}
    for category in categories:
        figures = {}
        for (code, one), parts in found.items():
            total = evidence.figures.get((code, one, Window.QUARTER))
            if total is not None:
                figures[(code, one, Window.QUARTER)] = parts.get(category) or _part_not_named(total, bool(parts))
        value = derive(measure, figures, quarter, window, evidence.populations, items=ITEMS, owed=owed)
        values[category] = mask(measure, value, ITEMS, audience, maximum)
    return values


def _part_not_named(total: FigureValue, has_parts: bool) -> FigureValue:
    """What a category is in a quarter that does not name it."""
    if not total.state.is_number:
        return FigureValue(None, total.state, sources=total.sources)
    if has_parts or total.value == 0:
        return FigureValue(0, State.REPORTED, sources=total.sources)
    return FigureValue(None, State.NOT_AVAILABLE, sources=total.sources)
