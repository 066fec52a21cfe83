"""One column of texts → its typed values and what is wrong with its cells. [pure]

Each different text is read once and the outcome spread over the rows that hold it, so that a column of 200,000 dates
costs as much as its few hundred different days.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataset.definitions import Column, ColumnKind
from dataset.ingest.cells import read_texts
from dataset.ingest.faults import Fault, shorten
from dataset.ingest.findings import Finding, Severity, error, query
from dataset.ingest.identifiers import normalise_all
from dataset.ingest.names import A_NAME, looks_like_a_name
from dataset.ingest.personal_data import Suspects, describe, inspect, looks_like_names, scan_text
from dataset.periods import Quarter

MOST_OF_A_KIND = 10_000  # findings of one code in one column that are listed; the rest are counted
FOUND_LENGTH = 60

_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){8}")  # a mistyped NHS number passes no check and is hidden all the same

_DTYPES = {
    ColumnKind.DATE: "datetime64[s]",
    ColumnKind.INTEGER: "Int64",
    ColumnKind.NUMBER: "Float64",
    ColumnKind.YES_NO: "boolean",
}
_ALWAYS_INSPECTED = (ColumnKind.IDENTIFIER, ColumnKind.LABEL, ColumnKind.INTEGER, ColumnKind.NUMBER)


@dataclass(frozen=True)
class ReadColumn:
    """A column's typed values, the findings on its cells, and which rows have an error in it."""

    values: pd.Series
    findings: list[Finding]
    faulty: np.ndarray


def blank_column(column: Column, rows: int) -> pd.Series:
    """What a column that the file lacks is read as."""
    return pd.Series(_typed(column, [None]).take(np.zeros(rows, dtype=int)))


def read_column(column: Column, texts: Sequence[str], lines: np.ndarray, quarter: Quarter) -> ReadColumn:
    """Type a column; a cell that cannot be read is missing among the values and has its finding."""
    places, different, times = _different(texts)
    values, faults = read_texts(different, column, quarter)
    suspects = _inspect(column, different, times, faults)
    month_first = [place for place, fault in faults.items() if fault.code == "month_first_dates"]
    if suspects.refused or month_first:
        if suspects.refused:
            finding = _refused_for(column.name, suspects.refused, int(lines[_first_filled(texts)]))
        else:
            finding = _month_first(column, texts, lines, np.flatnonzero(np.isin(places, month_first)))
        return ReadColumn(blank_column(column, len(texts)), [finding], np.ones(len(texts), dtype=bool))
    hide = column.kind is ColumnKind.IDENTIFIER
    drafts = {place: _draft(column, different[place], fault, hide) for place, fault in faults.items()}
    drafts |= {place: _identifying(column.name, what) for place, what in suspects.cells.items()}
    faulty = np.isin(places, list(drafts)) if drafts else np.zeros(len(texts), dtype=bool)
    findings = _spread(drafts, places, lines)
    if column.unique:
        findings += _repeats(column, different, places, lines, faulty)
    for place in suspects.cells:
        values[place] = None
    return ReadColumn(pd.Series(_typed(column, values).take(places)), findings, faulty)


def inspect_unknown(shown: str, kept: str, texts: Sequence[str], lines: np.ndarray) -> list[Finding]:
    """Findings on a column that the return does not have: it is not stored, but must not hold what identifies.

    `shown` is the column's name in an error, which nothing keeps, `kept` in a query; either may be blank.
    """
    places, different, times = _different(texts)
    suspects = inspect(different, times, is_identifier=False)
    if suspects.refused:
        return [_refused_for(shown, suspects.refused, int(lines[_first_filled(texts)]))]
    drafts = {place: _identifying(shown, what) for place, what in suspects.cells.items()}
    if drafts:
        return _spread(drafts, places, lines)
    if looks_like_names(different):
        return [
            query(
                "possible_names",
                f"{_column(kept)} looks like people's names. It is not part of this return and will not be stored, but "
                "take it out before you send the file again.",
                line=int(lines[_first_filled(texts)]),
                column=kept,
                found="words like people's names",
                expected="no such column",
            )
        ]
    return []


def show(text: str, *, hide: bool = False) -> tuple[str, str]:
    """A text as a message quotes it and as `found` gives it: described where it may identify someone."""
    if not text:
        return "blank", "blank"
    if hide or scan_text(text) or _LONG_NUMBER.search(text):
        return describe(text), describe(text)
    if looks_like_a_name(text):
        return A_NAME, A_NAME
    return f"“{shorten(text, FOUND_LENGTH)}”", shorten(text, FOUND_LENGTH)


def _different(texts: Sequence[str]) -> tuple[np.ndarray, list[str], np.ndarray]:
    """For each row the place of its text among the different texts; those texts; how often each stands."""
    if len(set(texts)) == len(texts):
        return np.arange(len(texts)), list(texts), np.ones(len(texts), dtype=np.int64)
    places, different = pd.factorize(np.fromiter(texts, dtype=object, count=len(texts)))
    return places, list(different), np.bincount(places, minlength=len(different))


