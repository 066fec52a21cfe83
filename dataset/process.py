"""Process limits and special causes of a series (XmR charts, as NHS England's 'Making Data Count' draws
them). [pure]

Limits are the mean ± 2.66 × the average moving range. Large moving ranges are kept, as in the NHS
spreadsheet; the R package NHSRplotthedots, against which this is tested, screens them out by default, and so
can this. Not for year-to-date or rolling values, which overlap from point to point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import isclose
from statistics import fmean

from dataset.definitions import Polarity

LIMIT = 2.66  # 3 ÷ 1.128, in the rounding that the reference uses
SCREEN = 3.267
RUN = 7
FEWEST_POINTS = 6
FULL_POINTS = 13
FEWEST_FIXED = 12


class Rule(StrEnum):
    """Why a point is no chance, in the order in which a point is labelled."""

    OUTSIDE = "outside limits"
    TREND = "seven rising or falling"
    TWO_OF_THREE = "two of three near a limit"
    SHIFT = "seven on one side"


class Variation(StrEnum):
    """What a point's special cause means."""

    COMMON = "common"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class Assurance(StrEnum):
    """Whether the process, left alone, would meet its target."""

    PASSES = "passes consistently"
    FAILS = "fails consistently"
    HIT_AND_MISS = "hit and miss"


