"""Figures → a numerator or a denominator over a window, by the timing of its item. [pure]

A flow is summed, a snapshot is the last day's, distinct children are counted again and never summed, an
annual value is carried with its date, a population is the mid-year estimate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dataset.definitions import DataItem, State, Timing
from dataset.periods import Quarter, Window

POPULATION_PREFIX = "population_"
ANNUAL_LOOK_BACK = 40  # quarters: an annual value older than ten years is not carried
SENT_AS_TOTALS = "It was sent as totals, so children cannot be counted again over a longer time."


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One stored figure, or what its absence means.

    `known` is how many rows an answer is known for, where that is fewer than all. `cause` says why there is no
    figure and tells nothing of any number, so that every reader may be told it; a `note` is the supplier's.
    """

    value: int | None
    state: State
    known: int | None = None
    note: str = ""
    sources: tuple[str, ...] = ()
    cause: str = ""

    def __post_init__(self) -> None:
        if self.value is None and self.state.is_number:
            raise ValueError(f"A figure that is {self.state.label} needs a number.")


Figures = Mapping[tuple[str, Quarter, Window], FigureValue]
Populations = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Term:
    """The quarters, both included, for which a return is owed; it is due by now for those up to `due`.

    Without a `last` it is owed without end; without a `due` all are due.
    """

    first: Quarter
    last: Quarter | None = None
    due: Quarter | None = None

    def holds(self, quarter: Quarter) -> bool:
        return self.first.ordinal <= quarter.ordinal <= (self.last or quarter).ordinal

    def is_due(self, quarter: Quarter) -> bool:
        return self.due is None or quarter.ordinal <= self.due.ordinal


@dataclass(frozen=True, slots=True)
class Owed:
    """For which quarters one supplier owes one return: its terms, oldest first, or none where it never did."""

    terms: tuple[Term, ...] = ()

    def absence(self, quarter: Quarter) -> FigureValue:
        """What it means that the quarter's figure is not there."""
        term = next((term for term in self.terms if term.holds(quarter)), None)
        if term is not None:
            return _NOT_RETURNED if term.is_due(quarter) else _not_yet(quarter)
        if self.terms and quarter < self.terms[0].first:
            return _unowed(f"The board’s returns of this begin with {self.terms[0].first}.")
        return _unowed(
            f"No return of this was owed for {quarter}." if self.terms else "No supplier owes a return of this."
        )

    def is_overdue(self, quarter: Quarter) -> bool:
        """Whether the return is owed for the quarter and has fallen due."""
        return self.absence(quarter) is _NOT_RETURNED


