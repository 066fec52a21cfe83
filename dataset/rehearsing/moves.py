"""Two readings of each measure, now and after: what moves, what turns red, and the sentence that leads.  [pure]

Both readings come as the reader may see them, so that no difference tells what either of them hides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dataset.definitions import Kind, Measure, State, Timing
from dataset.derivation import MeasureValue
from dataset.narrative import day, listing, measured, number, plural, quarters, round_half_up, trimmed
from dataset.periods import Quarter, Window
from dataset.readings import Reading
from dataset.status import Status

MINUS = "−"
NAMED = 4  # measures that a sentence lists


@dataclass(frozen=True, slots=True)
class Move:
    """One measure in one window that ends with one quarter: as it is read now, and as it would be."""

    now: Reading
    after: Reading

    @property
    def measure(self) -> Measure:
        return self.now.measure

    @property
    def quarter(self) -> Quarter:
        return self.now.quarter

    @property
    def window(self) -> Window:
        return self.now.window

    @property
    def was_known(self) -> bool:
        """Whether there is a number now, though the reader may not see it."""
        return self.now.value.is_number or self.now.value.state is State.CONFIDENTIAL

    @property
    def is_new(self) -> bool:
        """A value where there was none."""
        return self.after.value.is_number and not self.was_known

    @property
    def is_change(self) -> bool:
        """Whether the reader sees another value or another state."""
        return _seen(self.now.value) != _seen(self.after.value)

    @property
    def is_flip(self) -> bool:
        """Whether a status that judged becomes another, or is no longer given; a first status is none."""
        was, will = self.now.status.judgement, self.after.status.judgement
        return was is not will and not was.is_no_data

    @property
    def difference(self) -> float | None:
        """After less now, unrounded; None where either is no number that the reader may see."""
        if self.now.value.value is None or self.after.value.value is None:
            return None
        return self.after.value.value - self.now.value.value

    @property
    def now_text(self) -> str:
        return value_text(self.measure, self.now.value)

    @property
    def after_text(self) -> str:
        return value_text(self.measure, self.after.value)

    @property
    def difference_text(self) -> str:
        """'+14 (+5.2%)', '−3.1 points', '+0.4 (+1.0%)'; empty where there is no difference to tell."""
        if not self.difference:
            return ""
        places = 0 if self.measure.kind is Kind.COUNT else 1
        if self.measure.kind is Kind.PERCENTAGE:
            return f"{signed(self.difference, places)} point{'s' * (abs(round_half_up(self.difference, 1)) != 1)}"
        before = self.now.value.value
        share = f" ({signed(100 * self.difference / before, 1)}%)" if before else ""
        return f"{signed(self.difference, places)}{share}"


def _seen(value: MeasureValue) -> tuple[float | None, State]:
    return value.value, value.state


def value_text(measure: Measure, value: MeasureValue) -> str:
    """'26.1%', or the state in words: 'not returned'."""
    return value.state.label if value.value is None else measured(measure, value.value)


def signed(value: float, places: int = 0) -> str:
    """'+1,360', '−0.4'; 'up by under 0.1' where rounding would leave nothing of it."""
    if not round_half_up(value, places):
        return f"{'up' if value > 0 else 'down'} by under {trimmed(10**-places, places)}"
    return f"{'+' if value > 0 else MINUS}{number(abs(value), places)}"


@dataclass(frozen=True, slots=True)
class Flip:
    """A status of one measure that becomes another, and the periods in which it does."""

    moves: tuple[Move, ...]

    @property
    def first(self) -> Move:
        """The move that is shown: one whose value changes too, where there is one."""
        return next((move for move in self.moves if move.is_change), self.moves[0])

    @property
    def measure(self) -> Measure:
        return self.first.measure

    @property
    def was(self) -> Status:
        return self.first.now.status

    @property
    def will_be(self) -> Status:
        return self.first.after.status

    @property
    def turns_red(self) -> bool:
        return self.will_be.tone == "red" and self.was.tone != "red"

    @property
    def leaves_red(self) -> bool:
        return self.was.tone == "red" and self.will_be.tone != "red"

    @property
    def periods(self) -> str:
        """'2016-17 Q4: quarter and year to date; 2017-18 Q1: rolling 12 months'"""
        windows: dict[Quarter, list[str]] = {}
        for move in self.moves:
            windows.setdefault(move.quarter, []).append(move.window.label.lower())
        return "; ".join(f"{quarter}: {listing(labels)}" for quarter, labels in windows.items())


def find_flips(moves: Iterable[Move]) -> tuple[Flip, ...]:
    """The statuses that become others: those that turn red first, then those that stop being red, then the rest."""
    groups: dict[tuple[str, object, object], list[Move]] = {}
    for move in moves:
        if move.is_flip:
            key = (move.measure.code, move.now.status.judgement, move.after.status.judgement)
            groups.setdefault(key, []).append(move)
    flips = [Flip(tuple(group)) for group in groups.values()]
    order = {"red": 0, "amber": 1}
    return tuple(
        sorted(
            flips,
            key=lambda one: (not one.turns_red, not one.leaves_red, order.get(one.will_be.tone, 2), one.measure.tier),
        )
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A measure at one quarter: its moves in the windows, in the order of `Window`."""

    measure: Measure
    quarter: Quarter
    moves: tuple[Move, ...]

    @property
    def is_change(self) -> bool:
        return any(move.is_change for move in self.moves)

    @property
    def is_of_one_day(self) -> bool:
        """Whether one value stands for every window: a count of the quarter's last day."""
        return self.measure.timing is Timing.AT_QUARTER_END

    @property
    def day(self) -> str:
        return day(self.quarter.end)


