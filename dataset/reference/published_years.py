"""Which year to March a published period is. [pure]

Publishers write one year in many ways: 2017 with 'Reporting year' or as at 31 March, 201617 with 'Financial year',
2016-17, 2016/17, 'year ending March 2017'. Years that do not end in March (academic years, quarters, months) are no
benchmark of ours and are refused by name, never bent to fit.
"""

import re

from dataset.periods import FinancialYear, PeriodError

_TO_MARCH = {
    "reporting year", "calendar year", "financial year", "tax year", "march", "31 march", "as at 31 march",
    "at 31 march", "year ending march", "year ending 31 march", "year to march", "snapshot", "",
}  # fmt: skip
# DfE's early files call a year that ends on 31 March a calendar year, and long tables name it by one number.
_BY_HABIT = {"calendar year", ""}
_ACADEMIC = re.compile(r"academic|school year|term\b")
_MONTHS = "january february march april may june july august september october november december".split()
_SPACES = re.compile(r"[\s_]+")

_ONE_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_TWO_YEARS = re.compile(r"(\d{4})\s*[-/–]?\s*(\d{2}|\d{4})")
_DAY = re.compile(r"(?:(?:as )?at )?(?:31 march (\d{4})|(\d{4})-03-31|31/0?3/(\d{4}))", re.IGNORECASE)
_ENDING = re.compile(r"(?:the )?year (?:ending|ended|to)(?: 31)? march (\d{4})", re.IGNORECASE)


def year_of(period: str, identifier: str = "") -> FinancialYear:
    """The year to March that the period is. Raises PeriodError, saying what was found and what is read."""
    kind = _plain(identifier)
    _refuse_other_years(period, identifier, kind)
    text = period.strip()
    for pattern in (_DAY, _ENDING):
        if found := pattern.fullmatch(text):
            return _ending(next(group for group in found.groups() if group))
    if (found := _ONE_YEAR.fullmatch(text)) and kind not in ("financial year", "tax year"):
        return _ending(found[1])
    if (found := _TWO_YEARS.fullmatch(text)) and _follow(found[1], found[2]):
        return _known(int(found[1]))
    wanted = "a financial year like 201617" if kind == "financial year" else "a year like 2017, 201617 or 2016-17"
    raise PeriodError(f"“{period}” is not {wanted}, so it cannot be told which year to March is meant.")


def is_by_habit(period: str, identifier: str = "") -> bool:
    """Whether only the publishers' habit says that the year ends in March: one to look at."""
    return _plain(identifier) in _BY_HABIT and bool(_ONE_YEAR.fullmatch(period.strip()))


def is_period(text: str) -> bool:
    """Whether a column's name is a period, as where years stand across a table."""
    try:
        year_of(text)
    except PeriodError:
        return False
    return True


def _plain(identifier: str) -> str:
    return _SPACES.sub(" ", identifier.strip().casefold())


def _refuse_other_years(period: str, identifier: str, kind: str) -> None:
    if kind in _TO_MARCH:
        return
    if _ACADEMIC.search(kind):
        raise PeriodError(
            f"“{period}” is an academic year ({identifier}), which runs from September to August. The board’s figures "
            "are set against years to March, so these rows cannot stand beside them."
        )
    if "calendar year q" in kind or "financial year q" in kind or re.search(r"\bq[1-4]\b|quarter", kind):
        raise PeriodError(f"“{period}” is a quarter ({identifier}). Published figures are read by the year to March.")
    if kind in _MONTHS or "week" in kind:
        raise PeriodError(
            f"“{period}” is of {identifier}, not of 31 March or a year to March, which the board’s figures are set "
            "against."
        )
    raise PeriodError(
        f"The time identifier “{identifier}” is not one that is read. Those of a year to March are: Reporting year, "
        "Calendar year, Financial year, March."
    )


def _ending(year: str) -> FinancialYear:
    return _known(int(year) - 1)


def _known(start_year: int) -> FinancialYear:
    if not 1900 < start_year < 2200:
        raise PeriodError(f"{start_year} is not a year that figures are published for.")
    return FinancialYear(start_year)


def _follow(first: str, second: str) -> bool:
    return int(second) == (int(first) + 1 if len(second) == 4 else (int(first) + 1) % 100)
