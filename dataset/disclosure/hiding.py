"""What to hide: the small counts, and the least beside them that keeps them from being worked out. [pure]

Each small count gets a move (see `system`) of least cost: all counts that differ in it are hidden, and then the count
has at least two values possible. One move serves every small count that differs in it, and the counts that are hidden
already cost nothing, so that later moves go through them. Hiding more never makes a count less safe, so the mask is
safe as it is made; `audit` proves it again by another way.

Costs prefer few cells, then small ones, then those that a board reads least: see `cost_of`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dataset.disclosure.audit import hidden_columns, stuck
from dataset.disclosure.cells import Cell, Role, Tables
from dataset.disclosure.system import Known, Move, System
from dataset.periods import Window

_SIZES = (120, 500)  # columns around a count among which to look for its move
_FEW = 100  # one cell more is as dear as a count larger by so much


class Reason(StrEnum):
    """Why a cell is hidden."""

    PRIMARY = "primary"  # a small count
    COMPLEMENT = "complement"  # a small rest: never shown itself, and protected like a count
    SECONDARY = "secondary"  # it would give another back
    EARLIER = "earlier"  # hidden in an earlier version

    @property
    def is_protected(self) -> bool:
        return self in (Reason.PRIMARY, Reason.COMPLEMENT)


@dataclass(frozen=True)
class Mask:
    """Every hidden cell with why, which no reader may be told.

    `exposed` are the small counts for which no hiding was found that protects them from a reader who knows which of
    the hidden counts are small: five parts, each one or more, of a whole that is five or less, are one each. They are
    protected from one who does not know, which is why every hidden cell must look the same.
    """

    hidden: Mapping[Cell, Reason]
    exposed: frozenset[Cell] = frozenset()

    def hides(self, cell: Cell) -> bool:
        return cell in self.hidden

    @property
    def protected(self) -> frozenset[Cell]:
        return frozenset(cell for cell, reason in self.hidden.items() if reason.is_protected)


def cost_of(cell: Cell, value: int) -> float:
    """What it costs the reader not to see a cell: weight × (100 + its number).

    A category weighs 1, in a longer time 2; a total 20, in a longer time 40, and for the financial year, what a board
    reads most, 80. So about twenty categories are hidden before one total.
    """
    weight = 1 if not cell.is_total else 20
    if cell.window is not Window.QUARTER:
        weight *= 4 if cell.is_total and cell.quarter.number == 4 else 2
    return weight * (_FEW + value)


def small(tables: Tables, maximum: int) -> dict[Cell, Reason]:
    """The counts that must not be known: from 1 to the maximum, shown ones and rests."""
    return {
        cell: Reason.PRIMARY if cell.role.is_shown else Reason.COMPLEMENT
        for cell, value in tables.values.items()
        if 1 <= value <= maximum and cell.role is not Role.MARGIN and cell not in tables.public
    }


def hide(
    tables: Tables,
    maximum: int,
    earlier: Mask | None = None,
    *,
    changed: Collection[Cell] | None = None,
    cost: Callable[[Cell, int], float] = cost_of,
) -> Mask:
    """The mask of the tables.

    What `earlier` hides stays hidden, and what was protected then is protected still. With `changed`, the cells whose
    numbers are new or other than when `earlier` was made, only small counts are looked at that hidden cells connect
    with those; the rest is taken to be safe, as it was then. Raises ValueError for a maximum under 2: a reader would
    know that a hidden count is one.
    """
    if maximum < 2:
        raise ValueError("The largest number to hide must be 2 or more.")
    return _Hiding(tables, maximum, earlier or Mask({}), cost).run(changed)


class _Hiding:
    def __init__(self, tables: Tables, maximum: int, earlier: Mask, cost: Callable[[Cell, int], float]) -> None:
        self.tables = tables
        self.earlier = earlier
        self.hidden = {**earlier.hidden, **small(tables, maximum)}
        protected = frozenset(cell for cell, reason in self.hidden.items() if reason.is_protected)
        self.system = System(tables, Known(maximum, protected, frozenset(earlier.hidden)))
        self.columns = hidden_columns(self.system, self.hidden)
        self.costs = [
            0.0 if column in self.columns else cost(cell, tables.values[cell])
            for column, cell in enumerate(self.system.cells)
        ]
        self.targets = [self.system.column[cell] for cell in protected if cell in self.system.column]

    def run(self, changed: Collection[Cell] | None) -> Mask:
        targets = set(self.targets)
        if changed is not None:
            targets &= self.reached(changed)
        waiting = set(stuck(self.system, self.columns, targets, exactly=False))
        hopeless = self.earlier.exposed - set(changed or self.earlier.exposed)
        failed = sorted(waiting & {self.system.column[cell] for cell in hopeless if cell in self.system.column})
        waiting.difference_update(failed)
        for target in sorted(waiting, key=self.order):
            if target not in waiting:
                continue
            if move := self.find(target):
                self.apply(move)
                waiting.difference_update(move)
            else:
                failed.append(target)
        exposed = frozenset(self.system.cells[column] for column in self.still_exposed(failed))
        if changed is not None:
            exposed |= {cell for cell in self.earlier.exposed if self.system.column.get(cell) not in targets}
        return Mask(self.hidden, exposed)

    def still_exposed(self, failed: Collection[int]) -> list[int]:
        """Protects the targets at least from a reader who does not know which of the hidden counts are small."""
        if not failed:
            return []
        strict = self.system.highest
        self.system.highest = [np.inf] * len(strict)
        for target in stuck(self.system, self.columns, failed, exactly=False):
            move = self.find(target)
            self.apply(move or self.system.around(target, _SIZES[0]))
        self.system.highest = strict
        return stuck(self.system, self.columns, failed, exactly=len(self.costs) < _SIZES[-1])

    def order(self, column: int) -> tuple[bool, int, int]:
        """Totals first: what is hidden for them then serves their categories."""
        cell = self.system.cells[column]
        return not cell.is_total, cell.quarter.ordinal, column

    def reached(self, changed: Collection[Cell]) -> set[int]:
        """The hidden columns that equations connect with the changed cells, these included."""
        start = {self.system.column[cell] for cell in changed if cell in self.system.column}
        found = set()
        for group in self.system.components(self.columns | start):
            if not start.isdisjoint(group):
                found.update(group)
        return found

    def find(self, target: int) -> Move | None:
        """The cheapest move of the target, up or down, looked for near it first."""
        for size in _SIZES:
            columns = self.system.around(target, size)
            problem = self.system.problem(columns)
            costs = np.array([self.costs[column] for column in columns])
            best: Move | None = None
            for by in (1, -1):
                if not self.system.lowest[target] <= by <= self.system.highest[target]:
                    continue
                move = problem.cheapest(target, by, costs, self.system.is_move)
                if move is not None and (best is None or self.price(move) < self.price(best)):
                    best = move
                if best is not None and self.price(best) == 0:
                    return best
            if best is not None:
                return best
        return None

    def price(self, move: Move) -> float:
        return sum(self.costs[column] for column in move)

    def apply(self, move: Iterable[int]) -> None:
        for column in move:
            cell = self.system.cells[column]
            self.columns.add(column)
            self.costs[column] = 0.0
            if cell.role.is_shown:
                self.hidden.setdefault(cell, Reason.SECONDARY)