@dataclass(frozen=True)
class WhatChanges:
    """Every move that acceptance would make, as one reader may see it; `quarter` is the return's own."""

    quarter: Quarter
    measures: int
    moves: tuple[Move, ...]

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        return find_flips(self.moves)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The measures that change in the return's own quarter, headlines first."""
        return tuple(row for row in _rows(self.moves) if row.quarter == self.quarter and row.is_change)

    @cached_property
    def later(self) -> tuple[Row, ...]:
        """The measures that change at the end of later quarters, whose windows hold this one."""
        return tuple(row for row in _rows(self.moves) if row.quarter != self.quarter and row.is_change)

    @cached_property
    def changed(self) -> tuple[Measure, ...]:
        return _measures(move for move in self.moves if move.is_change)

    @cached_property
    def first_red(self) -> tuple[Move, ...]:
        """The measures that get their first status and get a red one; one move a measure."""
        found: dict[str, Move] = {}
        for move in self.moves:
            if move.is_new and move.after.status.tone == "red":
                found.setdefault(move.measure.code, move)
        return tuple(found.values())

    @property
    def is_first(self) -> bool:
        """Whether nothing was known of the quarter before."""
        own = [move for move in self.moves if move.quarter == self.quarter]
        return any(move.is_new for move in own) and not any(move.was_known for move in own)

    @property
    def quarter_text(self) -> str:
        return str(self.quarter)

    @property
    def later_sentence(self) -> str:
        """'10 values of later quarters move: 2016-17 Q3 and Q4'"""
        moved = sum(move.is_change for row in self.later for move in row.moves)
        held = sorted({row.quarter for row in self.later})
        return f"{plural(moved, 'values')} of later quarters move{_one_s(moved)}: {quarters(held)}"

    @property
    def sentence(self) -> str:
        """What the officer must know, in one line."""
        if not self.changed:
            return "Accepting this changes no measure."
        if self.is_first:
            given = _measures(move for move in self.moves if move.is_new)
            values = "its value" if len(given) == 1 else "their values"
            count = plural(len(given), "measures")
            return f"Accepting this gives {count} {values} for {self.quarter}; {self._first_reds}."
        return f"Accepting this changes {plural(len(self.changed), 'measures')}; {self._statuses}."

    @property
    def _first_reds(self) -> str:
        red = _measures(self.first_red)
        if not red:
            return "none of them is red"
        return f"{len(red)} of them {'is' if len(red) == 1 else 'are'} red: {_named(red)}"

    @property
    def _statuses(self) -> str:
        red = _measures(move for flip in self.flips if flip.turns_red for move in flip.moves)
        better = _measures(move for flip in self.flips if flip.leaves_red for move in flip.moves)
        other = _measures(move for flip in self.flips if not (flip.turns_red or flip.leaves_red) for move in flip.moves)
        said = []
        if red:
            said.append(f"{_count(red)} turn{_s(red)} red: {_named(red)}")
        if better:
            said.append(f"{_count(better)} stop{_s(better)} being red: {_named(better)}")
        if other:
            count = _count(other).replace(" ", " other ", 1) if said else _count(other)
            said.append(f"{count} change{_s(other)}: {_named(other)}")
        return "; ".join(said) or "no status changes"


def _one_s(count: int) -> str:
    return "s" if count == 1 else ""


def _count(measures: Sequence[Measure]) -> str:
    return plural(len(measures), "statuses") if len(measures) != 1 else "1 status"


def _s(measures: Sequence[Measure]) -> str:
    return "s" if len(measures) == 1 else ""


def _named(measures: Sequence[Measure]) -> str:
    names = [measure.name for measure in measures[:NAMED]]
    return listing(names if len(measures) <= NAMED else [*names, f"{len(measures) - NAMED} more"])


def _measures(moves: Iterable[Move]) -> tuple[Measure, ...]:
    """Each measure once, headlines first."""
    found = {move.measure.code: move.measure for move in moves}
    return tuple(sorted(found.values(), key=lambda measure: measure.tier))


def _rows(moves: Iterable[Move]) -> list[Row]:
    groups: dict[tuple[Quarter, str], list[Move]] = {}
    for move in moves:
        groups.setdefault((move.quarter, move.measure.code), []).append(move)
    rows = [Row(found[0].measure, quarter, tuple(found)) for (quarter, _), found in groups.items()]
    return sorted(rows, key=lambda row: (row.quarter, row.measure.tier))
