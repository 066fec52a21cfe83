"""Working days in England, and spans of calendar months: the clocks that returns are measured by.

A working day is neither at a weekend nor a bank holiday of England. The day a clock starts is never counted, so
a case that starts on Friday and ends on Monday took one working day.
"""

import calendar
from datetime import date
from functools import cache
from typing import Any

import holidays
import numpy as np
import pandas as pd

from dataset.periods import a_year_before

FIRST_YEAR, LAST_YEAR = 1984, 2060


@cache
def bank_holidays() -> frozenset[date]:
    """England's bank holidays, from the year before the earliest date that a return may hold."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)))


@cache
def _calendar() -> np.busdaycalendar:
    days = np.array(sorted(bank_holidays()), dtype="datetime64[D]")
    return np.busdaycalendar(weekmask="1111100", holidays=days)


def is_working_day(day: date) -> bool:
    return bool(np.is_busday(np.datetime64(day), busdaycal=_calendar()))


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; below nought where `end` comes first."""
    return _count(np.array([start], dtype="datetime64[D]"), np.array([end], dtype="datetime64[D]"))[0].item()


def add_working_days(start: date, days: int) -> date:
    """The day that is `days` working days after `start`: from a Friday, one day on is Monday."""
    day: date = np.busday_offset(np.datetime64(start), days, roll="backward", busdaycal=_calendar()).astype(object)
    return day


def count_working_days(start: pd.Series, end: pd.Series | date) -> pd.Series:
    """`working_days_between` for columns of dates: Int64, NA where either date is missing."""
    starts = as_days(start)
    ends = as_days(end) if isinstance(end, pd.Series) else np.full(len(start), end, dtype="datetime64[D]")
    known = ~(np.isnat(starts) | np.isnat(ends))
    counted = pd.array([pd.NA] * len(start), dtype="Int64")
    counted[known] = _count(starts[known], ends[known])
    return pd.Series(counted, index=start.index)


def next_working_day(dates: pd.Series) -> pd.Series:
    """The first working day after each date, as datetime64; NaT where the date is missing."""
    days = as_days(dates)
    known = ~np.isnat(days)
    days[known] = np.busday_offset(days[known], 1, roll="backward", busdaycal=_calendar())
    return pd.Series(days.astype("datetime64[s]"), index=dates.index)


def as_days(dates: pd.Series) -> np.ndarray:
    """A column of dates, timestamps or blanks as datetime64[D], blanks as NaT."""
    return as_dates(dates).to_numpy(dtype="datetime64[D]").copy()


def as_dates(dates: pd.Series) -> pd.Series:
    """A column of dates, timestamps or blanks as datetime64, NaT where blank."""
    return pd.to_datetime(dates, errors="coerce").astype("datetime64[s]")


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift_months(dates: pd.Series, months: int) -> pd.Series:
    """`months_after` for a column of dates (negative goes back); blanks stay blank."""
    return as_dates(dates) + pd.DateOffset(months=months)


def is_within_a_year(earlier: date, later: date) -> bool:
    """Whether `earlier` falls on or after the same day a year before `later` (29 February counts as the 28th)."""
    return a_year_before(later) <= earlier <= later


def within_a_year(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """`is_within_a_year` for columns: a plain bool, False where either date is missing."""
    first, last = as_dates(earlier), as_dates(later)
    return ((first >= shift_months(later, -12)) & (first <= last)).astype(bool)


def _count(starts: Any, ends: Any) -> np.ndarray:
    day = np.timedelta64(1, "D")
    first, last = np.minimum(starts, ends) + day, np.maximum(starts, ends) + day
    return np.busday_count(first, last, busdaycal=_calendar()) * np.where(starts <= ends, 1, -1)
