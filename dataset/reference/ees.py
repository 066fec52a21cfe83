"""A data file of DfE's 'explore education statistics', as it is published → rows, filters and indicators. [pure]

The files have time_period, time_identifier and geographic_level, the geographic columns that they need, filter
columns with words and indicator columns with numbers, in any order.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dataset.ingest.findings import Finding, error, query
from dataset.ingest.formats import Limits
from dataset.ingest.reading import TextTable, simplify
from dataset.periods import FinancialYear, PeriodError
from dataset.reference.published import (
    LONGEST_NAME,
    FileRefused,
    Indicator,
    Place,
    PublishedFile,
    PublishedRow,
    is_cell,
    read_text_table,
)
from dataset.reference.published_years import is_by_habit, year_of

LAYOUT = "ees"
REQUIRED = ("time_period", "time_identifier", "geographic_level")
_PLACES = (
    "country_code", "country_name", "region_code", "region_name", "old_la_code", "new_la_code", "la_code", "la_name",
)  # fmt: skip
KNOWN = (*REQUIRED, *_PLACES)
# Other geographies' columns name places that the board has no figures of; their rows are passed over by level.
_OTHER_PLACES = re.compile(
    r"(?:lad|local_authority_district|pcon\w*|parliamentary_constituency|opportunity_area|lsip|ward|mca|rsc_region"
    r"|english_devolved_area|mayoral_combined_authority|planning_area|sponsor|trust|mat|school|institution|provider"
    r"|police_force_area)_(?:\w+_)?(?:code|name|id|urn|ukprn|laestab)"
)
_LEVELS = {
    "national": ("national", "country_code", "country_name"),
    "regional": ("region", "region_code", "region_name"),
    "localauthority": ("local_authority", "new_la_code", "la_name"),
}
_GSS = re.compile(r"[A-Z]\d{8}")
_DFE = re.compile(r"\d{3}")
_MOSTLY = 0.9
_MOST_FILTERS_IN_FIGURES = 3
_FEW_VALUES = 40
_REPEATED = 1.8  # rows for one place, year and choice of filters on average: one row twice is a slip, not a filter
_LACKING = (
    "This is not a data file of explore education statistics: the columns time_period, time_identifier and "
    "geographic_level are not in its first lines. Download the data as CSV (not a table or its metadata) from the "
    "publication’s page, and upload that file."
)


def is_ees(header: Sequence[str]) -> bool:
    return {simplify(name) for name in REQUIRED} <= {simplify(name) for name in header}


def read_ees(content: bytes, limits: Limits) -> PublishedFile:
    """The file's figures for England, its regions and its authorities. Raises FileRefused."""
    return ees_of(read_text_table(content, KNOWN, limits, _LACKING))


def ees_of(table: TextTable) -> PublishedFile:
    """The figures of a table that was read. Raises FileRefused."""
    places = {simplify(name): place for place, name in enumerate(table.header)}
    fixed = {name: places[simplify(name)] for name in KNOWN if simplify(name) in places}
    _refuse_lacking(fixed, table)
    if "new_la_code" not in fixed and "la_code" in fixed:
        fixed["new_la_code"] = fixed["la_code"]
    others = [
        place
        for place, name in enumerate(table.header)
        if name and place not in fixed.values() and not _OTHER_PLACES.fullmatch(name.casefold())
    ]
    rows, notes = _located(table, fixed)
    filters, indicators = _tell_apart(table, others, [row for row, *_ in rows])
    filters, indicators = _figures_that_filter(table, filters, indicators, rows)
    if not indicators:
        raise FileRefused(
            [error("no_indicators", "The file has no column of numbers beside its places and years, so no figures.")]
        )
    found = [
        PublishedRow(table.lines[row], place, year, tuple(table.rows[row][one] for one in filters), table.rows[row])
        for row, place, year in rows
    ]
    return PublishedFile(
        layout=LAYOUT,
        filters={
            table.header[one]: tuple(dict.fromkeys(row.filters[at] for row in found)) for at, one in enumerate(filters)
        },
        indicators={
            table.header[one][:LONGEST_NAME]: Indicator(table.header[one][:LONGEST_NAME], found, one)
            for one in indicators
        },
        notes=tuple(notes),
    )


def _refuse_lacking(fixed: Mapping[str, int], table: TextTable) -> None:
    lacking = [name for name in REQUIRED if name not in fixed]
    codes = {"country_code", "new_la_code", "la_code", "old_la_code"}
    if not codes & fixed.keys():
        lacking.append("country_code or new_la_code")
    if lacking:
        here = ", ".join(name for name in table.header if name)
        raise FileRefused(
            [
                error(
                    "missing_column",
                    f"The file lacks {', '.join(lacking)}, which every data file of explore education statistics has. "
                    f"It has: {here}. Download the data as CSV from the publication’s page.",
                    line=table.header_line,
                    found=here,
                    expected=", ".join(lacking),
                )
            ]
        )


