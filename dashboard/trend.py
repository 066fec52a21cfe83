"""What a chart of one measure over time is made of: points, lines to compare with, and a scale.  [pure]

Both drawings of a trend, the SVG and the interactive one, are made from the same `Trend`, so they cannot differ. A
point without a value is a gap, and says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

from dataset.definitions import Kind, Measure, Polarity, Timing
from dataset.derivation import MeasureValue
from dataset.narrative import listing, number
from dataset.readings import Awaited, Reading
from dataset.reasons import when_text

LineKind = Literal["target", "england", "neighbours"]

# Below this part of its height a line that starts at nought looks flat.
FLAT = 0.1
# Percentages that stay under it are drawn on a scale of their own.
LOW_PERCENTAGE = 40
SMALLEST_STEP = 0.001


@dataclass(frozen=True, slots=True)
class Point:
    """One quarter. `label` is short (Q4 16/17), `name` in full (2016-17 Q4); `missing` says why there is no value.

    `when` is the time that the value is of, with its preposition, where that is not the quarter of the label.
    """

    label: str
    value: float | None
    name: str = ""
    lower: float | None = None
    upper: float | None = None
    missing: str = ""
    parts: str = ""  # '303 of 609'
    when: str = ""

    @property
    def full(self) -> str:
        return self.name or self.label

    @property
    def said(self) -> str:
        """'in 2016-17 Q4', or 'as returned for 2015-16 Q4' for a value that is carried."""
        return self.when or f"in {self.full}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line to compare with: one value for each point, or None where there is none to compare with."""

    kind: LineKind
    label: str
    values: tuple[float | None, ...]
    period: str = ""

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.values) if value is not None), None)


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical axis. `is_cut` where it does not start at nought, which the chart then says."""

    low: float
    high: float
    ticks: tuple[float, ...]
    places: int = 0

    @property
    def is_cut(self) -> bool:
        return self.low > 0


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure over time. `unit` is '%', a phrase ('per 10,000') or empty."""

    title: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...] = ()
    unit: str = ""
    places: int = 0

    def __post_init__(self) -> None:
        for line in self.lines:
            if len(line.values) != len(self.points):
                raise ValueError(
                    f"The line “{line.label}” has {len(line.values)} values for {len(self.points)} points."
                )

    def text(self, value: float) -> str:
        """'18.9%', '377.8 per 10,000', '397'."""
        shown = number(value, self.places)
        return f"{shown}%" if self.unit == "%" else f"{shown} {self.unit}".rstrip()

    @property
    def latest(self) -> int | None:
        """The position of the last point with a value."""
        return next((i for i in range(len(self.points) - 1, -1, -1) if self.points[i].value is not None), None)

    @property
    def scale(self) -> Scale:
        """Its own vertical axis, where it shares none."""
        return scale_of([self])

    @property
    def now(self) -> float | None:
        """The last value there is."""
        return None if self.latest is None else self.points[self.latest].value

    def runs(self) -> list[list[int]]:
        """Positions of the points with a value, broken where there is a gap."""
        runs: list[list[int]] = [[]]
        for position, point in enumerate(self.points):
            if point.value is not None:
                runs[-1].append(position)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]

    @property
    def gaps(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.value is None)


def trend_of(reading: Reading) -> Trend:
    """The reading's series with the board's target, England and the statistical neighbours beside it."""
    measure, series = reading.measure, reading.series
    lines = []
    if reading.threshold is not None and measure.polarity is not Polarity.NONE:
        lines.append(Line("target", "Target", (reading.threshold.green_edge,) * len(reading.series)))
    if any(value is not None for value in reading.england_series):
        period = reading.england.period_label if reading.england else ""
        lines.append(Line("england", "England", reading.england_series, period))
    if any(value is not None for value in reading.neighbour_series):
        period = reading.neighbours.period_label if reading.neighbours else ""
        lines.append(Line("neighbours", "Neighbours", reading.neighbour_series, period))
    return Trend(
        title=measure.name,
        points=tuple(
            _point(measure, value, awaited) for value, awaited in zip(series, reading.series_awaited, strict=True)
        ),
        lines=tuple(lines),
        unit={Kind.PERCENTAGE: "%", Kind.RATE: f"per {measure.per:,}"}.get(measure.kind, ""),
        places=0 if measure.kind is Kind.COUNT else 1,
    )


def _point(measure: Measure, value: MeasureValue, awaited: Sequence[Awaited]) -> Point:
    quarter = value.quarter
    if not value.state.is_number or value.value is None:
        whose = list(dict.fromkeys(one.whose for one in awaited))
        missing = f"{value.state.label} by {listing(whose)}" if whose else value.state.label
        return Point(quarter.short, None, str(quarter), missing=missing)
    parts = ""
    if measure.kind is Kind.PERCENTAGE and value.numerator is not None and value.denominator is not None:
        parts = f"{value.numerator:,} of {value.denominator:,}"
    # an annual value is of another time than the quarter that it is drawn at
    when = when_text(measure, value) if measure.timing is Timing.ANNUAL else ""
    return Point(quarter.short, value.value, str(quarter), value.lower, value.upper, parts=parts, when=when)


