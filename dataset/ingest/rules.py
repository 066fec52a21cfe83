"""The rules of a return beyond its columns, as data: parts and wholes, conditional blanks, contradictions. [pure]

A rule is a frozen entry of `ReturnType.checks`. Called with the typed frame (one column per column of the return,
and `line`) and anything that knows the quarter, it gives a finding a row. `says` is the rule in one sentence, for
the data dictionary; `columns` are the columns that it reads. No rule puts an identifier's value into a finding.
`date_rules` and `span_rules` hold the rules of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from dataset.ingest.findings import Finding, Severity
from dataset.periods import Quarter

ERROR, QUERY = Severity.ERROR, Severity.QUERY

RULE_CODES: dict[str, str] = {
    "date_order": "Two dates of a row are in an order that is impossible, or unlikely.",
    "part_above_whole": "A part is larger than the whole that it is part of.",
    "must_be_blank": "A cell is filled although another cell of the row says that there is nothing to say.",
    "must_be_filled": "A cell is blank although another cell of the row says that there is something to say.",
    "outside_quarter": "The row was not open at any time in the return's quarter.",
    "overlap": "Two rows of one child cover the same days.",
    "same_day": "A child has two rows of the same day.",
    "duplicate": "A value that must be different on every line is on an earlier one.",
    "overdue": "Something that is required has not happened in the time allowed.",
    "late_start": "More working days passed between two dates than should.",
    "contradiction": "Two cells of a row cannot both be right.",
    "not_alone": "A code that means 'nothing else' stands with others.",
    "code_ended": "A code is used after the day on which it went out of use.",
    "too_old": "The age is above what the law makes possible for such a row.",
}


class KnowsQuarter(Protocol):
    @property
    def quarter(self) -> Quarter: ...


class Rule(Protocol):
    """What an entry of `ReturnType.checks` must be."""

    @property
    def says(self) -> str: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]: ...


def one_of(values: tuple[Any, ...]) -> str:
    """'yes', 'completed or declined'"""
    words = [{True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def is_filled(column: pd.Series) -> pd.Series:
    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        return column.notna() & (column.fillna("") != "")
    return column.notna()


def is_one_of(column: pd.Series, values: tuple[Any, ...]) -> pd.Series:
    return column.isin(list(values)).fillna(False).astype(bool)


def hits(frame: pd.DataFrame, mask: pd.Series, *columns: str) -> Iterator[tuple[Any, ...]]:
    """(line, then the columns' values) of the rows in the mask."""
    chosen = frame.loc[mask.fillna(False).astype(bool), ["line", *columns]]
    for line, *values in chosen.itertuples(index=False, name=None):
        yield (int(line), *values)


def long_date(value: Any) -> str:
    """'3 May 2016'"""
    return f"{value.day} {value:%B %Y}"


def short_date(value: Any) -> str:
    return f"{value:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class NotAbove:
    """`part` is at most `whole`."""

    part: str
    whole: str
    severity: Severity = ERROR
    code: str = "part_above_whole"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.part, self.whole)

    @property
    def says(self) -> str:
        return f"{self.part} is not above {self.whole}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        above = frame[self.part] > frame[self.whole]
        advice = "Check both numbers." if self.severity is QUERY else "Correct whichever is wrong."
        return [
            Finding(
                self.severity,
                self.code,
                f"{self.part} ({part:,}) is more than {self.whole} ({whole:,}). {advice}",
                line,
                self.part,
                f"{part:,}",
                f"at most {whole:,}",
            )
            for line, part, whole in hits(frame, above, self.part, self.whole)
        ]


def _condition(when: str, values: tuple[Any, ...], above: int | None) -> str:
    if above is not None:
        return f"{when} is above {above}"
    return f"{when} is {one_of(values) if values else 'filled'}"


def _meets(when: pd.Series, values: tuple[Any, ...], above: int | None) -> pd.Series:
    if above is not None:
        return (when > above).fillna(False).astype(bool)
    return is_one_of(when, values) if values else is_filled(when)


