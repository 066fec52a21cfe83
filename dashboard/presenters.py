"""What a template may ask for: readings turned into words, numbers as text, and addresses.  [pure]

No template formats a number or knows a rule; it prints what it finds here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from dataset.comparison import Comparator, Neighbours
from dataset.definitions import Breakdown, Kind, Measure, Polarity, Theme, Timing
from dataset.derivation import MeasureValue
from dataset.narrative import day, edge, measured, number
from dataset.narrative import quarters as named_quarters
from dataset.periods import Quarter, Window
from dataset.readings import Reading
from dataset.reasons import period_text, when_text
from dataset.returns import RETURN_TYPES
from dataset.status import Direction, Status, Threshold


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a cell prints it: the text, or a state's letter and words; and what it was made of."""

    text: str
    state: str
    letter: str
    parts: str
    interval: str

    @property
    def is_number(self) -> bool:
        return bool(self.text)

    @property
    def brief(self) -> str:
        """The text, or the state's letter, or the state in words."""
        return self.text or self.letter or self.state


def shown(measure: Measure, value: MeasureValue) -> Shown:
    if value.value is None:
        return Shown("", value.state.label, value.state.letter, "", "")
    return Shown(measured(measure, value.value), "", "", parts(measure, value), interval(measure, value))


def parts(measure: Measure, value: MeasureValue) -> str:
    """'45 of 60', or '397 ÷ 103,549' for a rate; empty for a count."""
    if value.numerator is None or value.denominator is None or measure.kind is Kind.COUNT:
        return ""
    sign = "of" if measure.kind is Kind.PERCENTAGE else "÷"
    return f"{value.numerator:,} {sign} {value.denominator:,}"


def interval(measure: Measure, value: MeasureValue) -> str:
    """'63.1 to 84.0': the 95% limits on the value's own scale; empty where there are none."""
    if value.lower is None or value.upper is None:
        return ""
    places = 0 if measure.kind is Kind.COUNT else 1
    return f"{number(value.lower, places)} to {number(value.upper, places)}"


@dataclass(frozen=True, slots=True)
class Beside:
    """A comparator in words: 'England', '77.2%', 'year to March 2017'."""

    name: str
    text: str
    period: str
    state: str = ""


def beside(measure: Measure, comparator: Comparator | None) -> Beside | None:
    if comparator is None:
        return None
    if comparator.value is None or not comparator.is_number:
        return Beside(comparator.name, "", comparator.period_label, comparator.state.label)
    text = measured(measure, comparator.value, comparator.places)
    return Beside(comparator.name, text, comparator.period_label)


def beside_neighbours(measure: Measure, neighbours: Neighbours | None) -> Beside | None:
    if neighbours is None or neighbours.mean is None:
        return None
    name = f"Statistical neighbours (mean of {neighbours.n})"
    return Beside(name, measured(measure, neighbours.mean), neighbours.period_label)


@dataclass(frozen=True, slots=True)
class Card:
    """A measure at a glance: what a card, a concern or a table's row prints."""

    reading: Reading
    address: str
    shown: Shown
    period: str
    target: str
    england: Beside | None
    region: Beside | None
    neighbours: Beside | None

    @property
    def measure(self) -> Measure:
        return self.reading.measure

    @property
    def code(self) -> str:
        return self.measure.code

    @property
    def title(self) -> str:
        return title(self.measure, self.reading.window)

    @property
    def name(self) -> str:
        return self.measure.name

    @property
    def status(self) -> Status:
        return self.reading.status

    @property
    def direction(self) -> Direction:
        return self.reading.direction


def card(reading: Reading, query: str = "") -> Card:
    measure, threshold = reading.measure, reading.threshold
    return Card(
        reading=reading,
        address=address(measure, query),
        shown=shown(measure, reading.value),
        period=period_text(measure, reading.value),
        target=edge(measure, threshold.green_edge) if threshold else "",
        england=beside(measure, reading.england),
        region=beside(measure, reading.region),
        neighbours=beside_neighbours(measure, reading.neighbours),
    )


def title(measure: Measure, window: Window) -> str:
    """The measure's title over a window: one that is named for a year to date loses that in another."""
    return measure.title if window is Window.YEAR_TO_DATE else measure.title.removesuffix(" (year to date)")


