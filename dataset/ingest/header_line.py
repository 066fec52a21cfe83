"""Where the column names stand: under which delimiter, on which sheet, on which line. [pure]"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from dataset.ingest.decoding import tidy_cell
from dataset.ingest.formats import UnreadableFile
from dataset.ingest.workbook import Sheet

HEADER_WITHIN = 20
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def simplify(name: str) -> str:
    """A column's name without case, spaces, hyphens and underscores: what headers are matched by."""
    return re.sub(r"[\s_\-‐‑–—]+", "", name).casefold()


def find_header(text: str, declared: str, known_columns: Collection[str]) -> tuple[str, int]:
    """The delimiter and the record (from 0) under which most of the known columns appear."""
    candidates = dict.fromkeys([declared, *DELIMITERS] if declared else DELIMITERS)
    found = {one: _best_header(_first_records(text, one), known_columns) for one in candidates}
    delimiter = max(found, key=lambda one: found[one][0])
    score, index = found[delimiter]
    if score < _least(known_columns):
        raise _no_header(known_columns, "of the file")
    return delimiter, index


def _best_header(records: Iterable[list[str]], known_columns: Collection[str]) -> tuple[int, int]:
    """How many of the known columns the best of the records names, and its place; the first of equals."""
    known = {simplify(name) for name in known_columns}
    best = (0, 0)
    for index, record in enumerate(records):
        score = len({simplify(tidy_cell(cell)) for cell in record} & known)
        if score > best[0]:
            best = (score, index)
    return best


def _least(known_columns: Collection[str]) -> int:
    """How many names a line must hold to be taken for the header."""
    return min(2, len(known_columns))


def _first_records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(lines_of(text), delimiter=delimiter), HEADER_WITHIN)
    except csv.Error:
        return


def lines_of(text: str) -> Iterator[str]:
    """The text's lines with their ends, one at a time: io.StringIO would first copy it at four bytes a letter."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def find_sheet(sheets: list[Sheet], known_columns: Collection[str]) -> tuple[Sheet, int]:
    """The sheet under whose names most of the known columns stand, and its header's place; of two the one with rows."""
    found = []
    for sheet in sheets:
        score, index = _best_header(islice(sheet.rows, HEADER_WITHIN), known_columns)
        found.append((score, any(any(row) for row in sheet.rows[index + 1 :]), index, sheet))
    best = max(score for score, *_ in found)
    if best < _least(known_columns):
        raise _no_header(known_columns, "on any sheet of this workbook")
    alike = [(has_rows, index, sheet) for score, has_rows, index, sheet in found if score == best]
    filled = [one for one in alike if one[0]]
    if len(filled) > 1:
        places = " and ".join(str(sheet.position) for _, _, sheet in filled)
        raise UnreadableFile(
            "two_sheets",
            f"Sheets {places} of this workbook both hold this return's columns and rows, so it cannot be told which is "
            "meant. Keep the right one, delete or move the others, and upload the file again.",
        )
    _, index, sheet = (filled or alike)[0]
    return sheet, index


def _no_header(known_columns: Collection[str], where: str) -> UnreadableFile:
    names = ", ".join(list(known_columns)[:6]) + (", …" if len(known_columns) > 6 else "")
    return UnreadableFile(
        "no_header",
        f"None of the first {HEADER_WITHIN} lines {where} holds the column names of this return ({names}). "
        "Check that you chose the right return; the first line of the file should be that of the template.",
    )


def refuse_spread_header(records: list[list[str]], index: int, known_columns: Collection[str]) -> None:
    """Raise where the line above or below the header names columns that the header itself leaves blank."""
    known = {simplify(name) for name in known_columns}
    here = [simplify(cell) for cell in records[index]]
    for other in (index - 1, index + 1):
        if not 0 <= other < len(records):
            continue
        cells = [simplify(cell) for cell in records[other]]
        beside = [
            cell
            for place, cell in enumerate(cells)
            if cell in known and cell not in here and (place >= len(here) or not here[place])
        ]
        if beside:
            first, second = sorted((index + 1, other + 1))
            raise UnreadableFile(
                "split_header",
                f"The column names stand on two lines, {first} and {second}, as when cells are merged. Put every name "
                "on one line, one over each column, and upload the file again.",
            )


def refuse_repeated_header(
    header: Sequence[str], rows: list[list[str]], lines: list[int], known_columns: Collection[str]
) -> None:
    """Raise where the header stands again further down: as when several files were pasted under each other."""
    known = {simplify(name) for name in known_columns}
    named = [(place, name) for place, name in enumerate(header) if simplify(name) in known]
    if not named:
        return
    first, name = named[0]
    simple = simplify(name)
    # one search over the whole column first: a file of 200,000 rows has no such line
    if simple not in simplify("\x00".join([row[first] for row in rows if len(row) > first])):
        return
    for row, line in zip(rows, lines, strict=True):
        if len(row) > first and row[first] and simplify(row[first]) == simple:
            same = sum(len(row) > place and simplify(row[place]) == simplify(name) for place, name in named)
            if same >= _least(known_columns):
                raise UnreadableFile(
                    "repeated_header",
                    f"The column names stand again on line {line}, as when several files are pasted under each other. "
                    "Check that all rows are of this return and quarter, delete that line, and upload the file again.",
                )
