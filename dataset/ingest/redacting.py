"""A table without what was refused as naming or reaching a person. [pure]

The findings alone do not suffice: those of one fault in one column are listed only up to a number, and a column that
is refused as a whole has one finding. So every column is read and inspected anew, as the check does.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.cells import read_texts
from dataset.ingest.columns import show
from dataset.ingest.findings import Finding
from dataset.ingest.headers import match_headers, shown_name
from dataset.ingest.personal_data import header_problem, inspect, looks_like_names
from dataset.ingest.reading import TextTable
from dataset.periods import Quarter

REMOVED = "removed: "
_NAMING = ("direct_identifier", "looks_like_a_name")
_READ_AS_THEY_STAND = (ColumnKind.DATE, ColumnKind.YES_NO, ColumnKind.CODE, ColumnKind.CODES)


def without_identifiers(
    table: TextTable,
    own_header: Sequence[str],
    return_type: ReturnType,
    quarter: Quarter,
    findings: Collection[Finding],
) -> TextTable:
    """The table under its own header; each cell that identifies a person holds a description of what was removed."""
    matched = match_headers(table.header, return_type)
    naming: dict[str, dict[int, str]] = {}
    for finding in findings:
        if finding.code in _NAMING and finding.column and finding.line:
            naming.setdefault(finding.column, {})[finding.line] = finding.found
    rows = [list(row) for row in table.rows]
    for position, name in enumerate(table.header):
        texts = [row[position] for row in table.rows]
        if not any(texts):
            continue
        column = return_type.column(matched[position]) if position in matched else None
        by_text = _hidden_texts(name, column, texts, quarter)
        by_line = naming.get(column.name, {}) if column else {}
        for place, (text, line) in enumerate(zip(texts, table.lines, strict=True)):
            if what := by_text.get(text) or (text and by_line.get(line)):
                rows[place][position] = f"{REMOVED}{what}"
    header = tuple(
        name if position in matched or not name or shown_name(name) else "removed heading"
        for position, name in enumerate(own_header)
    )
    return replace(table, header=header, rows=rows)


def _hidden_texts(name: str, column: Column | None, texts: Sequence[str], quarter: Quarter) -> dict[str, str]:
    """Those of a column's texts that may not be shown, and what each is."""
    places, different = pd.factorize(np.fromiter(texts, dtype=object, count=len(texts)))
    times = np.bincount(places, minlength=len(different))
    filled = [place for place, text in enumerate(different) if text]
    if column is None and (whole := header_problem(name)):
        return {different[place]: whole for place in filled}
    faulty = read_texts(list(different), column, quarter)[1] if column else {}
    # a text that reads as a date, a code or a yes identifies nobody
    judged = filled
    if column is not None and column.kind in _READ_AS_THEY_STAND:
        judged = [place for place in filled if place in faulty]
    judged_texts = [different[place] for place in judged]
    if not judged_texts:
        return {}
    is_identifier = column is not None and column.kind is ColumnKind.IDENTIFIER
    suspects = inspect(judged_texts, times[judged], is_identifier=is_identifier)
    if suspects.refused:
        return {different[place]: suspects.refused for place in filled}
    if column is None and looks_like_names(judged_texts):
        return dict.fromkeys(judged_texts, "words like people's names")
    hidden = {judged_texts[place]: what for place, what in suspects.cells.items()}
    if column is not None and not is_identifier:
        hidden |= {different[place]: show(different[place])[1] for place in faulty if _is_unfit(different[place])}
    return hidden


def _is_unfit(text: str) -> bool:
    """Whether a cell that could not be read holds what a message would not quote, a date with its time apart."""
    quoted, found = show(text)
    return bool(text) and not quoted.startswith("“") and found != "a date"
