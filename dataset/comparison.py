"""Our area beside others: published figures for England, the region and the statistical neighbours. [pure]

A benchmark is annual and carries its year; a missing authority is left out and counted, never taken as
nought.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import fmean, median

from dataset.definitions import Polarity, State
from dataset.narrative import benchmark_period, round_half_up
from dataset.periods import FinancialYear, Quarter


@dataclass(frozen=True, slots=True)
class BenchmarkValue:
    """One published figure of an area and a period ('2016-17' or '2017-03-31'), or why there is none."""

    area: str
    area_code: str
    period: str
    value: float | None
    state: State
    source: str = ""

    @property
    def is_number(self) -> bool:
        return self.value is not None and self.state.is_number


@dataclass(frozen=True, slots=True)
class Comparator:
    """A published figure that ours is set against, with its year named."""

    name: str
    value: float | None
    period: str
    period_label: str
    places: int = 1
    state: State = State.REPORTED
    source: str = ""

    @property
    def is_number(self) -> bool:
        return self.value is not None and self.state.is_number


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The statistical neighbours' published figures of one period.

    `n` of the `of` neighbours in the set have a value; `values` are those, in the set's order, `left_out` the
    names of the others. `rank` is ours among them: 1 is best, ties take the lowest, None without a good
    direction.
    """

    set_name: str
    mean: float | None
    median: float | None
    n: int
    of: int
    best: float | None
    best_name: str
    rank: int | None
    period: str
    left_out: tuple[str, ...]
    values: tuple[BenchmarkValue, ...] = ()
    period_label: str = ""


@cache
def period_end(period: str) -> date:
    """The last day of a period: a year's 31 March, or the snapshot's own day. Raises ValueError."""
    return date.fromisoformat(period) if len(period) == len("2017-03-31") else FinancialYear.parse(period).end


def latest_period(periods: Iterable[str], quarter: Quarter) -> str | None:
    """The latest benchmark year that had ended by the quarter's last day (so also one ending the same March).

    Never a later one; None where all are later.
    """
    ended = [period for period in set(periods) if period_end(period) <= quarter.end]
    return max(ended, key=lambda period: (period_end(period), period), default=None)


def pick_comparator(
    values: Iterable[BenchmarkValue], quarter: Quarter, *, places: int = 1, name: str = ""
) -> Comparator | None:
    """One area's benchmark for the quarter, None where nothing was published by then.

    The latest year counts even where its value is withheld: an older one never stands in for it.
    """
    by_period = {value.period: value for value in values}
    period = latest_period(by_period, quarter)
    if period is None:
        return None
    found = by_period[period]
    label = benchmark_period(period)
    return Comparator(name or found.area, found.value, period, label, places, found.state, found.source)


def compare_neighbours(
    set_name: str,
    members: Sequence[tuple[str, str]],
    values: Iterable[BenchmarkValue],
    period: str,
    polarity: Polarity,
    ours: float | None = None,
    *,
    places: int = 1,
) -> Neighbours:
    """Mean, median, best and our rank among the set's members, given as (area code, name) in the set's order.

    Values are joined by code; those of other periods or areas are passed over. Published figures are rounded,
    so ours is ranked as it rounds to the same places: what cannot be told apart is a tie.
    """
    by_code = {value.area_code: value for value in values if value.period == period}
    found = [by_code[code] for code, _ in members if code in by_code and by_code[code].is_number]
    numbers = [value.value for value in found if value.value is not None]
    codes = {value.area_code for value in found}
    best = _best(found, polarity)
    return Neighbours(
        set_name=set_name,
        mean=fmean(numbers) if numbers else None,
        median=median(numbers) if numbers else None,
        n=len(numbers),
        of=len(members),
        best=best.value if best else None,
        best_name=best.area if best else "",
        rank=_rank(numbers, polarity, ours, places),
        period=period,
        left_out=tuple(name for code, name in members if code not in codes),
        values=tuple(found),
        period_label=benchmark_period(period),
    )


def _best(found: Sequence[BenchmarkValue], polarity: Polarity) -> BenchmarkValue | None:
    """The first in the set's order among the best, None without a good direction."""
    if polarity is Polarity.NONE or not found:
        return None
    sign = 1 if polarity is Polarity.HIGH else -1
    return max(found, key=lambda value: sign * (value.value or 0.0))


def _rank(numbers: Sequence[float], polarity: Polarity, ours: float | None, places: int) -> int | None:
    if polarity is Polarity.NONE or ours is None or not numbers:
        return None
    mine = float(round_half_up(ours, places))
    better = [value > mine if polarity is Polarity.HIGH else value < mine for value in numbers]
    return 1 + sum(better)
