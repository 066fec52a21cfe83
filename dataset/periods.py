"""Quarters, financial years and the windows over them: order, parsing, labels and date ranges."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, total_ordering
from typing import Self

_QUARTER = re.compile(r"^\s*(\d{4})\s*[-/–]\s*(\d{2}|\d{4})\s*[ -]?\s*[Qq]([1-4])\s*$")
_YEAR = re.compile(r"^\s*(\d{4})\s*[-/–]\s*(\d{2}|\d{4})\s*$")
_YEARS = range(1900, 2200)  # wide enough for any return, narrow enough for the calendar that Python knows
_START_MONTH = {1: 4, 2: 7, 3: 10, 4: 1}


class PeriodError(ValueError):
    """The text is not a period; the message says what was expected."""


class Window(StrEnum):
    """How much time one value covers, always ending with the quarter that names it."""

    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"
    ROLLING_YEAR = "rolling_year"

    @property
    def label(self) -> str:
        return {"quarter": "Quarter", "year_to_date": "Year to date", "rolling_year": "Rolling 12 months"}[self]


@total_ordering
@dataclass(frozen=True, slots=True)
class FinancialYear:
    """April to March, named by the calendar year in which it starts: FinancialYear(2016) is 2016-17."""

    start_year: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """'2016-17' → FinancialYear(2016). Raises PeriodError."""
        match = _YEAR.match(text)
        if not match or not _follows(match[1], match[2]):
            raise PeriodError(f"“{text}” is not a financial year; write it like 2016-17.")
        return cls(int(match[1]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def start(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def end(self) -> date:
        return date(self.start_year + 1, 3, 31)

    @property
    def quarters(self) -> tuple["Quarter", ...]:
        return tuple(Quarter(self.start_year, number) for number in (1, 2, 3, 4))

    def __lt__(self, other: Self) -> bool:
        return self.start_year < other.start_year

    def __str__(self) -> str:
        return f"{self.start_year}-{(self.start_year + 1) % 100:02d}"


@total_ordering
@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of a financial year: Quarter(2016, 3) is 2016-17 Q3, October to December 2016."""

    start_year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise PeriodError(f"A quarter is numbered 1 to 4, not {self.number}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """'2016-17 Q3' (also 2016-17-Q3, 2016/17 q3) → Quarter(2016, 3). Raises PeriodError."""
        match = _QUARTER.match(text)
        if not match or not _follows(match[1], match[2]):
            raise PeriodError(f"“{text}” is not a quarter; write it like 2016-17 Q3.")
        return cls(int(match[1]), int(match[3]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that holds the day."""
        return cls(FinancialYear.of(day).start_year, ((day.month - 4) % 12) // 3 + 1)

    @staticmethod
    def from_ordinal(ordinal: int) -> "Quarter":
        return _quarter(ordinal)

    @property
    def ordinal(self) -> int:
        """A whole number that grows by one a quarter; what the database stores and sorts by."""
        return self.start_year * 4 + self.number - 1

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.start_year)

    @property
    def start(self) -> date:
        return date(self.start_year + (self.number == 4), _START_MONTH[self.number], 1)

    @property
    def end(self) -> date:
        return (self + 1).start - timedelta(days=1)

    @property
    def months(self) -> str:
        """'October to December 2016'"""
        names = {1: "April to June", 2: "July to September", 3: "October to December", 4: "January to March"}
        return f"{names[self.number]} {self.start.year}"

    @property
    def slug(self) -> str:
        """The form used in URLs and file names: 2016-17-Q3."""
        return f"{self.year}-Q{self.number}"

    @property
    def short(self) -> str:
        """The form used on chart axes: Q3 16/17."""
        return f"Q{self.number} {self.start_year % 100:02d}/{(self.start_year + 1) % 100:02d}"

    def back(self, count: int) -> tuple["Quarter", ...]:
        """The `count` quarters that end with this one, oldest first."""
        return tuple(self + step for step in range(1 - count, 1))

    def quarters_in(self, window: Window) -> tuple["Quarter", ...]:
        """The quarters that a window ending here holds, oldest first."""
        if window is Window.QUARTER:
            return (self,)
        return self.back(self.number if window is Window.YEAR_TO_DATE else 4)

    def windows_holding(self) -> tuple[tuple["Quarter", Window], ...]:
        """Every (quarter, window) whose quarters include this one: what a correction of it reaches."""
        year_to_date = [(self + step, Window.YEAR_TO_DATE) for step in range(5 - self.number)]
        rolling = [(self + step, Window.ROLLING_YEAR) for step in range(4)]
        return ((self, Window.QUARTER), *year_to_date, *rolling)

    def __add__(self, quarters: int) -> "Quarter":
        return Quarter.from_ordinal(self.ordinal + quarters)

    def __sub__(self, quarters: int) -> "Quarter":
        return self + -quarters

    def __lt__(self, other: Self) -> bool:
        return self.ordinal < other.ordinal

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"


@cache
def _quarter(ordinal: int) -> Quarter:
    """Made once each: a page steps through quarters tens of thousands of times."""
    return Quarter(ordinal // 4, ordinal % 4 + 1)


def a_year_before(day: date, years: int = 1) -> date:
    """The same day `years` before; 29 February becomes 28 February where the year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _follows(first: str, second: str) -> bool:
    whole = int(first) + 1
    return int(first) in _YEARS and int(second) == (whole if len(second) == 4 else whole % 100)