def scale_of(trends: Iterable[Trend], *, steps: int = 4) -> Scale:
    """One scale for all the trends (a row of small multiples shares its scale).

    It starts at nought unless the line would then be flat. Percentages never go above 100.
    """
    trends = list(trends)
    ours = [p.value for trend in trends for p in trend.points if p.value is not None]
    bounds = [b for trend in trends for p in trend.points for b in (p.lower, p.upper) if b is not None]
    compared = [v for trend in trends for line in trend.lines for v in line.values if v is not None]
    shown = ours + compared
    if not shown:
        return Scale(0, 1, (0, 1))
    top = max(shown)
    # An interval of few cases may be far wider than the story; it may be clipped, the points may not.
    high = min(max([top, *bounds]), top * 1.5 if top > 0 else max([0.0, *bounds]))
    low = min([*shown, *bounds])
    spread = max(shown) - min(shown)
    percentage = all(trend.unit == "%" for trend in trends)
    if top > 0 and low > 0 and spread / top < FLAT and len(trends) == 1:
        base, padding = min(shown), max(spread, top * 0.04)
        return _scale(max(base - padding, 0), min(high, top + padding), steps, percentage)
    return _scale(0, high, steps, percentage)


def _scale(low: float, high: float, steps: int, percentage: bool) -> Scale:
    step = max(_step((high - low) / steps or 1), SMALLEST_STEP)
    first, last = floor(low / step) * step, ceil(round(high / step, 6)) * step
    if percentage:
        last = min(last, 100)
    if last <= first:
        last = first + step
    places = max(0, -floor(log10(step) + 1e-9)) if step < 1 else 0
    count = round((last - first) / step)
    ticks = tuple(round(first + i * step, 6) for i in range(count + 1) if first + i * step <= last + step / 1000)
    return Scale(first, last, ticks, places)


def _step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5, 10, 20 …"""
    power = 10 ** floor(log10(rough))
    return float(next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999))


def shared_scales(trends: Sequence[Trend]) -> list[Scale]:
    """A scale for each of a page's small charts, in order.

    Percentages share one scale with others of their size (to 100, or lower where all are low) and rates of one
    population share theirs; counts of different things have nothing in common and keep their own.
    """
    groups: dict[tuple[str, bool, int], list[Trend]] = {}
    keys = []
    for place, trend in enumerate(trends):
        top = max((point.value for point in trend.points if point.value is not None), default=0)
        key = (trend.unit, trend.unit == "%" and top > LOW_PERCENTAGE, 0 if trend.unit else place)
        groups.setdefault(key, []).append(trend)
        keys.append(key)
    scales = {key: scale_of(group) for key, group in groups.items()}
    return [scales[key] for key in keys]


def describe(trend: Trend) -> str:
    """What the chart shows, in one or two sentences: the text of the picture for those who do not see it."""
    if trend.latest is None or trend.now is None:
        return f"{trend.title}: no figures yet. {_gaps(trend)}".rstrip()
    said = [f"{trend.title}: {trend.text(trend.now)} {trend.points[trend.latest].said}"]
    before = trend.points[trend.latest - 4] if trend.latest >= 4 else None
    if before is not None and before.value is not None:
        said.append(_change(trend, trend.now, before.value, before.said))
    values = [point.value for point in trend.points if point.value is not None]
    if len(values) > 2:
        low, high = trend.text(min(values)), trend.text(max(values))
        said.append(f"between {low} and {high} over {len(trend.points)} quarters")
    for line in trend.lines:
        if line.last is not None:
            period = f" ({line.period})" if line.period else ""
            said.append(f"{line.label} {trend.text(line.last)}{period}")
    return f"{'; '.join(said)}. {_gaps(trend)}".rstrip()


def _change(trend: Trend, now: float, before: float, when: str) -> str:
    if trend.text(now) == trend.text(before):
        return f"the same as {when}"
    return f"{'up' if now > before else 'down'} from {trend.text(before)} {when}"


def _gaps(trend: Trend) -> str:
    reasons: dict[str, list[str]] = {}
    for point in trend.gaps:
        reasons.setdefault(point.missing or "no value", []).append(point.full)
    parts = [f"{', '.join(names)} {reason}" for reason, names in reasons.items()]
    return f"Gaps: {'; '.join(parts)}." if parts else ""


def spread_labels(positions: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Moves labels apart so that none lies within `gap` of another, keeping their order and staying in bounds."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = list(positions)
    floor_ = low
    for i in order:
        placed[i] = max(positions[i], floor_)
        floor_ = placed[i] + gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed
