"""Rules of spans of time: open in the quarter, overlapping, long enough to ask more. [pure]

See `rules` for what a rule is.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dataset.ingest.findings import Finding, Severity
from dataset.ingest.identifiers import normalise_all
from dataset.ingest.rules import ERROR, QUERY, KnowsQuarter, hits, is_filled, is_one_of, long_date, short_date
from dataset.workdays import as_dates, shift_months


@dataclass(frozen=True, slots=True)
class OpenInQuarter:
    """The span from `start` to `end` (blank while open) touches the quarter, or a date of `also` lies in it."""

    start: str
    end: str
    also: tuple[str, ...] = ()
    severity: Severity = ERROR
    code: str = "outside_quarter"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.start, self.end, *self.also)

    @property
    def says(self) -> str:
        also = "".join(f", or {column} is in it" for column in self.also)
        return f"{self.start} is not after the quarter, and {self.end}, where there is one, is not before it{also}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        first, last = pd.Timestamp(context.quarter.start), pd.Timestamp(context.quarter.end)
        start, end = as_dates(frame[self.start]), as_dates(frame[self.end])
        inside = pd.Series(False, index=frame.index)
        for column in self.also:
            inside |= as_dates(frame[column]).between(first, last)
        late, early = (start > last), (end < first) & ~inside
        rows = pd.DataFrame({"line": frame["line"], "start": start, "end": end})
        return [
            *self._findings(rows, late, "start", "is after"),
            *self._findings(rows, early, "end", "is before"),
        ]

    def _findings(self, rows: pd.DataFrame, wrong: pd.Series, which: str, relation: str) -> list[Finding]:
        column = self.start if which == "start" else self.end
        expected = "a row that was open in the quarter"
        return [
            Finding(
                self.severity,
                self.code,
                f"{column} ({long_date(day)}) {relation} the quarter. Correct the date, remove the row, or choose "
                "the quarter that the file belongs to.",
                line,
                column,
                short_date(day),
                expected,
            )
            for line, day in hits(rows, wrong, which)
        ]


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """No two rows with the same `key` cover the same days; one may end on the day the next starts."""

    key: str
    start: str
    end: str
    noun: str
    severity: Severity = ERROR
    code: str = "overlap"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.key, self.start, self.end)

    @property
    def says(self) -> str:
        return f"No two {self.noun} of one child overlap."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        far = pd.Timestamp(9999, 12, 31).as_unit("s")
        rows = pd.DataFrame(
            {
                "line": frame["line"],
                "key": _as_hashed(frame[self.key]),
                "start": as_dates(frame[self.start]),
                "end": as_dates(frame[self.end]).fillna(far),
            }
        )
        rows = rows[rows["key"].notna() & rows["start"].notna()].sort_values(["key", "start", "end"], kind="stable")
        if rows.empty:
            return []
        latest = rows.groupby("key")["end"].cummax()
        longest_line = rows["line"].where(rows["end"] == latest).groupby(rows["key"]).ffill()
        rows["before"] = latest.groupby(rows["key"]).shift()
        rows["other"] = longest_line.groupby(rows["key"]).shift()
        overlapping = rows["before"].notna() & (rows["start"] < rows["before"])
        return [
            Finding(
                self.severity,
                self.code,
                f"This row and line {int(other)} are {self.noun} of the same child and overlap. Correct the dates, "
                "or remove the row that should not be there.",
                line,
                self.start,
                short_date(start),
                "a date on or after the end of the earlier one",
            )
            for line, start, other in hits(rows, overlapping, "start", "other")
        ]


def _as_hashed(identifiers: "pd.Series[Any]") -> "pd.Series[Any]":
    """The identifiers as they are hashed: 'c1' and ' C1' are one child once they are stored."""
    filled = identifiers[identifiers.notna()]
    return pd.Series(normalise_all([str(one) for one in filled]), index=filled.index, dtype=object).reindex(
        identifiers.index
    )


@dataclass(frozen=True, slots=True)
class OneADay:
    """A child has one row a day; a second may be the same one sent twice."""

    key: str
    date: str
    noun: str
    severity: Severity = QUERY
    code: str = "same_day"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.key, self.date)

    @property
    def says(self) -> str:
        return f"A child rarely has two {self.noun} on one day."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        rows = frame.loc[is_filled(frame[self.key]) & frame[self.date].notna(), ["line", self.key, self.date]]
        rows = rows.assign(**{self.key: _as_hashed(rows[self.key])})
        rows = rows[rows.duplicated([self.key, self.date], keep=False)]
        if rows.empty:
            return []
        again = rows.duplicated([self.key, self.date])
        rows = rows.assign(first=rows.groupby([self.key, self.date])["line"].transform("first"))
        return [
            Finding(
                self.severity,
                self.code,
                f"The child has more than one row of {self.noun} on {long_date(day)} (also line {int(first)}). "
                "Remove the row if it was sent twice.",
                line,
                self.date,
                short_date(day),
                "one a day",
            )
            for line, day, first in hits(rows, again, self.date, "first")
        ]


@dataclass(frozen=True, slots=True)
class AnsweredAfter:
    """`column` is filled for what was open at the quarter's end for `months` months or more.

    What had lasted for less when it ended, or when the quarter did, has it blank; an answer there is a query.
    """

    column: str
    start: str
    end: str
    months: int
    unless: tuple[str, tuple[Any, ...]] = ("", ())

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.start, self.end, *filter(None, self.unless[:1]))

    @property
    def says(self) -> str:
        return (
            f"{self.column} is filled for what was open at the quarter's end for {self.months} months or more, and "
            "blank for what has lasted for less."
        )

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        last = pd.Timestamp(context.quarter.end)
        end = as_dates(frame[self.end])
        is_open = end.isna() | (end > last)
        until = end.where(~is_open, last)
        is_long = shift_months(frame[self.start], self.months) <= until
        spared = is_one_of(frame[self.unless[0]], self.unless[1]) if self.unless[0] else pd.Series(False, frame.index)
        filled, name = is_filled(frame[self.column]), self.column
        missing = (
            f"{name} is blank for a row that was open for {self.months} months or more when the quarter ended. "
            "Answer yes or no."
        )
        early = f"{name} is answered for a row that had lasted for less than {self.months} months. Clear it."
        return [
            *(
                Finding(ERROR, "must_be_filled", missing, line, self.column, "blank", "yes or no")
                for (line,) in hits(frame, is_open & is_long & ~filled & ~spared)
            ),
            *(
                Finding(QUERY, "must_be_blank", early, line, self.column, "an answer", "blank")
                for (line,) in hits(frame, ~is_long & filled & frame[self.start].notna())
            ),
        ]


@dataclass(frozen=True, slots=True)
class OpenBelowAge:
    """What is open at the quarter's end is of a child: `age` is below `limit`."""

    age: str
    end: str
    limit: int
    severity: Severity = QUERY
    code: str = "too_old"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.age, self.end)

    @property
    def says(self) -> str:
        return f"A row that is open at the quarter's end has an age below {self.limit}."

    def __call__(self, frame: pd.DataFrame, context: KnowsQuarter) -> list[Finding]:
        end = as_dates(frame[self.end])
        is_open = end.isna() | (end > pd.Timestamp(context.quarter.end))
        old = (frame[self.age] >= self.limit).fillna(False) & is_open
        return [
            Finding(
                self.severity,
                self.code,
                f"The age is {age} and the row is still open. Check the age, or fill in {self.end}.",
                line,
                self.age,
                str(age),
                f"below {self.limit}",
            )
            for line, age in hits(frame, old, self.age)
        ]
