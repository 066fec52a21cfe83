"""Tables as arrays: columns that could move, rows that bind them, and moves that a reader cannot rule out. [pure]

A move is another possible truth, given as differences from the true numbers. It leaves every number that is shown as
it is and every equation true. That there is one in which a small count differs by one is the proof that the count
cannot be worked out; the proof stays good whatever else is hidden later.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from dataset.disclosure.cells import Cell, Tables

Move = dict[int, int]  # column → by how much it differs
_TOLERANCE = 1e-6
_SECONDS = 5.0  # of one search; where it runs out, more is hidden


@dataclass(frozen=True)
class Known:
    """What the attacker knows of hidden numbers, beside the equations.

    A count that is hidden because it is small is from 1 to `maximum`. Another hidden count is 1 or more, since
    noughts are shown; one that was hidden in an earlier version may be nought by now, and so may a rest. Where the
    attacker does not know `which` hidden counts are small, none of them has an upper bound.
    """

    maximum: int
    protected: frozenset[Cell]
    earlier: frozenset[Cell] = frozenset()
    which: bool = True


class System:
    """The cells as columns and the equations as rows, without what every reader knows: noughts and things."""

    def __init__(self, tables: Tables, known: Known) -> None:
        values = tables.values
        self.cells: list[Cell] = [
            cell
            for cell, value in values.items()
            if cell not in tables.public and (value or not cell.role.is_shown or cell in known.earlier)
        ]
        self.column = {cell: column for column, cell in enumerate(self.cells)}
        self.is_shown = [cell.role.is_shown for cell in self.cells]
        self.lowest: list[float] = []
        self.highest: list[float] = []
        for cell in self.cells:
            value = values[cell]
            is_small = cell in known.protected and 1 <= value <= known.maximum
            is_some = cell.role.is_shown and value > 0 and cell not in known.earlier
            self.lowest.append((1 if is_small or is_some else 0) - value)
            self.highest.append(known.maximum - value if is_small and known.which else np.inf)
        self.rows: list[list[tuple[int, int]]] = []
        self.rows_of: list[list[int]] = [[] for _ in self.cells]
        for equation in tables.equations:
            row = [(self.column[cell], times) for cell, times in equation if cell in self.column]
            for column, _ in row:
                self.rows_of[column].append(len(self.rows))
            self.rows.append(row)

    def beside(self, column: int) -> list[int]:
        """The columns that share an equation with this one."""
        return [other for row in self.rows_of[column] for other, _ in self.rows[row]]

    def around(self, column: int, size: int, within: Collection[int] | None = None) -> list[int]:
        """The nearest columns, counted in equations between, about `size` of them.

        A rest or a margin comes with the cell beside it, since it can move without being hidden.
        """
        found = {column}
        queue = deque([column])
        while queue and len(found) < size:
            for other in self.beside(queue.popleft()):
                if other not in found and (within is None or other in within):
                    found.add(other)
                    queue.append(other)
        rests = {other for one in found for other in self.beside(one) if not self.is_shown[other]}
        return sorted(found | rests)

    def components(self, columns: Collection[int]) -> list[list[int]]:
        """The columns in groups that no equation joins."""
        left, groups = set(columns), []
        for start in sorted(left):
            if start not in left:
                continue
            left.discard(start)
            group = [start]
            for column in group:
                for other in self.beside(column):
                    if other in left:
                        left.discard(other)
                        group.append(other)
            groups.append(sorted(group))
        return groups

    def is_move(self, move: Move) -> bool:
        """Whether the move keeps every equation and every bound."""
        if any(not self.lowest[column] <= by <= self.highest[column] for column, by in move.items()):
            return False
        rows = {row for column in move for row in self.rows_of[column]}
        return all(sum(times * move.get(column, 0) for column, times in self.rows[row]) == 0 for row in rows)

    def problem(self, columns: Sequence[int]) -> "Problem":
        """The equations over these columns alone, all others staying as they are."""
        place = {column: index for index, column in enumerate(columns)}
        data: list[int] = []
        at: list[int] = []
        of: list[int] = []
        count = 0
        for row in {row: None for column in columns for row in self.rows_of[column]}:
            for column, times in self.rows[row]:
                if column in place:
                    data.append(times)
                    at.append(count)
                    of.append(place[column])
            count += 1
        lowest = np.array([self.lowest[column] for column in columns], dtype=float)
        highest = np.array([self.highest[column] for column in columns], dtype=float)
        entries = np.array(data, dtype=float), np.array(at, dtype=int), np.array(of, dtype=int)
        return Problem(place, *entries, count, lowest, highest)


@dataclass
class Problem:
    """A linear programme over moves: the places of its columns, its equations' entries and its bounds."""

    place: dict[int, int]
    data: np.ndarray
    at: np.ndarray
    of: np.ndarray
    rows: int
    lowest: np.ndarray
    highest: np.ndarray

    def most(self, gain: np.ndarray) -> np.ndarray | None:
        """The move that gains most, fractions allowed; the bounds must keep the gain finite."""
        matrix = csc_array((self.data, (self.at, self.of)), shape=(self.rows, len(gain)))
        return _solve(-gain, matrix, self.lowest, self.highest, whole=False)

    def cheapest(self, target: int, by: int, costs: np.ndarray, accept: Callable[[Move], bool]) -> Move | None:
        """The move in whole numbers that changes the target by so much at least cost, or None.

        A column costs its cost times what it differs by.
        """
        count, priced = len(costs), np.flatnonzero(costs)
        # a priced column goes up by one variable and down by a second
        second = np.full(count, -1)
        second[priced] = count + np.arange(len(priced))
        doubled = second[self.of] >= 0
        matrix = csc_array(
            (
                np.concatenate([self.data, -self.data[doubled]]),
                (
                    np.concatenate([self.at, self.at[doubled]]),
                    np.concatenate([self.of, second[self.of][doubled]]),
                ),
            ),
            shape=(self.rows, count + len(priced)),
        )
        lowest = np.concatenate([self.lowest, np.zeros(len(priced))])
        highest = np.concatenate([self.highest, -self.lowest[priced]])
        lowest[priced] = 0
        lowest[self.place[target]] = highest[self.place[target]] = by
        prices = np.concatenate([costs, costs[priced]])
        columns = list(self.place)
        for whole in (False, True):
            found = _solve(prices, matrix, lowest, highest, whole=whole)
            if found is None:
                return None
            moved = found[:count]
            moved[priced] -= found[count:]
            rounded = np.rint(moved)
            move = {columns[index]: int(rounded[index]) for index in np.flatnonzero(rounded)}
            if np.abs(moved - rounded).max() < _TOLERANCE and accept(move):
                return move
        return None


def _solve(
    prices: np.ndarray, matrix: csc_array, lowest: np.ndarray, highest: np.ndarray, *, whole: bool
) -> np.ndarray | None:
    found = milp(
        prices,
        bounds=Bounds(lowest, highest),
        constraints=LinearConstraint(matrix, 0, 0) if matrix.shape[0] else None,
        integrality=np.full(len(prices), int(whole)),
        options={"time_limit": _SECONDS},
    )
    return None if found.x is None else np.array(found.x)
