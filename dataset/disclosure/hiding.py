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

# how many columns around a count to look through for its move: of all, and of the hidden ones
Sizes = tuple[tuple[int, int], ...]
_NEAR: Sizes = ((60, 120), (400, 1200))
_FAR: Sizes = ((400, 1200), (1500, 3000))
_LARGE = 500  # columns; in more, what no search protected is called exposed without trying further
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

    `proofs` are the moves that show the small counts to be safe. They may be left out where a mask is kept; with them
    the next mask is made without proving again what has not changed.
    """

    hidden: Mapping[Cell, Reason]
    exposed: frozenset[Cell] = frozenset()
    proofs: tuple[Mapping[Cell, int], ...] = ()

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
    cost: Callable[[Cell, int], float] = cost_of,
) -> Mask:
    """The mask of the tables.

    What `earlier` hides stays hidden, and what was protected then is protected still. A proof of `earlier` that holds
    for the new numbers is taken over, so that the work is as large as the change. Raises ValueError for a maximum
    under 2: a reader would know that a hidden count is one.
    """
    if maximum < 2:
        raise ValueError("The largest number to hide must be 2 or more.")
    return _Hiding(tables, maximum, earlier or Mask({}), cost).run()


class _Hiding:
    def __init__(self, tables: Tables, maximum: int, earlier: Mask, cost: Callable[[Cell, int], float]) -> None:
        self.tables = tables
        self.earlier = earlier
        self.proofs: list[Move] = []
        self.hidden = {**earlier.hidden, **small(tables, maximum)}
        protected = frozenset(cell for cell, reason in self.hidden.items() if reason.is_protected)
        self.system = System(tables, Known(maximum, protected, frozenset(earlier.hidden)))
        self.columns = hidden_columns(self.system, self.hidden)
        self.costs = [
            0.0 if column in self.columns else cost(cell, tables.values[cell])
            for column, cell in enumerate(self.system.cells)
        ]
        self.targets = [self.system.column[cell] for cell in protected if cell in self.system.column]

    def run(self) -> Mask:
        waiting = set(self.targets)
        broken = self.take_over(self.earlier.proofs, waiting)
        if self.earlier.hidden and not self.earlier.proofs:
            waiting = set(stuck(self.system, self.columns, waiting, exactly=False))
        failed = sorted(self.system.column[cell] for cell in self.earlier.exposed if cell in self.system.column)
        waiting.difference_update(failed)
        for target in sorted(waiting, key=self.order):
            if target in waiting:
                if move := self.find(target):
                    self.apply(move)
                    waiting.difference_update(move)
                else:
                    failed.append(target)
        failed = self.search_again(failed)
        exposed = self.protect_weakly(failed, broken)
        cells = self.system.cells
        proofs = tuple({cells[column]: by for column, by in move.items()} for move in self.proofs)
        return Mask(self.hidden, frozenset(cells[column] for column in exposed), proofs)

    def search_again(self, failed: Collection[int]) -> list[int]:
        """Those of the failed that still have no move, now that more is hidden and farther around."""
        again = sorted(set(failed).difference(*self.proofs))
        hopeless = {self.system.column.get(cell) for cell in self.earlier.exposed}
        left = []
        for target in again:
            if target in hopeless:
                left.append(target)
            elif not any(target in move for move in self.proofs):
                if move := self.find(target, _FAR):
                    self.apply(move)
                else:
                    left.append(target)
        return sorted(set(left).difference(*self.proofs))

    def take_over(self, proofs: Iterable[Mapping[Cell, int]], waiting: set[int]) -> list[Mapping[Cell, int]]:
        """Takes what the proofs show off the waiting, and gives those that no longer hold."""
        broken = []
        for proof in proofs:
            move = {self.system.column.get(cell, -1): by for cell, by in proof.items()}
            if self.columns.issuperset(move) and self.system.is_move(move):
                if not waiting.isdisjoint(move):
                    self.proofs.append(move)
                    waiting.difference_update(move)
            else:
                broken.append(proof)
        return broken

    def protect_weakly(self, failed: Collection[int], proofs: Iterable[Mapping[Cell, int]]) -> list[int]:
        """Protects the targets at least from a reader who does not know which of the hidden counts are small.

        Gives those that are exposed to one who does. Where there are many columns each is taken to be.
        """
        if not failed:
            return []
        strict = self.system.highest
        self.system.highest = [np.inf] * len(strict)
        waiting = set(failed)
        self.take_over(proofs, waiting)
        for target in sorted(waiting):
            if target in waiting:
                move = self.find(target) or dict.fromkeys(self.system.around(target, _NEAR[0][0]), 0)
                self.apply(move)
                waiting.difference_update(move)
        self.system.highest = strict
        return stuck(self.system, self.columns, failed) if len(strict) < _LARGE else sorted(failed)

    def order(self, column: int) -> tuple[bool, int, int]:
        """Totals first: what is hidden for them then serves their categories."""
        cell = self.system.cells[column]
        return not cell.is_total, cell.quarter.ordinal, column

    def find(self, target: int, sizes: Sizes = _NEAR) -> Move | None:
        """The cheapest move of the target, up or down, looked for near it first."""
        for near, far in sizes:
            around = self.system.around(target, near), self.system.around(target, far, self.columns)
            columns = sorted({*around[0], *around[1]})
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

    def apply(self, move: Move) -> None:
        if any(move.values()):
            self.proofs.append(move)
        for column in move:
            cell = self.system.cells[column]
            self.columns.add(column)
            self.costs[column] = 0.0
            if cell.role.is_shown:
                self.hidden.setdefault(cell, Reason.SECONDARY)