def _inspect(column: Column, different: list[str], times: np.ndarray, faults: dict[int, Fault]) -> Suspects:
    is_identifier = column.kind is ColumnKind.IDENTIFIER
    if column.kind in _ALWAYS_INSPECTED:
        suspects = inspect(different, times, is_identifier=is_identifier)
        if not is_identifier:
            return suspects
        return Suspects(
            suspects.refused, {place: what for place, what in suspects.cells.items() if place not in faults}
        )
    # a text that reads as a date, a code or a yes identifies nobody
    failed = [place for place in faults if different[place]]
    if not failed:
        return Suspects()
    suspects = inspect([different[place] for place in failed], times[failed], is_identifier=False)
    return Suspects(suspects.refused, {failed[place]: what for place, what in suspects.cells.items()})


def _typed(column: Column, values: list[object]) -> pd.api.extensions.ExtensionArray:
    dtype = _DTYPES.get(column.kind, "string")
    if column.kind is ColumnKind.DATE:
        return pd.array(np.array(values, dtype="datetime64[s]"))
    return pd.array([pd.NA if value is None else value for value in values], dtype=dtype)


def _draft(column: Column, text: str, fault: Fault, hide: bool) -> Finding:
    quoted, found = show(fault.part or text, hide=hide)
    message = fault.says.replace("{column}", column.name).replace("{found}", quoted)
    return error(
        fault.code,
        shorten(message[:1].upper() + message[1:] if not message.startswith(column.name) else message, 590),
        column=column.name,
        found=found,
        expected=shorten(fault.expected, 290),
    )


def _identifying(name: str, what: str) -> Finding:
    return error(
        "direct_identifier",
        f"{_column(name)} holds what looks like {what} on this line. Nothing was stored. Take it out: a return never "
        "holds anything that names or reaches a person; an identifier is your system's own number.",
        column=name,
        found=what,
        expected="nothing that identifies a person",
    )


def _refused_for(name: str, what: str, line: int) -> Finding:
    return error(
        "direct_identifier",
        f"{_column(name)} looks like a column of {what}. Nothing was stored. Replace it by your system's own "
        "numbers, or "
        "take it out: a return never holds anything that names or reaches a person.",
        line=line,
        column=name,
        found=f"a column of {what}",
        expected="nothing that identifies a person",
    )


def _column(name: str) -> str:
    return f"The column {name}" if name else "A column that the return does not have"


def _first_filled(texts: Sequence[str]) -> int:
    return next((place for place, text in enumerate(texts) if text), 0)


def _month_first(column: Column, texts: Sequence[str], lines: np.ndarray, rows: np.ndarray) -> Finding:
    first, count = int(rows[0]), len(rows)
    quoted, found = show(texts[first])
    others = f" and {count - 1:,} more cells" if count > 1 else ""
    return error(
        "month_first_dates",
        f"{quoted}{others} in {column.name} can only be read month first, so every date of the column may have its day "
        "and month exchanged and none was read. Export the column again with the day first, like 31/03/2017.",
        line=int(lines[first]),
        column=column.name,
        found=found,
        expected="dates with the day first, like 31/03/2017",
    )


def _spread(drafts: dict[int, Finding], places: np.ndarray, lines: np.ndarray) -> list[Finding]:
    """A finding for every row that holds a faulty text, up to the most that are listed of a kind."""
    findings: list[Finding] = []
    listed: dict[str, int] = {}
    for row in np.flatnonzero(np.isin(places, list(drafts))) if drafts else ():
        draft = drafts[int(places[row])]
        listed[draft.code] = listed.get(draft.code, 0) + 1
        if listed[draft.code] <= MOST_OF_A_KIND:
            findings.append(_at(draft, int(lines[row])))
    column = next(iter(drafts.values())).column if drafts else ""
    return findings + [
        _more(column, code, count - MOST_OF_A_KIND) for code, count in listed.items() if count > MOST_OF_A_KIND
    ]


def _at(draft: Finding, line: int) -> Finding:
    return Finding(draft.severity, draft.code, draft.message, line, draft.column, draft.found, draft.expected)


def _more(column: str, code: str, count: int) -> Finding:
    return Finding(
        Severity.ERROR,
        "more_of_the_same",
        f"{count:,} further lines have the same fault ({code.replace('_', ' ')}) in {column}.",
        column=column,
        found=f"{count:,} further lines",
    )


def _repeats(
    column: Column, different: list[str], places: np.ndarray, lines: np.ndarray, faulty: np.ndarray
) -> list[Finding]:
    """An error on each line whose value stands on an earlier line; the value itself is never shown."""
    is_identifier = column.kind is ColumnKind.IDENTIFIER
    same = normalise_all(different) if is_identifier else [text.casefold() for text in different]
    if len(set(same)) == len(places):
        return []
    keys = _different(same)[0][places]
    usable = np.flatnonzero(~faulty)
    keys = keys[usable]
    repeated = np.flatnonzero(pd.Series(keys).duplicated().to_numpy())
    if not len(repeated):
        return []
    first_of = dict(zip(*(part.tolist() for part in np.unique(keys, return_index=True)), strict=True))
    findings = []
    for place in repeated[:MOST_OF_A_KIND]:
        earlier = int(lines[usable[first_of[int(keys[place])]]])
        message = (
            f"The {column.name} of this line stands on line {earlier} already, and must be different on every line. "
            "Remove one of the two rows, or correct the number."
        )
        findings.append(
            error(
                "duplicate",
                message,
                line=int(lines[usable[place]]),
                column=column.name,
                found=f"the same as line {earlier}",
                expected="each once",
            )
        )
    if len(repeated) > MOST_OF_A_KIND:
        findings.append(_more(column.name, "duplicate", len(repeated) - MOST_OF_A_KIND))
    return findings