class Display(StrEnum):
    """How much of a chart so many points bear."""

    LINE = "line"
    TRIAL = "trial limits"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Limits:
    """Unclipped; the drawing may clip them to what can be."""

    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its place in the series given, its limits, and the special cause that labels it.

    `signals` are all the causes that hold for it, each with the side it points to: +1 high, −1 low.
    """

    index: int
    value: float
    segment: int
    limits: Limits
    rule: Rule | None
    variation: Variation
    signals: tuple[tuple[Rule, int], ...]


@dataclass(frozen=True, slots=True)
class Process:
    """A series with its limits. `variation` is the last point's; `assurance` the last segment's."""

    points: tuple[Point, ...]
    variation: Variation
    assurance: Assurance | None
    display: Display


def read_process(
    values: Sequence[float | None],
    polarity: Polarity,
    *,
    rebases: Sequence[int] = (),
    fix_after: int | None = None,
    target: float | None = None,
    screened: bool = False,
) -> Process | None:
    """The process behind a series, None where it has no point.

    A value of None is a gap: the points beside it follow each other. `rebases` are the indexes at which a new
    segment begins, with limits and runs of its own. `fix_after` fixes each segment's limits after its first
    so many points. Assurance needs a target and a good direction. Raises ValueError for a `fix_after` below
    12 or a rebase outside the series.
    """
    if fix_after is not None and fix_after < FEWEST_FIXED:
        raise ValueError(f"Limits can be fixed after {FEWEST_FIXED} points or more, not {fix_after}.")
    outside = [start for start in rebases if not 0 < start < len(values)]
    if outside:
        raise ValueError(f"A rebase at point {outside[0]} is outside a series of {len(values)} points.")
    points: list[Point] = []
    bounds = [0, *sorted(set(rebases)), len(values)]
    for segment, (start, end) in enumerate(pairwise(bounds)):
        found = [(index, value) for index, value in enumerate(values[start:end], start) if value is not None]
        points += _segment_points(found, segment, polarity, fix_after, screened)
    if not points:
        return None
    last = points[-1]
    in_last = sum(point.segment == last.segment for point in points)
    assurance = _assurance(last.limits, polarity, target)
    return Process(tuple(points), _worst(last.signals, polarity), assurance, how_shown(in_last))


def how_shown(points: int) -> Display:
    """Under 6 points a plain line, to 12 trial limits without assurance, from 13 the full set."""
    if points < FEWEST_POINTS:
        return Display.LINE
    return Display.TRIAL if points < FULL_POINTS else Display.FULL


def limits_of(values: Sequence[float], *, screened: bool = False) -> Limits:
    """Mean ± 2.66 × the average moving range; `screened` leaves out ranges beyond 3.267 × their average."""
    mean = fmean(values)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    average = fmean(ranges) if ranges else 0.0
    if screened:
        kept = [one for one in ranges if one < SCREEN * average]
        average = fmean(kept) if kept else average
    spread = LIMIT * average
    return Limits(mean, mean - spread, mean + spread, mean - spread * 2 / 3, mean + spread * 2 / 3)


def _segment_points(
    found: Sequence[tuple[int, float]],
    segment: int,
    polarity: Polarity,
    fix_after: int | None,
    screened: bool,
) -> list[Point]:
    if not found:
        return []
    values = [value for _, value in found]
    limits = limits_of(values[:fix_after], screened=screened)
    signals = _signals(values, limits)
    points = []
    for (index, value), causes in zip(found, signals, strict=True):
        rule = causes[0][0] if causes else None
        variation = _meaning(causes[0][1], polarity) if causes else Variation.COMMON
        points.append(Point(index, value, segment, limits, rule, variation, causes))
    return points


def _signals(values: Sequence[float], limits: Limits) -> list[tuple[tuple[Rule, int], ...]]:
    """For each point all the rules that hold, in the order of labelling, each with its side."""
    sides = [_compare(value, limits.mean) for value in values]
    outside = [_beyond(value, limits.lower, limits.upper) for value in values]
    near = [
        not out and _beyond(value, limits.near_lower, limits.near_upper) != 0
        for value, out in zip(values, outside, strict=True)
    ]
    steps = [_compare(after, before) for before, after in pairwise(values)]
    found: dict[Rule, list[int]] = {
        Rule.OUTSIDE: outside,
        Rule.TREND: _runs(len(values), RUN, lambda start: _all_one(steps[start : start + RUN - 1])),
        Rule.TWO_OF_THREE: _two_of_three(sides, near),
        Rule.SHIFT: _runs(len(values), RUN, lambda start: _all_one(sides[start : start + RUN])),
    }
    return [tuple((rule, marks[i]) for rule, marks in found.items() if marks[i]) for i in range(len(values))]


def _runs(count: int, length: int, side_of: Callable[[int], int]) -> list[int]:
    """The side of the run of `length` points that each point is part of, 0 where of none."""
    marks = [0] * count
    for start in range(count - length + 1):
        side = side_of(start)
        if side:
            marks[start : start + length] = [side] * length
    return marks


def _two_of_three(sides: Sequence[int], near: Sequence[bool]) -> list[int]:
    """The near points of every three on one side of the mean of which two or more are near the limit."""
    marks = [0] * len(sides)
    for start in range(len(sides) - 2):
        three = range(start, start + 3)
        side = _all_one([sides[i] for i in three])
        if side and sum(near[i] for i in three) >= 2:
            for i in three:
                marks[i] = side if near[i] else marks[i]
    return marks


def _all_one(signs: Sequence[int]) -> int:
    """The sign they all have, 0 where they differ or one is nought."""
    return signs[0] if signs and len(set(signs)) == 1 else 0


def _beyond(value: float, lower: float, upper: float) -> int:
    """+1 above the upper, −1 below the lower, else 0."""
    return 1 if _compare(value, upper) > 0 else -1 if _compare(value, lower) < 0 else 0


def _compare(value: float, other: float) -> int:
    """+1 above, −1 below, 0 alike: a mean of like numbers may differ from them in the last bit."""
    if isclose(value, other, rel_tol=1e-12, abs_tol=1e-12):
        return 0
    return 1 if value > other else -1


def _meaning(side: int, polarity: Polarity) -> Variation:
    if polarity is Polarity.NONE:
        return Variation.NEUTRAL_HIGH if side > 0 else Variation.NEUTRAL_LOW
    is_good = (side > 0) == (polarity is Polarity.HIGH)
    return Variation.IMPROVEMENT if is_good else Variation.CONCERN


def _worst(signals: Sequence[tuple[Rule, int]], polarity: Polarity) -> Variation:
    """Concern where any cause is one, else what the first cause means."""
    meanings = [_meaning(side, polarity) for _, side in signals]
    if Variation.CONCERN in meanings:
        return Variation.CONCERN
    return meanings[0] if meanings else Variation.COMMON


def _assurance(limits: Limits, polarity: Polarity, target: float | None) -> Assurance | None:
    if target is None or polarity is Polarity.NONE:
        return None
    all_above, all_below = limits.lower > target, limits.upper < target
    if not (all_above or all_below):
        return Assurance.HIT_AND_MISS
    return Assurance.PASSES if all_above == (polarity is Polarity.HIGH) else Assurance.FAILS