@dataclass(frozen=True, slots=True)
class Part:
    """A numerator or a denominator over a window.

    `missing` names the quarters that keep it from being a number, `counted` those that went into it, `as_of`
    the quarter of a carried annual value, `population_year` the mid-year of a population.
    """

    item: str
    value: int | None
    state: State
    missing: tuple[Quarter, ...] = ()
    counted: tuple[Quarter, ...] = ()
    as_of: Quarter | None = None
    known: int | None = None
    population_year: int | None = None
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the figures: the window that ends with a quarter.

    `timing` is that of items not listed in `items`; `owed` says of an item for which quarters it is owed, and one
    that is not listed there is taken to be owed for every quarter.
    """

    figures: Figures
    quarter: Quarter
    window: Window
    timing: Timing
    populations: Populations
    items: Mapping[str, DataItem]
    owed: Mapping[str, Owed]

    def part(self, code: str, at: Quarter | None = None) -> Part:
        """The item over the window; `at` is the quarter of a carried numerator, for its population."""
        if code in self.populations or code.startswith(POPULATION_PREFIX):
            return self.population(code, at or self.quarter)
        item = self.items.get(code)
        timing = item.timing if item else self.timing
        if timing is Timing.ANNUAL:
            return self.annual(code)
        if timing is Timing.DISTINCT_YEAR_TO_DATE:
            return self.distinct(code)
        if timing is Timing.AT_QUARTER_END or self.window is Window.QUARTER:
            return self.single(code, self.quarter)
        return self.flow(code)

    def population(self, code: str, at: Quarter) -> Part:
        """The mid-year estimate of the year in which the financial year began, or the latest before it."""
        estimates = self.populations.get(code, {})
        year = max((year for year in estimates if year <= at.start_year), default=None)
        if year is None:
            note = f"No population is loaded for mid-{at.start_year} or before."
            return Part(code, None, State.NOT_AVAILABLE, notes=(note,))
        source = f"mid-{year} population"
        return Part(code, estimates[year], State.REPORTED, population_year=year, sources=(source,))

    def single(self, code: str, quarter: Quarter, window: Window = Window.QUARTER) -> Part:
        """One figure as it stands."""
        figure = self.figure(code, quarter, window)
        notes = (figure.note,) if figure.note else ()
        if not figure.state.is_number:
            return _without_number(code, [(quarter, figure)])
        return Part(
            code,
            figure.value,
            figure.state,
            counted=(quarter,),
            known=figure.known,
            sources=figure.sources,
            notes=notes,
        )

    def flow(self, code: str) -> Part:
        """The sum of the window's quarters; a quarter in which nothing was due is left out and named."""
        found = [(quarter, self.figure(code, quarter)) for quarter in _quarters(self.quarter, self.window)]
        owed = [(quarter, one) for quarter, one in found if not _is_idle(one)]
        if not owed:
            return Part(code, None, State.NOT_DUE, missing=tuple(quarter for quarter, _ in found))
        if not all(one.state.is_number for _, one in owed):
            return _without_number(code, owed)
        sources = union(one.sources for _, one in owed)
        notes = union((one.note,) for _, one in owed if one.note)
        state = _state_of_sum({one.state for _, one in owed})
        known = [one.known for _, one in owed if one.known is not None]
        idle = tuple(f"Nothing was due for {quarter}." for quarter, one in found if _is_idle(one))
        return Part(
            code,
            sum(one.value for _, one in owed if one.value is not None),
            state,
            counted=tuple(quarter for quarter, _ in owed),
            known=sum(known) if len(known) == len(owed) else None,
            sources=sources,
            notes=notes + idle,
        )

    def distinct(self, code: str) -> Part:
        """The children counted again over the window, which has no count where a quarter is not there.

        Quarters sent as totals have none either: nobody can tell which children they share.
        """
        found = [(quarter, self.figure(code, quarter)) for quarter in _quarters(self.quarter, self.window)]
        gone = [(quarter, one) for quarter, one in found if self._is_gone(code, quarter, one)]
        if gone:
            return _without_number(code, gone)
        if (code, self.quarter, self.window) not in self.figures:
            if not all(one.state.is_number for _, one in found):
                return _without_number(code, found)
            sources = union(one.sources for _, one in found)
            return Part(code, None, State.NOT_AVAILABLE, sources=sources, causes=(SENT_AS_TOTALS,))
        part = self.single(code, self.quarter, self.window)
        return replace(part, counted=tuple(quarter for quarter, _ in found)) if part.counted else part

    def _is_gone(self, code: str, quarter: Quarter, figure: FigureValue) -> bool:
        return figure.state is State.NOT_RETURNED or (code, quarter, Window.QUARTER) not in self.figures

    def annual(self, code: str) -> Part:
        """The year's value for a year to date, else the last value at or before the quarter, with its date.

        Between due quarters nothing is owed, so the last value stands; one that was due and never came is not
        returned.
        """
        owed = self.last_due(code)
        reach = self.quarter.number if self.window is Window.YEAR_TO_DATE else ANNUAL_LOOK_BACK
        for back in range(reach):
            quarter = self.quarter - back
            figure = self.figures.get((code, quarter, Window.QUARTER))
            if figure is None or figure.state in (State.NOT_RETURNED, State.NOT_DUE):
                continue
            part = self.single(code, quarter)
            is_late = owed is not None and owed.start_year > quarter.start_year
            late = (f"The value due for {owed} has not been returned.",) if is_late else ()
            return replace(part, as_of=quarter, notes=part.notes + late)
        absent = self.figure(code, self.quarter)
        if absent.state in (State.NOT_AVAILABLE, State.NOT_APPLICABLE) and owed is None:
            return _without_number(code, [(self.quarter, absent)])
        if owed is None or (self.window is Window.YEAR_TO_DATE and owed.year != self.quarter.year):
            return Part(code, None, State.NOT_DUE)
        return Part(code, None, State.NOT_RETURNED, missing=(owed,))

    def last_due(self, code: str) -> Quarter | None:
        """The latest quarter by now for which an annual value was owed and due, None where none was yet.

        Where it is not known since when it was owed, only this year counts. What the board keeps itself, and what
        came in with a later year's codes, nobody owes.
        """
        item = self.items.get(code)
        if item and item.source == "system":
            return None
        this_year = Quarter(self.quarter.start_year, item.due_quarter if item else 4)
        has_come = this_year.number <= self.quarter.number
        owed = self.owed.get(code)
        if owed is None:
            return this_year if has_come else None
        latest = this_year if has_come else this_year - 4
        years = (latest - 4 * back for back in range(ANNUAL_LOOK_BACK // 4))
        return next((year for year in years if owed.is_overdue(year)), None)

    def figure(self, code: str, quarter: Quarter, window: Window = Window.QUARTER) -> FigureValue:
        """The stored figure, or the state that its absence means."""
        found = self.figures.get((code, quarter, window))
        if found is not None:
            return found
        item = self.items.get(code)
        if item and item.first_year and quarter.start_year < item.first_year:
            return _NOT_APPLICABLE
        if item and item.source == "system":
            return _NOT_KEPT
        owed = self.owed.get(code)
        return _NOT_RETURNED if owed is None else owed.absence(quarter)


def union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The distinct texts in the order in which they first come."""
    return tuple(dict.fromkeys(text for group in groups for text in group))


def _without_number(code: str, found: Sequence[tuple[Quarter, FigureValue]]) -> Part:
    """The part that these figures cannot make: the worst of their states, and which of them are in it."""
    state = max((one.state for _, one in found), key=lambda state: state.severity)
    return Part(
        code,
        None,
        state,
        missing=tuple(quarter for quarter, one in found if one.state is state),
        sources=union(one.sources for _, one in found),
        notes=union((one.note,) for _, one in found if one.note),
        causes=union((one.cause,) for _, one in found if one.cause and one.state is state),
    )


def _is_idle(figure: FigureValue) -> bool:
    """Whether the supplier says that nothing was due; a return whose day is still to come has a cause beside it."""
    return figure.state is State.NOT_DUE and not figure.cause


def _state_of_sum(states: set[State]) -> State:
    """The worst of some numbers' states, but nil only where every quarter is."""
    if len(states) == 1:
        return next(iter(states))
    worst = max(states, key=lambda state: state.severity)
    return State.REPORTED if worst is State.NIL else worst


@lru_cache(maxsize=1024)
def _quarters(quarter: Quarter, window: Window) -> tuple[Quarter, ...]:
    return quarter.quarters_in(window)


_NOT_RETURNED = FigureValue(None, State.NOT_RETURNED)
_NOT_APPLICABLE = FigureValue(None, State.NOT_APPLICABLE)
_NOT_KEPT = FigureValue(None, State.NOT_AVAILABLE, cause="The board does not keep a record of this here yet.")


def _not_yet(quarter: Quarter) -> FigureValue:
    return FigureValue(None, State.NOT_DUE, cause=f"It waits for the return for {quarter}.")


def _unowed(cause: str) -> FigureValue:
    return FigureValue(None, State.NOT_AVAILABLE, cause=cause)
