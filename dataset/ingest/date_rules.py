"""Rules of single dates: their order, how soon, how late. [pure] See `rules` for what a rule is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dataset.ingest.findings import Finding, Severity
from dataset.ingest.rules import ERROR, QUERY, KnowsQuarter, hits, is_filled, is_one_of, long_date, one_of, short_date
from dataset.workdays import as_dates, count_working_days


@dataclass(frozen=True, slots=True)
class NotBefore:
    """`column` is on or after `other`; a finding points at `column`."""

    column: str
    other: str
    severity: Severity = ERROR
    code: str = "date_order"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.other)

    @property
    def says(self) -> str:
        return f"{self.column} is not before {self.other}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        wrong = as_dates(frame[self.column]) < as_dates(frame[self.other])
        return [
            Finding(self.severity, self.code, message, line, self.column, found, f"on or after {other}")
            for line, message, found, other in _out_of_order(frame, wrong, self.column, "before", self.other)
        ]


@dataclass(frozen=True, slots=True)
class NotAfter:
    """`column` is on or before `other` (before it, where `strictly`); a finding points at `column`."""

    column: str
    other: str
    severity: Severity = ERROR
    strictly: bool = False
    code: str = "date_order"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.other)

    @property
    def says(self) -> str:
        return f"{self.column} is {'before' if self.strictly else 'not after'} {self.other}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        first, second = as_dates(frame[self.column]), as_dates(frame[self.other])
        wrong = (first >= second) if self.strictly else (first > second)
        relation, expected = ("not before", "before") if self.strictly else ("after", "on or before")
        return [
            Finding(self.severity, self.code, message, line, self.column, found, f"{expected} {other}")
            for line, message, found, other in _out_of_order(frame, wrong, self.column, relation, self.other)
        ]


def _out_of_order(
    frame: pd.DataFrame, wrong: pd.Series, column: str, relation: str, other: str
) -> Iterator[tuple[int, str, str, str]]:
    """(line, message, the date found, the date it was held against) of each row in the mask."""
    dates = pd.DataFrame({"line": frame["line"], "one": as_dates(frame[column]), "two": as_dates(frame[other])})
    for line, one, two in hits(dates, wrong, "one", "two"):
        message = f"{column} ({long_date(one)}) is {relation} {other} ({long_date(two)}). Correct whichever is wrong."
        yield line, message, short_date(one), short_date(two)


@dataclass(frozen=True, slots=True)
class Overdue:
    """`done` is filled within `days` working days of `start`, or that time is not over at the quarter's end."""

    required: str
    values: tuple[Any, ...]
    start: str
    done: str
    days: int
    severity: Severity = QUERY
    code: str = "overdue"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.required, self.start, self.done)

    @property
    def says(self) -> str:
        return (
            f"Where {self.required} is {one_of(self.values)}, {self.done} is filled {self.days} working days after "
            f"{self.start}."
        )

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        waited = count_working_days(frame[self.start], context.quarter.end)
        asked = is_one_of(frame[self.required], self.values) & ~is_filled(frame[self.done])
        rows = pd.DataFrame({"line": frame["line"], "waited": waited})
        return [
            Finding(
                self.severity,
                self.code,
                f"{self.done} is blank and {days} working days had passed since {self.start} when the quarter "
                f"ended; {self.days} are allowed. Fill it in if it took place, or say why it did not.",
                line,
                self.done,
                "blank",
                f"a date within {self.days} working days",
            )
            for line, days in hits(rows, asked & (waited >= self.days).fillna(False), "waited")
        ]


@dataclass(frozen=True, slots=True)
class StartedSoon:
    """`column` is at most `days` working days after `since`."""

    column: str
    since: str
    days: int
    severity: Severity = QUERY
    code: str = "late_start"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.since)

    @property
    def says(self) -> str:
        plural = "" if self.days == 1 else "s"
        return f"{self.column} is at most {self.days} working day{plural} after {self.since}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        took = count_working_days(frame[self.since], as_dates(frame[self.column]))
        rows = pd.DataFrame({"line": frame["line"], "took": took})
        return [
            Finding(
                self.severity,
                self.code,
                f"{self.column} is {days} working days after {self.since}. The clock runs from the start, so check "
                "that it was not entered late.",
                line,
                self.column,
                f"{days} working days",
                f"at most {self.days}",
            )
            for line, days in hits(rows, (took > self.days).fillna(False), "took")
        ]


@dataclass(frozen=True, slots=True)
class CodeEnded:
    """`value` of `column` is not used for rows dated after `last_day`."""

    column: str
    value: str
    dated: str
    last_day: date
    severity: Severity = QUERY
    code: str = "code_ended"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.dated)

    @property
    def says(self) -> str:
        return f"“{self.value}” in {self.column} is not used after {long_date(self.last_day)}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        late = (as_dates(frame[self.dated]) > pd.Timestamp(self.last_day)) & is_one_of(
            frame[self.column], (self.value,)
        )
        message = (
            f"“{self.value}” went out of use on {long_date(self.last_day)} and {self.dated} is later. Give the "
            "category that the row has now."
        )
        return [
            Finding(self.severity, self.code, message, line, self.column, self.value, "another category")
            for (line,) in hits(frame, late)
        ]
