"""The attack: which small counts could be pinned down from all that is shown? [pure]

The attacker knows every shown number, every equation, and of the hidden ones what `system.Known` says. A small count is
safe where at least two whole numbers lie between the least and the most that it could be.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from dataset.disclosure.cells import Cell, Tables
from dataset.disclosure.system import Known, Problem, System

_TOLERANCE = 1e-6
_ROUNDS = 8
_SEED = 20170331


@dataclass(frozen=True, slots=True)
class Violation:
    """A small count with what an attacker finds it to be: one whole number between these bounds."""

    cell: Cell
    lowest: float
    highest: float


def audit(
    tables: Tables,
    hidden: Collection[Cell],
    protected: Collection[Cell],
    maximum: int,
    earlier: Collection[Cell] = (),
    *,
    knows_which: bool = True,
) -> list[Violation]:
    """The protected cells that are not safe, with the bounds that the attacker finds.

    A protected cell that is not hidden is a violation with both bounds its number. Without `knows_which` the attacker
    cannot tell which of the hidden counts are small.
    """
    known = Known(maximum, frozenset(protected), frozenset(earlier), knows_which)
    system = System(tables, known)
    found = [
        Violation(cell, tables.values[cell], tables.values[cell])
        for cell in protected
        if cell.role.is_shown and cell not in hidden
    ]
    columns = hidden_columns(system, hidden)
    targets = {system.column[cell] for cell in protected if cell in system.column} & columns
    for column in stuck(system, columns, targets):
        low, high = bounds_of(system, columns, column)
        cell = system.cells[column]
        found.append(Violation(cell, tables.values[cell] + low, tables.values[cell] + high))
    return found


def hidden_columns(system: System, hidden: Collection[Cell]) -> set[int]:
    """The columns that a reader does not see: the hidden ones, rests and margins."""
    return {column for column, cell in enumerate(system.cells) if not cell.role.is_shown or cell in hidden}


def stuck(system: System, columns: Collection[int], targets: Collection[int], *, exactly: bool = True) -> list[int]:
    """The targets that cannot differ by one while the other columns than these stay.

    Tries to move all targets of a component at once, each up or down by chance, which settles most of them in a few
    programmes; then, where `exactly`, each of those left by itself.
    """
    left = set(targets)
    for component in system.components(columns):
        wanted = [column for column in component if column in left]
        if wanted:
            left.difference_update(_moved(system, component, wanted, exactly))
    return sorted(left)


def _moved(system: System, component: list[int], wanted: list[int], exactly: bool) -> Iterable[int]:
    problem = system.problem(component)
    place = np.array([problem.place[column] for column in wanted])
    free = problem.lowest.copy(), problem.highest.copy()
    problem.lowest[place] = np.maximum(problem.lowest[place], -1)
    problem.highest[place] = np.minimum(problem.highest[place], 1)
    chance = np.random.default_rng(_SEED)
    open_ = np.ones(len(wanted), dtype=bool)
    for _ in range(_ROUNDS):
        gain = np.zeros(len(component))
        signs = chance.choice([-1.0, 1.0], len(wanted)) * (1 + chance.random(len(wanted)) / 8)
        gain[place] = np.where(open_, signs, signs / 1024)
        found = problem.most(gain)
        if found is None:
            break
        settled = open_ & (np.abs(found[place]) > 1 - _TOLERANCE)
        open_ &= ~settled
        if not open_.any() or not settled.any():
            break
    if exactly:
        for index in np.flatnonzero(open_):
            column = wanted[index]
            open_[index] = not any(_can_move(problem, free, column, by) for by in (1, -1))
    return [column for column, is_open in zip(wanted, open_, strict=True) if not is_open]


def _can_move(problem: Problem, free: tuple[np.ndarray, np.ndarray], column: int, by: int) -> bool:
    index = problem.place[column]
    lowest, highest = free
    if not lowest[index] <= by <= highest[index]:
        return False
    problem.lowest, problem.highest = lowest.copy(), highest.copy()
    problem.lowest[index] = max(lowest[index], -1)
    problem.highest[index] = min(highest[index], 1)
    gain = np.zeros(len(lowest))
    gain[index] = by
    found = problem.most(gain)
    return found is not None and by * found[index] > 1 - _TOLERANCE


def bounds_of(system: System, columns: Collection[int], column: int) -> tuple[float, float]:
    """By how much a column could be less, and more, than it is."""
    component = next(group for group in system.components(columns) if column in group)
    bounds = []
    for by in (-1, 1):
        problem = system.problem(component)
        index = problem.place[column]
        gain = np.zeros(len(component))
        gain[index] = by
        found = problem.most(gain)
        bounds.append(np.inf * by if found is None else float(found[index]))
    return bounds[0], bounds[1]
