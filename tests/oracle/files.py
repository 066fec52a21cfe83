"""Reads returns as they lie in a folder, and knows quarters, working days and 'within twelve months'."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Quarter:
    """'2016-17 Q3': the year in which its financial year starts, and its number."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        return cls(int(text[:4]), int(text[-1]))

    @property
    def first_day(self) -> date:
        if self.number == 4:
            return date(self.year + 1, 1, 1)
        return date(self.year, 1 + 3 * self.number, 1)

    @property
    def last_day(self) -> date:
        after = Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        return after.first_day - timedelta(days=1)

    @property
    def folder(self) -> str:
        return f"{self.year}-{(self.year + 1) % 100:02d}-Q{self.number}"

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first_day <= day <= self.last_day


def read_return(folder: Path, quarter: Quarter, return_type: str) -> list[Row] | None:
    """The rows of a record return, whoever sent it; None where there is no file."""
    for path in sorted((folder / quarter.folder).glob(f"*-{return_type}.csv")):
        return read_rows(path)
    return None


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell.strip() for name, cell in row.items()} for row in csv.DictReader(file)]


def day_of(text: str) -> date | None:
    """A date written day first, or as ISO; None for an empty cell."""
    if not text:
        return None
    if text[4:5] == "-":
        return date.fromisoformat(text)
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def is_yes(text: str) -> bool:
    return text.lower() in ("y", "yes", "true", "1")


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last day where it has no such day (29 February → 28)."""
    index = day.year * 12 + day.month - 1 - months
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(index // 12, index % 12 + 1, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


def months_after(day: date, months: int) -> date:
    return months_before(day, -months)


def working_days(start: date, end: date) -> int:
    """Days that are worked, the starting day left out and the last one counted."""
    count = 0
    day = start
    while day < end:
        day += timedelta(days=1)
        if is_worked(day):
            count += 1
    return count


def next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_worked(day):
        day += timedelta(days=1)
    return day


def is_worked(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


_HOLIDAYS: dict[int, set[date]] = {}
_ONE_OFF = {date(2011, 4, 29), date(2012, 6, 4), date(2012, 6, 5)}


def bank_holidays(year: int) -> set[date]:
    """England's bank holidays by the rules of the years 2000 to 2019 (no royal occasion after 2012 falls in them)."""
    if year not in _HOLIDAYS:
        easter = _easter(year)
        days = {easter - timedelta(days=2), easter + timedelta(days=1), _monday(year, 5, 1), _last_monday(year, 8)}
        days.add(date(2012, 6, 4) if year == 2012 else _last_monday(year, 5))
        days |= {day for day in _ONE_OFF if day.year == year}
        for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
            day = fixed
            while day.weekday() >= 5 or day in days:
                day += timedelta(days=1)
            days.add(day)
        _HOLIDAYS[year] = days
    return _HOLIDAYS[year]


def _monday(year: int, month: int, first: int) -> date:
    day = date(year, month, first)
    while day.weekday() != 0:
        day += timedelta(days=1)
    return day


def _last_monday(year: int, month: int) -> date:
    return _monday(year, month, 31 - 6)


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
