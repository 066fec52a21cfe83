"""The returns that a set of measures still lacks: whose, which, for when.  [pure]"""

from collections.abc import Iterable
from dataclasses import dataclass

from dataset.definitions import DataItem, Measure, State, Timing
from dataset.evidence import Evidence
from dataset.measures import ITEMS
from dataset.periods import Quarter, Window
from dataset.returns import RETURN_TYPES


@dataclass(frozen=True, slots=True)
class Lacking:
    """A return that has not come, and the measures that wait for it; `is_overdue` once its day has passed."""

    supplier: str
    return_type: str
    quarter: Quarter
    is_overdue: bool
    measures: tuple[Measure, ...]

    @property
    def title(self) -> str:
        return RETURN_TYPES[self.return_type].title


def lacking(measures: Iterable[Measure], evidence: Evidence, quarter: Quarter) -> tuple[Lacking, ...]:
    """What the measures lack in the quarter and in the twelve months that end with it, the oldest first."""
    waiting: dict[tuple[Quarter, str, str, bool], dict[str, Measure]] = {}
    for measure in measures:
        for code in measure.items:
            item = ITEMS[code]
            for one in _quarters(item, quarter):
                state = _absence(item, one, evidence)
                if state in (State.NOT_RETURNED, State.NOT_DUE):
                    key = (one, item.owner, item.source, state is State.NOT_RETURNED)
                    waiting.setdefault(key, {})[measure.code] = measure
    found = [
        Lacking(supplier, return_type, one, is_overdue, tuple(held.values()))
        for (one, supplier, return_type, is_overdue), held in waiting.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.quarter, one.supplier, one.return_type)))


def _quarters(item: DataItem, quarter: Quarter) -> tuple[Quarter, ...]:
    """The quarters of which the item's figures go into the windows that end with this one."""
    if item.source not in RETURN_TYPES:
        return ()
    of_one = item.timing in (Timing.AT_QUARTER_END, Timing.ANNUAL)
    held = (quarter,) if of_one else quarter.quarters_in(Window.ROLLING_YEAR)
    return tuple(one for one in held if item.is_due_in(one))


def _absence(item: DataItem, quarter: Quarter, evidence: Evidence) -> State | None:
    """Why the item has no figure for the quarter, None where it has one."""
    if (item.code, quarter, Window.QUARTER) in evidence.figures:
        return None
    if item.first_year is not None and quarter.start_year < item.first_year:
        return State.NOT_APPLICABLE
    owed = evidence.owed_of([item]).get(item.code)
    return State.NOT_RETURNED if owed is None else owed.absence(quarter).state
