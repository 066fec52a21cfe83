"""The counts that a reader could be shown, or could work out, as keys. [pure]"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from dataset.definitions import Timing
from dataset.periods import Quarter, Window


class Role(StrEnum):
    """What a cell's number is of its item.

    A rest is never stored or shown: what is left of a whole after the item, or after all parts of a breakdown. A
    margin is no count: by how much an inequality holds, so that an attacker's inequality becomes an equation.
    """

    COUNT = "count"
    KNOWN = "known"
    REST = "rest"
    MARGIN = "margin"

    @property
    def is_shown(self) -> bool:
        """Whether a reader would be shown the number if it were not hidden."""
        return self in (Role.COUNT, Role.KNOWN)


class Cell(NamedTuple):
    """One number: an item in a quarter and window, in total or in one category of a breakdown.

    `whole` says of a rest what it is left of, of a margin which inequality it belongs to.
    """

    item: str
    quarter: Quarter
    window: Window
    breakdown: str = ""
    category: str = ""
    role: Role = Role.COUNT
    whole: str = ""

    @property
    def is_total(self) -> bool:
        return not self.breakdown


Equation = tuple[tuple[Cell, int], ...]  # the cells' numbers, each times its coefficient, add up to nought


@dataclass(frozen=True)
class Tables:
    """Every cell with its true number, and the equations that hold between them.

    `public` cells are constants that every reader knows: counts of things.
    """

    values: Mapping[Cell, int]
    equations: tuple[Equation, ...]
    public: frozenset[Cell] = field(default_factory=frozenset)


def canonical(cell: Cell, timing: Timing) -> Cell:
    """The one cell that stands for all windows that must hold the same number.

    A snapshot or an annual value repeats its quarter's in the longer windows. Of a flow and of distinct children the
    first quarter's year to date is the quarter, and the fourth's is the rolling year.
    """
    if cell.window is Window.QUARTER:
        return cell
    if timing in (Timing.AT_QUARTER_END, Timing.ANNUAL):
        return cell._replace(window=Window.QUARTER)
    if cell.window is Window.YEAR_TO_DATE and cell.quarter.number == 1:
        return cell._replace(window=Window.QUARTER)
    if cell.window is Window.YEAR_TO_DATE and cell.quarter.number == 4:
        return cell._replace(window=Window.ROLLING_YEAR)
    return cell
