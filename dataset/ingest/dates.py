"""Dates as spreadsheets write them: day first, ISO, or a serial number; never month first. [pure]"""

import re
from calendar import month_name
from datetime import date, timedelta

from dataset.definitions import Column
from dataset.ingest.faults import Fault
from dataset.periods import FinancialYear, Quarter

EARLIEST_DATE = date(1985, 1, 1)

_MONTHS = {name[:length].casefold(): number for number, name in enumerate(month_name) for length in (3, 4, 9) if name}
_TIME = r"(?:[ T]+(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)Z?)?"
_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_ISO_DATE = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})" + _TIME)
_NAMED_DATE = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ /.,\-]*([A-Za-z]{3,9})[ /.,\-]*(\d{4}|\d{2})" + _TIME, re.IGNORECASE
)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 25569, 60000
_MIDNIGHT = re.compile(r"[0:.]+|12([:.]00)+ ?am", re.IGNORECASE)


def parse_date(text: str) -> date | Fault:
    """A date written day first, in ISO form or as a spreadsheet's serial number."""
    if match := _NUMERIC_DATE.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), match[4]
        if day <= 12 < month <= 31:
            return Fault("month_first_dates", "", "31/03/2017")
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = match[1], int(match[3]), int(match[4])
    elif match := _NAMED_DATE.fullmatch(text):
        day, month, year = int(match[1]), _MONTHS.get(match[2].casefold(), 0), match[3]
    elif (match := _SERIAL.fullmatch(text)) and _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        if match[2] and match[2].strip(".0"):
            return _with_time()
        return date(1899, 12, 30) + timedelta(days=int(match[1]))
    else:
        return _not_a_date()
    if len(year) == 2:
        return Fault(
            "two_digit_year",
            "The year of {found} has two digits, so its century is a guess. Format the column as dd/mm/yyyy.",
            "a year of four digits, like 31/03/2017",
        )
    if (time := match["time"]) and not _MIDNIGHT.fullmatch(time):
        return _with_time()
    try:
        return date(int(year), month, day)
    except ValueError:
        return _not_a_date()


def _not_a_date() -> Fault:
    return Fault(
        "not_a_date",
        "{found} in {column} is not a date. Write the day first, like 31/03/2017.",
        "a date like 31/03/2017",
    )


def _with_time() -> Fault:
    return Fault(
        "date_with_time",
        "{found} in {column} has a time of day. Give the date alone, like 31/03/2017.",
        "a date without a time",
    )


def read_date(text: str, column: Column, quarter: Quarter) -> date | Fault:
    """The date, where it is one that a return of the quarter may hold in this column."""
    day = parse_date(text)
    if isinstance(day, Fault):
        return day
    last = FinancialYear(quarter.start_year + 1).end
    if not EARLIEST_DATE <= day <= last:
        return Fault(
            "date_out_of_range",
            f"{{found}} in {{column}} cannot be right: dates from {_long(EARLIEST_DATE)} to {_long(last)} are taken.",
            f"{_short(EARLIEST_DATE)} to {_short(last)}",
        )
    if column.in_quarter and not quarter.start <= day <= quarter.end:
        return Fault(
            "not_in_quarter",
            f"{{found}} in {{column}} is not in {quarter}, which runs from {_long(quarter.start)} to "
            f"{_long(quarter.end)}. Check that you chose the right quarter; leave rows of other quarters out.",
            f"{_short(quarter.start)} to {_short(quarter.end)}",
        )
    return day


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"