def address(measure: Measure, query: str = "") -> str:
    return f"/measures/{measure.code.lower()}/{query}"


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a chart's table."""

    quarter: str
    value: Shown
    england: str
    neighbours: str


def points(reading: Reading) -> list[Point]:
    """The chart's numbers, newest first."""
    measure = reading.measure
    rows = [
        Point(
            quarter=_row(measure, value),
            value=shown(measure, value),
            england="" if england is None else measured(measure, england, measure.benchmark_places),
            neighbours="" if neighbours is None else measured(measure, neighbours),
        )
        for value, england, neighbours in zip(
            reading.series, reading.england_series, reading.neighbour_series, strict=True
        )
    ]
    return rows[::-1]


def _row(measure: Measure, value: MeasureValue) -> str:
    """'2016-17 Q2', or '2016-17 Q2 (as returned for 2015-16 Q4)' where a value is carried."""
    is_carried = value.as_of not in (None, value.quarter)
    return f"{value.quarter} ({when_text(measure, value)})" if is_carried else str(value.quarter)


@dataclass(frozen=True, slots=True)
class Bar:
    """One area in the ranked comparison."""

    name: str
    text: str
    value: float
    ours: bool


def ranked(reading: Reading, area_name: str) -> list[Bar]:
    """Our area among its neighbours: best first where there is a good direction, else highest first."""
    neighbours, measure, ours = reading.neighbours, reading.measure, reading.beside
    if neighbours is None:
        return []
    places = measure.benchmark_places
    found = [
        Bar(one.area, measured(measure, one.value, places), one.value, False)
        for one in neighbours.values
        if one.value is not None
    ]
    if ours.value is not None:
        found.append(Bar(area_name, measured(measure, ours.value), ours.value, True))
    sign = 1 if measure.polarity == "low" else -1
    return sorted(found, key=lambda bar: (sign * bar.value, not bar.ours, bar.name))


def finding(reading: Reading) -> str:
    """The chart's title: what it says, not what it is of."""
    measure, value = reading.measure, reading.value
    if value.value is None:
        return f"{measure.name}: {value.state.label} {when_text(measure, value)}"
    told = f"{measured(measure, value.value)} {when_text(measure, value)}"
    status = reading.status
    judged = f": {status.word}{', not certain' if status.certain is False else ''}" if status.standard else ""
    return f"{measure.name}: {told}{judged}" if not judged else f"{measure.name}, {told}{judged}"


def definition(
    measure: Measure, titles: Mapping[str, str], owners: Sequence[str], threshold: Threshold | None = None
) -> list[tuple[str, str]]:
    """The measure's entry in the dictionary, as terms and texts."""
    entries = [("Why it matters", measure.why_it_matters), ("Standing question", measure.question)]
    if measure.denominator:
        sign = "of" if measure.kind is Kind.PERCENTAGE else "over"
        entries.append(
            ("How it is made", f"{titles[measure.numerator]}, {sign} {titles[measure.denominator].lower()}.")
        )
    else:
        entries.append(("How it is made", f"{titles[measure.numerator]}."))
    if measure.is_annualised:
        entries.append(("Annualised", "A quarter's count is taken four times, so that it can stand beside a year's."))
    entries.append(("Counted", _TIMINGS[measure.timing]))
    entries.append(("Good direction", _DIRECTIONS[measure.polarity]))
    if threshold:
        entries.append(("Threshold", _threshold_text(measure, threshold)))
    if owners:
        entries.append(("Returned by", ", ".join(owners)))
    if measure.footprint:
        entries.append(("Footprint", measure.footprint))
    return entries


def _threshold_text(measure: Measure, threshold: Threshold) -> str:
    """'On target from 80%, off target below 70%; in force from 1 April 2013, set by BOARD: demonstration.'"""
    green, red = edge(measure, threshold.green_edge), edge(measure, threshold.red_edge)
    high, edge_is_green = measure.polarity is Polarity.HIGH, threshold.inclusive == "green"
    if edge_is_green:
        bands = f"from {green}, off target below {red}" if high else f"up to {green}, off target above {red}"
    else:
        bands = f"above {green}, off target at {red} or below" if high else f"below {green}, off target from {red}"
    return (
        f"On target {bands}; in force from {day(threshold.valid_from)}, set by {threshold.owner}: {threshold.reason}."
    )