_Located = tuple[int, Place, FinancialYear]


def _located(table: TextTable, fixed: Mapping[str, int]) -> tuple[list[_Located], list[Finding]]:
    """The rows of England, a region or an authority and of a year to March; and what was passed over."""
    period_at, kind_at, level_at = (fixed[name] for name in REQUIRED)
    years: dict[tuple[str, str], FinancialYear | None] = {}
    faults: dict[str, tuple[str, int]] = {}
    passed: Counter[str] = Counter()
    found, habit = [], 0
    for row, cells in enumerate(table.rows):
        level = _LEVELS.get(simplify(cells[level_at]))
        if level is None:
            passed[cells[level_at] or "blank"] += 1
            continue
        when = (cells[period_at], cells[kind_at])
        if when not in years:
            try:
                years[when] = year_of(*when)
                habit = habit or (table.lines[row] if is_by_habit(*when) else 0)
            except PeriodError as fault:
                years[when] = None
                faults[str(fault)] = (cells[period_at], table.lines[row])
        year = years[when]
        if year is not None:
            found.append((row, _place(level, cells, fixed), year))
    if not found:
        raise FileRefused(_no_rows(faults, passed))
    return found, _notes(faults, passed, habit)


def _no_rows(faults: Mapping[str, tuple[str, int]], passed: Counter[str]) -> list[Finding]:
    if faults:
        return [
            error("period", message, line=line, column="time_period", found=text)
            for message, (text, line) in faults.items()
        ]
    levels = ", ".join(passed)
    return [
        error(
            "level",
            f"No row is of England, a region or a local authority: geographic_level holds {levels}. Download the "
            "file of the publication that has local authorities.",
            column="geographic_level",
            found=levels,
        )
    ]


def _notes(faults: Mapping[str, tuple[str, int]], passed: Counter[str], habit: int) -> list[Finding]:
    notes = [
        query("period", f"{message} Rows like it are left out.", line=line, column="time_period", found=text)
        for message, (text, line) in faults.items()
    ]
    if habit:
        notes.append(
            query(
                "calendar_year",
                "The file calls its years calendar years. They are read as years to 31 March, as the Department’s "
                "files of children’s social care mean them. If this publication counts January to December, leave it.",
                line=habit,
                column="time_identifier",
            )
        )
    if passed:
        named = ", ".join(f"{level} ({count:,})" for level, count in passed.most_common(5))
        notes.append(query("level", f"Rows of other places are left out: {named}.", column="geographic_level"))
    return notes


def _place(level: tuple[str, str, str], cells: Sequence[str], fixed: Mapping[str, int]) -> Place:
    kind, code_column, name_column = level

    def cell(column: str) -> str:
        return cells[fixed[column]].strip() if column in fixed else ""

    code = cell(code_column).upper()
    legacy = cell("old_la_code") if kind == "local_authority" else ""
    return Place(
        level=kind,
        name=cell(name_column),
        code=code if _GSS.fullmatch(code) else "",
        legacy=legacy if _DFE.fullmatch(legacy) else "",
    )


def _tell_apart(table: TextTable, others: Sequence[int], rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """Filter columns hold words, indicator columns numbers and marks; a blank says nothing of its column."""
    filters: list[int] = []
    indicators: list[int] = []
    for place in others:
        counted = Counter(table.rows[row][place] for row in rows)
        counted.pop("", None)
        if not counted:
            continue
        cells = sum(count for text, count in counted.items() if is_cell(text))
        (indicators if cells >= _MOSTLY * counted.total() else filters).append(place)
    return filters, indicators


def _figures_that_filter(
    table: TextTable, filters: list[int], indicators: list[int], rows: Sequence[_Located]
) -> tuple[list[int], list[int]]:
    """A filter may hold figures too, such as ages: then most rows repeat without it. The first such are filters."""
    if _distinct(table, filters, rows) * _REPEATED > len(rows):
        return filters, indicators
    for count in range(1, min(_MOST_FILTERS_IN_FIGURES + 1, len(indicators))):
        chosen = [*filters, *indicators[:count]]
        if any(len({table.rows[row][one] for row, *_ in rows}) > _FEW_VALUES for one in indicators[:count]):
            break
        if _distinct(table, chosen, rows) == len(rows):
            return sorted(chosen), indicators[count:]
    return filters, indicators


def _distinct(table: TextTable, filters: Sequence[int], rows: Sequence[_Located]) -> int:
    """How many rows the places, years and these columns tell apart."""
    return len({(place, year, *(table.rows[row][one] for one in filters)) for row, place, year in rows})