@dataclass(frozen=True, slots=True)
class BlankUnless:
    """`column` is blank unless `when` is one of `values`, above `above`, or, with neither, filled."""

    column: str
    when: str
    values: tuple[Any, ...] = ()
    above: int | None = None
    severity: Severity = ERROR
    code: str = "must_be_blank"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.when)

    @property
    def condition(self) -> str:
        return _condition(self.when, self.values, self.above)

    @property
    def says(self) -> str:
        return f"{self.column} is blank unless {self.condition}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        allowed = _meets(frame[self.when], self.values, self.above)
        return [
            Finding(
                self.severity,
                self.code,
                f"{self.column} is filled, and may be only where {self.condition}. Clear it, or correct {self.when}.",
                line,
                self.column,
                "a value",
                "blank",
            )
            for (line,) in hits(frame, is_filled(frame[self.column]) & ~allowed)
        ]


@dataclass(frozen=True, slots=True)
class FilledWhen:
    """`column` is filled when `when` is one of `values`, above `above`, or, with neither, filled."""

    column: str
    when: str
    values: tuple[Any, ...] = ()
    above: int | None = None
    severity: Severity = ERROR
    code: str = "must_be_filled"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.when)

    @property
    def condition(self) -> str:
        return _condition(self.when, self.values, self.above)

    @property
    def says(self) -> str:
        return f"{self.column} is filled when {self.condition}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        asked = _meets(frame[self.when], self.values, self.above)
        return [
            Finding(
                self.severity,
                self.code,
                f"{self.column} is blank although {self.condition}. Fill it in, or correct {self.when}.",
                line,
                self.column,
                "blank",
                "a value",
            )
            for (line,) in hits(frame, asked & ~is_filled(frame[self.column]))
        ]


@dataclass(frozen=True, slots=True)
class Together:
    """The conditions (column, values) are never all true of one row."""

    conditions: tuple[tuple[str, tuple[Any, ...]], ...]
    advice: str
    severity: Severity = ERROR
    code: str = "contradiction"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for column, _ in self.conditions)

    @property
    def condition(self) -> str:
        return " and ".join(f"{column} is {one_of(values)}" for column, values in self.conditions)

    @property
    def says(self) -> str:
        return f"{'It is rare that' if self.severity is QUERY else 'It is never so that'} {self.condition}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        mask = pd.Series(True, index=frame.index)
        for column, values in self.conditions:
            mask &= is_one_of(frame[column], values)
        first = self.columns[0]
        message = f"In this row {self.condition}. {self.advice}"
        return [
            Finding(self.severity, self.code, message, line, first, one_of((value,)), self.says)
            for line, value in hits(frame, mask, first)
        ]


@dataclass(frozen=True, slots=True)
class Alone:
    """A code of a column of several codes that excludes the others."""

    column: str
    value: str
    meaning: str
    severity: Severity = ERROR
    code: str = "not_alone"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def says(self) -> str:
        return f"{self.value} in {self.column} ({self.meaning}) stands alone."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        text = frame[self.column].astype("string").fillna("")
        wrong = text.str.contains(rf"(?:^| ){self.value}(?: |$)") & text.str.contains(" ", regex=False)
        message = f"{self.value} means {self.meaning}, and stands with other codes. Remove it or the others."
        return [
            Finding(self.severity, self.code, message, line, self.column, str(found), f"{self.value} alone")
            for line, found in hits(frame, wrong, self.column)
        ]


@dataclass(frozen=True, slots=True)
class Unique:
    """No two rows have the same values in all of these columns."""

    keys: tuple[str, ...]
    severity: Severity = ERROR
    code: str = "duplicate"

    @property
    def columns(self) -> tuple[str, ...]:
        return self.keys

    @property
    def says(self) -> str:
        return f"No two rows have the same {', '.join(self.keys[:-1])} and {self.keys[-1]}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        keys, filled = list(self.keys), frame[list(self.keys)].notna().all(axis=1)
        first = frame.groupby(keys, dropna=False)["line"].transform("first")
        rows = pd.DataFrame({"line": frame["line"], "first": first})
        names = f"{', '.join(keys[:-1])} and {keys[-1]}"
        return [
            Finding(
                self.severity,
                self.code,
                f"{names} are those of line {int(earlier)} again. Remove one of the two rows, or add them up.",
                line,
                keys[-1],
                f"the same as line {int(earlier)}",
                "each once",
            )
            for line, earlier in hits(rows, frame.duplicated(keys) & filled, "first")
        ]
