"""Small tables, and an attacker who tries every whole number."""

from collections.abc import Iterator, Mapping, Sequence

from dataset.definitions import Counts, DataItem, Timing
from dataset.disclosure.cells import Cell, Equation, Role, Tables
from dataset.periods import Quarter, Window

Q1 = Quarter(2015, 1)


def item(code: str, timing: Timing = Timing.IN_QUARTER, counts: Counts = Counts.EVENTS) -> DataItem:
    return DataItem(code, code, "referrals", counts, timing, "", "CSC", breakdowns=("kind", "place"))


ITEMS = {code: item(code) for code in ("whole", "part", "other")}


def cell(code: str = "whole", step: int = 0, category: str = "", breakdown: str = "kind") -> Cell:
    return Cell(code, Q1 + step, Window.QUARTER, breakdown if category else "", category)


def counts(code: str, numbers: Sequence[int], first: Quarter = Q1) -> dict[Cell, int]:
    """The item's totals in successive quarters."""
    return {Cell(code, first + step, Window.QUARTER): number for step, number in enumerate(numbers)}


def split(code: str, quarters: Sequence[Sequence[int]]) -> dict[Cell, int]:
    """The item's categories a, b, c … in successive quarters, with the totals that they add up to."""
    found = counts(code, [sum(numbers) for numbers in quarters])
    for step, numbers in enumerate(quarters):
        found |= {cell(code, step, "abcdef"[index]): number for index, number in enumerate(numbers)}
    return found


def grid(text: str) -> Tables:
    """A table written in rows, with its sums: the last of each row is the row's, the last row is the columns'."""
    rows = [[int(number) for number in row.split()] for row in text.split("|")]
    rows = [[*row, sum(row)] for row in rows]
    if len(rows) > 1:
        rows.append([sum(column) for column in zip(*rows, strict=True)])
    values = {spot(r, c): number for r, row in enumerate(rows, 1) for c, number in enumerate(row, 1)}
    width, height = len(rows[0]), len(rows)
    equations: list[Equation] = [
        tuple((spot(r, c), -1 if c == width else 1) for c in range(1, width + 1)) for r in range(1, height + 1)
    ]
    if height > 1:
        for c in range(1, width + 1):
            equations.append(tuple((spot(r, c), -1 if r == height else 1) for r in range(1, height + 1)))
    return Tables(values, tuple(equations))


def spot(row: int, column: int) -> Cell:
    return Cell("whole", Q1, Window.QUARTER, "grid", f"{row}.{column}")


def possible(
    tables: Tables, hidden: Mapping[Cell, object], protected: frozenset[Cell], maximum: int, most: int = 40
) -> dict[Cell, set[int]]:
    """What each protected cell could be: every solution in whole numbers up to `most`, by trying."""
    unseen = [
        c
        for c, value in tables.values.items()
        if c not in tables.public and (c in hidden or not c.role.is_shown) and (value or not c.role.is_shown)
    ]
    ranges = {c: range(1, maximum + 1) if c in protected else range(int(c.role.is_shown), most + 1) for c in unseen}
    found: dict[Cell, set[int]] = {c: set() for c in protected if c in ranges}
    for solution in _solutions(tables, unseen, ranges):
        for c, values in found.items():
            values.add(solution[c])
    return found


def _solutions(tables: Tables, unseen: list[Cell], ranges: Mapping[Cell, range]) -> Iterator[dict[Cell, int]]:
    shown = {c: value for c, value in tables.values.items() if c not in ranges}

    def fill(given: dict[Cell, int]) -> Iterator[dict[Cell, int]]:
        given = dict(given)
        while True:  # an equation with one unknown gives it
            forced = False
            for equation in tables.equations:
                open_ = [(c, times) for c, times in equation if c not in given]
                left = -sum(times * given[c] for c, times in equation if c in given)
                if not open_ and left:
                    return
                if len(open_) == 1:
                    c, times = open_[0]
                    if left % times or left // times not in ranges[c]:
                        return
                    given[c] = left // times
                    forced = True
            if not forced:
                break
        waiting = [c for c in unseen if c not in given]
        if not waiting:
            yield given
            return
        bound = {c for equation in tables.equations for c, _ in equation}
        at = min(waiting, key=lambda c: (len(ranges[c]), c.role is Role.REST, c not in bound))
        for number in ranges[at]:
            yield from fill(given | {at: number})

    yield from fill(shown)
