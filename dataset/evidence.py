"""What is known about some measures, as plain data: the bridge from the reading door to the pure rooms.  [pure]"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dataset.comparison import BenchmarkValue
from dataset.definitions import DataItem
from dataset.derivation import FigureValue, Owed
from dataset.periods import Quarter, Window
from dataset.returns import RETURN_TYPES
from dataset.status import Threshold


@dataclass(frozen=True, slots=True)
class Place:
    """An area, as sentences and look-ups need it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReturnSource:
    """One version of a return that figures came from."""

    label: str
    return_type: str
    supplier: str
    supplier_name: str
    quarter: Quarter
    version: int
    public_id: str
    accepted_at: datetime

    @property
    def title(self) -> str:
        """The return's name on screen."""
        return RETURN_TYPES[self.return_type].title


@dataclass(frozen=True, slots=True)
class NeighbourList:
    """The neighbour set of our area in one model, with the days between which it is in force."""

    model: str
    valid_from: date
    valid_to: date | None
    members: tuple[tuple[str, str], ...]  # (code, name), nearest first

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Evidence:
    """Everything that judging a set of measures needs.

    `owed` says for which quarters a supplier owes a return, by return type and supplier; None where nobody has said,
    and then every return is taken to be owed.
    """

    area: Place
    figures: Mapping[tuple[str, Quarter, Window], FigureValue]
    sources: Mapping[str, ReturnSource]
    populations: Mapping[str, Mapping[int, int]]
    benchmarks: Mapping[tuple[str, str], Mapping[str, BenchmarkValue]]  # (key, area code) → period → value
    neighbour_lists: tuple[NeighbourList, ...]
    thresholds: Mapping[str, tuple[Threshold, ...]]
    as_at: datetime | None = None
    breakdowns: Mapping[tuple[str, Quarter, str], Mapping[str, FigureValue]] = field(default_factory=dict)
    owed: Mapping[tuple[str, str], Owed] | None = None  # (return type, supplier)
    supplier_names: Mapping[str, str] = field(default_factory=dict)  # of those that owe anything

    def owed_of(self, items: Iterable[DataItem]) -> dict[str, Owed]:
        """For which quarters each of the items is owed, of those that come with returns."""
        if self.owed is None:
            return {}
        return {
            item.code: self.owed.get((item.source, item.owner), Owed()) for item in items if item.source in RETURN_TYPES
        }

    def neighbours_in_force(self, day: date, model: str = "") -> NeighbourList | None:
        """The set asked for by name, else the one in force on the day; of two, the later."""
        named = [one for one in self.neighbour_lists if one.model == model]
        if model:
            return named[-1] if named else None
        in_force = [one for one in self.neighbour_lists if one.is_in_force(day)]
        return in_force[-1] if in_force else None
