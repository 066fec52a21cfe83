"""A long table of published figures → rows and indicators: one line an indicator, area and year. [pure]

The Department's Local Authority Interactive Tool gives such tables ('LA Number', 'LA and Regions', 'Short Desc',
'Years', 'Values'), and one with the years across. Other tools name the columns otherwise; the usual names are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

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
    read_text_table,
)
from dataset.reference.published_years import is_by_habit, is_period, year_of

LAYOUT = "long"
_NAMES = {
    "indicator": ("Measure", "indicator", "indicator_name", "Short Desc", "measure_short", "benchmark", "metric"),
    "period": ("Years", "Year", "period", "time_period", "financial_year"),
    "identifier": ("time_identifier", "Year_Type", "year type", "period type"),
    "value": ("Values", "Value", "figure", "values_num"),
    "code": ("area_code", "new_la_code", "gss_code", "ons_code", "lad_code", "la_code", "code", "LA Number"),
    "legacy": ("LA Number", "LA num", "old_la_code", "dfe_code", "la_no"),
    "name": ("LA and Regions", "area", "area_name", "la_name", "local_authority", "LA Name"),
    "level": ("geographic_level", "level"),
}
KNOWN = tuple(dict.fromkeys(name for names in _NAMES.values() for name in names))
_LEVELS = {
    "national": "national", "country": "national", "england": "national", "region": "region", "regional": "region",
    "localauthority": "local_authority", "la": "local_authority", "authority": "local_authority",
}  # fmt: skip
_GSS = re.compile(r"[A-Z]\d{8}")
_FIRST_REGION = 970  # the Interactive Tool's numbers from here on are England's and the regions', of its own making
_LACKING = (
    "This is neither a data file of explore education statistics (time_period, geographic_level, …) nor a long table: "
    "no line near its top names an indicator, an area, a year and a value. Check that it is the data, not its "
    "metadata or a chart."
)
_DASH = {"-", "–", "—"}


def read_long(content: bytes, limits: Limits) -> PublishedFile:
    """The table's figures. Raises FileRefused."""
    return long_of(read_text_table(content, KNOWN, limits, _LACKING))


def long_of(table: TextTable) -> PublishedFile:
    """The figures of a table that was read. Raises FileRefused."""
    at = _columns(table)
    across = [place for place, name in enumerate(table.header) if name and is_period(name)]
    _refuse_lacking(at, across, table)
    rows: dict[str, list[PublishedRow]] = {}
    faults: dict[str, tuple[str, int]] = {}
    habit = 0
    for cells, line in zip(table.rows, table.lines, strict=True):
        place = _place(cells, at)
        name = cells[at["indicator"]].strip()[:LONGEST_NAME] or "(no name)"
        for period, text in _figures(cells, at, across, table.header):
            identifier = cells[at["identifier"]] if "identifier" in at else ""
            try:
                year: FinancialYear = year_of(period, identifier)
            except PeriodError as fault:
                faults.setdefault(str(fault), (period, line))
                continue
            habit = habit or (line if is_by_habit(period, identifier) else 0)
            # the Interactive Tool writes a dash for what it does not have
            rows.setdefault(name, []).append(PublishedRow(line, place, year, (), ["" if text in _DASH else text]))
    if not rows:
        raise FileRefused([error("period", message, line=line, found=text) for message, (text, line) in faults.items()])
    return PublishedFile(
        layout=LAYOUT,
        filters={},
        indicators={name: Indicator(name, found, 0) for name, found in rows.items()},
        notes=tuple(_notes(faults, habit)),
    )


def _columns(table: TextTable) -> dict[str, int]:
    places = {simplify(name): place for place, name in reversed(list(enumerate(table.header))) if name}
    at = {
        kind: next(places[simplify(name)] for name in names if simplify(name) in places)
        for kind, names in _NAMES.items()
        if any(simplify(name) in places for name in names)
    }
    if at.get("code") == at.get("legacy"):
        at.pop("code", None)
    return at


def _refuse_lacking(at: Mapping[str, int], across: Sequence[int], table: TextTable) -> None:
    lacking = [kind for kind in ("indicator", "period", "value") if kind not in at]
    if across:
        lacking = [kind for kind in lacking if kind == "indicator"]
    if not {"code", "legacy"} & at.keys():
        lacking.append("area code")
    if not lacking:
        return
    here = ", ".join(name for name in table.header if name)
    wanted = {
        "indicator": "the indicator’s name (Measure, indicator or Short Desc)",
        "period": "the year (Years, period or time_period), or a column for each year",
        "value": "the value (Values or value)",
        "area code": "the area’s code (LA Number, new_la_code or area_code)",
    }
    raise FileRefused(
        [
            error(
                "missing_column",
                f"The file lacks a column with {wanted[kind]}. It has: {here}.",
                line=table.header_line,
                found=here,
                expected=kind,
            )
            for kind in lacking
        ]
    )


def _figures(
    cells: Sequence[str], at: Mapping[str, int], across: Sequence[int], header: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """(period, text) of each figure on a line: one, or one under each year."""
    if "value" in at and "period" in at:
        yield cells[at["period"]], cells[at["value"]]
    else:
        yield from ((header[place], cells[place]) for place in across)


def _place(cells: Sequence[str], at: Mapping[str, int]) -> Place:
    def cell(kind: str) -> str:
        return cells[at[kind]].strip() if kind in at else ""

    name, code, legacy = cell("name"), cell("code").upper(), cell("legacy").removesuffix(".0")
    level = _LEVELS.get(simplify(cell("level")), "")
    if code.isdigit() and not legacy:
        code, legacy = "", code
    if not level:
        if code.startswith("E92") or simplify(name) == "england":
            level = "national"
        else:
            is_region = code.startswith("E12") or (legacy.isdigit() and int(legacy) >= _FIRST_REGION)
            level = "region" if is_region else "local_authority"
    return Place(
        level=level,
        name=name,
        code=code if _GSS.fullmatch(code) else "",
        legacy=legacy if level == "local_authority" and re.fullmatch(r"\d{3}", legacy) else "",
    )


def _notes(faults: Mapping[str, tuple[str, int]], habit: int) -> list[Finding]:
    notes = [
        query("period", f"{message} Lines like it are left out.", line=line, found=text)
        for message, (text, line) in faults.items()
    ]
    if habit:
        notes.append(
            query(
                "calendar_year",
                "The years are named by one number, such as 2017. They are read as years to 31 March of that year. If "
                "the table means academic or calendar years, leave it.",
                line=habit,
            )
        )
    return notes