_TIMINGS = {
    Timing.IN_QUARTER: "In the quarter; a year adds its quarters up.",
    Timing.AT_QUARTER_END: "On the last day of the quarter; a year has its last day's figure.",
    Timing.DISTINCT_YEAR_TO_DATE: "Children, each counted once however often; counted again for each length of time.",
    Timing.ANNUAL: "Once a year; between years the last figure is carried with its date.",
}
_DIRECTIONS = {
    "high": "Higher is better.",
    "low": "Lower is better.",
    "none": "Neither higher nor lower is good in itself, so it is never red, amber or green.",
}


@dataclass(frozen=True, slots=True)
class RugCell:
    status: Status
    value: str
    title: str


def rug(
    quarters: Sequence[Quarter], readings: Sequence[Mapping[str, Reading]], measures: Iterable[Measure], query: str
) -> dict[str, Any]:
    """Measures by quarters: `readings` holds one mapping a quarter, oldest first."""
    groups: dict[Theme, list[dict[str, Any]]] = {}
    for measure in measures:
        cells = []
        for found in readings:
            value = found[measure.code].value
            text = (
                value.state.letter
                if value.value is None
                else number(value.value, 0 if measure.kind is Kind.COUNT else 1)
            )
            cells.append(RugCell(found[measure.code].status, text, parts(measure, value)))
        row = {"title": measure.name, "url": address(measure, query), "cells": cells}
        groups.setdefault(measure.theme, []).append(row)
    return {
        "caption": f"The headline measures over the last {len(quarters)} quarters, each judged in its own quarter",
        "quarters": quarters,
        "groups": [{"label": theme.label, "rows": rows} for theme, rows in groups.items()],
    }


def chart_notes(reading: Reading) -> list[str]:
    """What a reader of the chart must know: gaps and whose they are, annualising, the years of the lines."""
    notes = []
    lacking: dict[tuple[str, str], set[Quarter]] = {}
    for one in (*reading.awaited, *chain.from_iterable(reading.series_awaited)):
        lacking.setdefault((one.whose, one.return_type), set()).add(one.quarter)
    for (whose, return_type), held in lacking.items():
        title = RETURN_TYPES[return_type].title.lower()
        notes.append(f"{named_quarters(sorted(held))}: the return “{title}” from {whose} has not come.")
    if reading.measure.is_annualised and any(one.is_number and one.months != 12 for one in reading.series):
        notes.append("A quarter's rate is annualised: its count is taken four times.")
    if reading.england and reading.england.source:
        notes.append(f"England and neighbours: {reading.england.source}; {reading.england.period_label}.")
    if reading.value.population_year:
        notes.append(f"Population: mid-{reading.value.population_year} estimate.")
    return notes


def breakdown_table(
    measure: Measure, name: str, found: Mapping[str, MeasureValue], split: Breakdown | None
) -> dict[str, Any] | None:
    """The measure within each category of a breakdown, in the order of its labels.

    A category of which there was nothing to be a part of is left out: it says nothing.
    """
    found = {category: value for category, value in found.items() if (value.numerator, value.denominator) != (0, 0)}
    if not found or split is None:
        return None
    order = {category: place for place, category in enumerate(split.labels)}
    caption = f"{title(measure, next(iter(found.values())).window)}, by {name}"
    if measure.kind is not Kind.COUNT and all(value.denominator is None for value in found.values()):
        # what it is divided by is not split, so each value is a count
        measure = replace(measure, kind=Kind.COUNT)
        caption += f": numbers of {measure.unit}"
    rows = []
    for category, value in sorted(found.items(), key=lambda one: (order.get(one[0], len(order)), one[0])):
        label = str(split.labels.get(category, category))
        rows.append([label[:1].upper() + label[1:], shown(measure, value).brief, parts(measure, value)])
    columns = [{"label": name.capitalize()}, {"label": "Value", "number": True}, {"label": "Parts", "number": True}]
    if not any(row[2] for row in rows):
        columns, rows = columns[:2], [row[:2] for row in rows]
    return {"caption": caption, "columns": columns, "rows": rows, "quiet_caption": True}
