"""Whether a return looks like those before it: its totals, its codes, its filled columns, its dates. [pure]

Queries, never errors: the world does change, and then the supplier says so in the answer. The rules are coarse on
purpose. A total must be outside the limits of its own process, or half or double, and unlike both the quarter before
and the same quarter a year before; a code or a column must have been there four times running.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import pandas as pd

from dataset.definitions import Column, ColumnKind, DataItem, ReturnType, Timing
from dataset.ingest.context import Context
from dataset.ingest.findings import Finding, query
from dataset.narrative import number
from dataset.periods import Quarter
from dataset.process import Limits, limits_of

LAST = 16  # returns whose process a total is held against
FEWEST = 8  # of them that have limits
RUNNING = 4  # quarters in which a code or a column must have been there to be missed
SMALL = 20  # totals, and rows, of which nothing is said
NEAR = 0.25  # of the quarter before, or of the year before: then it moves as it has moved
COMMON = 10  # rows of a code in each of those quarters
EXPECTED = 5  # rows that a code should have had among these
FILLED = 0.5  # of a column's cells in each of those quarters
ONE_DAY = 0.8  # of a column's dates

CHECK_WHOLE = "Check that the file is whole, of this quarter, and counted as before; if it is right, say what changed."
_MEETINGS = frozenset({"marac_cases", "board_attendance"})  # many rows of one meeting share its date
Series = Mapping[Quarter, int]


@dataclass(frozen=True)
class Usual:
    """What each of the last four returns held, oldest first; nothing where one of them did not come.

    `rows` counts their rows, `codes` gives the rows of each code of a column, `filled` the filled cells of a column
    that may be blank.
    """

    rows: tuple[int, ...] = ()
    codes: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    filled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def check_totals(
    now: Iterable[tuple[DataItem, int]],
    past: Mapping[str, Series],
    quarter: Quarter,
    lines: Mapping[str, int] | None = None,
) -> list[Finding]:
    """A query for each total that does not fit its own history; `lines` say where it stands in a counts return."""
    found = (
        _odd_total(item, value, past.get(item.code, {}), quarter, (lines or {}).get(item.code)) for item, value in now
    )
    return [finding for finding in found if finding is not None]


def _odd_total(item: DataItem, value: int, past: Series, quarter: Quarter, line: int | None) -> Finding | None:
    step = 4 if item.timing is Timing.ANNUAL else 1
    held = [past[one] for back in range(LAST, 0, -1) if (one := quarter - back * step) in past]
    lately = [past[one] for one in (quarter - step, quarter - 4) if one in past]
    if not lately or any(value == one or abs(value - one) < NEAR * one for one in lately):
        return None
    if len(held) >= FEWEST:
        limits = limits_of([float(one) for one in held])
        if max(value, limits.mean) >= SMALL and not limits.lower <= value <= limits.upper:
            return _outside(item, value, past, quarter, limits, len(held), line)
    return _half_or_double(item, value, past, quarter, held, line)


def _outside(
    item: DataItem, value: int, past: Series, quarter: Quarter, limits: Limits, points: int, line: int | None
) -> Finding:
    usual = f"{max(ceil(limits.lower), 0):,} to {floor(limits.upper):,}"
    message = (
        f"{item.title}: {value:,}. By the last {points} returns, ordinary variation lies from {usual}"
        f"{_beside(past, quarter)}. {CHECK_WHOLE}"
    )
    return query("outside_limits", message, line=line, column=_column(line), found=f"{value:,}", expected=usual)


def _half_or_double(
    item: DataItem, value: int, past: Series, quarter: Quarter, held: Sequence[int], line: int | None
) -> Finding | None:
    if quarter - 4 in past:
        usual, of_what = float(past[quarter - 4]), f"in {quarter - 4}"
    elif len(held) >= RUNNING and item.timing is not Timing.ANNUAL:
        usual, of_what = sum(held[-RUNNING:]) / RUNNING, f"on average in the last {RUNNING} returns"
    else:
        return None
    if max(value, usual) < SMALL or usual / 2 < value < usual * 2:
        return None
    how = "half or less" if value < usual else "double or more"
    message = f"{item.title}: {value:,}, {how} of the {number(usual)} {of_what}{_beside(past, quarter)}. {CHECK_WHOLE}"
    return query(
        "half_or_double",
        message,
        line=line,
        column=_column(line),
        found=f"{value:,}",
        expected=f"about {number(usual)}",
    )


def _beside(past: Series, quarter: Quarter) -> str:
    """', with 940 the quarter before and 1,020 a year before'"""
    said = [
        f"{past[one]:,} {when}"
        for one, when in ((quarter - 1, "the quarter before"), (quarter - 4, "a year before"))
        if one in past
    ]
    return f" ({' and '.join(said)})" if said else ""


def _column(line: int | None) -> str:
    return "value" if line else ""


def check_rows(frame: pd.DataFrame, context: Context, usual: Usual) -> list[Finding]:
    """Queries on codes and columns that were always there and are gone, and on dates that are all the same."""
    if context.nil or frame.empty:
        return []
    findings = [*_one_day(frame, context.return_type)]
    if usual.rows:
        findings += _vanished_codes(frame, context, usual)
        findings += _blank_columns(frame, context.return_type, usual)
    return findings


def coded_columns(return_type: ReturnType) -> tuple[Column, ...]:
    return tuple(column for column in return_type.columns if column.kind in (ColumnKind.CODE, ColumnKind.YES_NO))


def blankable_columns(return_type: ReturnType) -> tuple[Column, ...]:
    return tuple(column for column in return_type.columns if column.may_be_blank or not column.required)


def _vanished_codes(frame: pd.DataFrame, context: Context, usual: Usual) -> Iterator[Finding]:
    for column in coded_columns(context.return_type):
        present = set(frame[column.name].dropna().map(as_code))
        if not present:
            continue  # the whole column is blank, and that is said elsewhere
        for code, counts in usual.codes.get(column.name, {}).items():
            share = min(count / rows for count, rows in zip(counts, usual.rows, strict=True))
            is_missed = min(counts) >= COMMON and share * len(frame) >= EXPECTED
            if code not in present and is_missed and _is_in_force(column, code, context.quarter):
                label = _label(column, code)
                message = (
                    f"No row has {label} in {column.name}, and each of the last {RUNNING} returns had at least "
                    f"{min(counts):,}. Check that the export left nothing out; if there were none, say why."
                )
                yield query(
                    "code_vanished",
                    message,
                    column=column.name,
                    found=f"no {label}",
                    expected=f"{min(counts):,} or more",
                )


def as_code(cell: object) -> str:
    """A cell or a stored value as the text that codes are compared by."""
    if isinstance(cell, bool) or str(cell) in ("True", "False"):
        return "yes" if str(cell) == "True" else "no"
    return str(cell)


def _is_in_force(column: Column, code: str, quarter: Quarter) -> bool:
    """Whether the code may still be written: one that ends in this very year may have ended before the quarter."""
    known = column.code_of(code)
    return known is None or (known.is_in_force(quarter.start_year) and known.last_year != quarter.start_year)


def _label(column: Column, code: str) -> str:
    known = column.code_of(code)
    if known is None or known.label.casefold() == code.casefold():
        return f"“{code}”"
    return f"{code} ({known.label})"


def _blank_columns(frame: pd.DataFrame, return_type: ReturnType, usual: Usual) -> Iterator[Finding]:
    if len(frame) < SMALL:
        return
    for column in blankable_columns(return_type):
        filled = usual.filled.get(column.name, ())
        if not filled or frame[column.name].notna().any():
            continue
        share = min(count / rows for count, rows in zip(filled, usual.rows, strict=True))
        if share >= FILLED and min(filled) >= COMMON:
            message = (
                f"No row has {column.name}, which in each of the last {RUNNING} returns was filled on "
                f"{100 * share:.0f}% of the rows or more. Check that the export still writes it; what is counted from "
                "it will be missing."
            )
            yield query("column_now_blank", message, column=column.name, found="blank on every row", expected="filled")


def _one_day(frame: pd.DataFrame, return_type: ReturnType) -> Iterator[Finding]:
    if return_type.code in _MEETINGS:
        return
    for column in return_type.columns:
        if column.kind is not ColumnKind.DATE:
            continue
        dates = frame[column.name].dropna()
        if len(dates) < SMALL:
            continue
        counts = dates.value_counts()
        day, rows = pd.Timestamp(counts.index[0]), int(counts.iloc[0])
        if rows > ONE_DAY * len(dates):
            message = (
                f"{rows:,} of {len(dates):,} rows have the same {column.name}, {day:%d/%m/%Y}. That is more often the "
                "day of an export or a clean-up than the day it happened. Put the true dates in, or say why."
            )
            yield query("one_day", message, column=column.name, found=f"{day:%d/%m/%Y} on {rows:,} rows")
