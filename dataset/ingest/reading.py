"""Bytes of a file → rows of text with the spreadsheet's line numbers. Knows no return and no rule. [pure]

Files come from Excel and from case systems, so kind, encoding, delimiter, sheet and the header's line are found, not
assumed; the delimiter and the sheet are those under which the column names appear, never a guess from the cells.
"""

import csv
import gc
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from dataset.ingest.decoding import decode, tidy, tidy_cell
from dataset.ingest.formats import FileKind, Limits, UnreadableFile, kind_of
from dataset.ingest.header_line import (
    find_header,
    find_sheet,
    lines_of,
    refuse_repeated_header,
    refuse_spread_header,
    simplify,
)
from dataset.ingest.workbook import (
    EXCEL_ROWS,
    Sheet,
    cell_too_long,
    read_old_sheets,
    read_sheets,
    too_many_columns,
    too_many_rows,
)

__all__ = ["Limits", "TextTable", "UnreadableFile", "collector_paused", "read_table", "simplify"]

_FORMULA_TEXT = re.compile(r'\A="(.*)"\Z', re.DOTALL)


@dataclass(frozen=True)
class TextTable:
    """The file's cells as trimmed text: `rows[i]` stands on the spreadsheet's line `lines[i]`, as wide as the header.

    `long_lines` had filled cells beyond the header's last column, `short_lines` fewer cells than the header. A
    workbook's table has the place of its sheet and neither delimiter nor encoding.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    header_line: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"
    long_lines: tuple[int, ...] = field(default=())
    short_lines: tuple[int, ...] = field(default=())
    sheet: int = 0


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's garbage collector from walking millions of cells again and again while they are made."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_LIMITS = Limits()


def read_table(content: bytes, known_columns: Collection[str], limits: Limits = _LIMITS) -> TextTable:
    """The table in a CSV file or a workbook of which some columns are known by name.

    Raises UnreadableFile where there is none.
    """
    with collector_paused():
        kind = kind_of(content, limits)
        if kind is FileKind.TEXT:
            return _read_text(content, known_columns, limits)
        sheets = read_sheets(content, limits) if kind is FileKind.WORKBOOK else read_old_sheets(content, limits)
        return _read_workbook(sheets, known_columns, limits)


def _read_text(content: bytes, known_columns: Collection[str], limits: Limits) -> TextTable:
    text, encoding = decode(content)
    text, declared = tidy(text)
    if not text.strip(' \n\t,;|"'):
        raise _empty()
    delimiter, index = find_header(text, declared, known_columns)
    records = _parse(text, delimiter, limits)
    return _to_table(records, index, known_columns, limits, delimiter=delimiter, encoding=encoding)


def _read_workbook(sheets: list[Sheet], known_columns: Collection[str], limits: Limits) -> TextTable:
    if not sheets:
        raise _empty()
    sheet, index = find_sheet(sheets, known_columns)
    records = [[tidy_cell(cell) for cell in row] for row in sheet.rows]
    if index + 1 in sheet.merged_lines:
        raise UnreadableFile(
            "merged_header",
            f"In the line of the column names (line {index + 1}) cells are merged, so it cannot be told which column "
            "each name is of. Unmerge them (Home, Merge & Center), give every column one name in one line, and upload "
            "the file again.",
        )
    if sheet.unsaved:
        column, line = sheet.unsaved
        raise UnreadableFile(
            "formula_without_value",
            f"Cell {column}{line} holds a formula whose value was not saved in the workbook, so it cannot be known "
            "what it comes to. Open the file in Excel, save it, and upload it again.",
        )
    return _to_table(records, index, known_columns, limits, delimiter="", encoding="", sheet=sheet.position)


def _empty() -> UnreadableFile:
    return UnreadableFile("empty_file", "The file is empty. Fill in the template, save it, and upload it again.")


def _parse(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    """Every record of the file, blank ones too, so that a record's place is its line in a spreadsheet."""
    if '"' in text:
        return _parse_quoted(text, delimiter, limits)
    lines = text.removesuffix("\n").split("\n")  # without quotation marks a line is a record: a third of the time
    if len(lines) > EXCEL_ROWS:
        raise too_many_rows(len(lines), limits, more=True)
    records = [line.split(delimiter) for line in lines]
    if max(map(len, lines)) > limits.cell_length:
        _refuse_long_cells(records, limits)
    return records


def _parse_quoted(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    if text.count('"') % 2:
        _refuse_unclosed_quote(text, delimiter)
    try:
        records = list(islice(csv.reader(lines_of(text), delimiter=delimiter), EXCEL_ROWS + 1))
    except csv.Error:
        raise cell_too_long(limits) from None
    if len(records) > EXCEL_ROWS:
        raise too_many_rows(len(records), limits, more=True)
    physical_lines = text.count("\n") + (not text.endswith("\n"))
    if physical_lines != len(records) or max(map(len, lines_of(text))) > limits.cell_length:
        _refuse_long_cells(records, limits)
    return records


def _refuse_long_cells(records: list[list[str]], limits: Limits) -> None:
    if any(len(cell) > limits.cell_length for record in records for cell in record):
        raise cell_too_long(limits)


def _refuse_unclosed_quote(text: str, delimiter: str) -> None:
    """Raise where the file's last quotation mark opens a cell that swallows the rest of the file."""
    reader = csv.reader(lines_of(text), delimiter=delimiter)
    start, number = 0, 0
    try:
        while True:
            start = reader.line_num
            next(reader)
            number += 1
            last = start
    except StopIteration:
        pass
    except csv.Error:
        last, number = start, number + 1
    rest = "\n".join(text.split("\n")[last:])
    try:
        list(csv.reader(lines_of(rest), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "end of data" in str(fault) or "field limit" in str(fault):
            raise UnreadableFile(
                "unclosed_quote",
                f'A quotation mark (") on line {number} opens a cell and is never closed, so the rest of the file '
                "became one cell. Remove it, or close it, and upload the file again.",
            ) from None


def _to_table(
    records: list[list[str]],
    index: int,
    known_columns: Collection[str],
    limits: Limits,
    *,
    delimiter: str,
    encoding: str,
    sheet: int = 0,
) -> TextTable:
    header = [" ".join(name.split()) for name in records[index]]
    while header and not header[-1]:
        header.pop()
    if len(header) > limits.columns:
        raise too_many_columns(len(header), limits)
    refuse_spread_header(records, index, known_columns)
    rows, lines = [], []
    has_formula_text = any('="' in "".join(record) for record in records[index + 1 : index + 1001])
    for line, record in enumerate(records[index + 1 :], start=index + 2):
        row = list(map(str.strip, record))
        if any(row):
            rows.append([_FORMULA_TEXT.sub(r"\1", cell) for cell in row] if has_formula_text else row)
            lines.append(line)
    if len(rows) > limits.rows:
        raise too_many_rows(len(rows), limits)
    refuse_repeated_header(header, rows, lines, known_columns)
    # a name may be wanting over the last columns, whose values would otherwise be taken for a row too long
    widest = max((len(row) for row in rows[:1000]), default=0)
    header += [""] * ((widest if sheet else min(widest, len(records[index]))) - len(header))
    while header and not header[-1] and not any(len(row) >= len(header) and row[len(header) - 1] for row in rows):
        header.pop()
    long_lines, short_lines = _square(rows, lines, len(header))
    if sheet:
        short_lines = ()  # a workbook has no cells beyond a row's last filled one
    return TextTable(tuple(header), rows, lines, index + 1, delimiter, encoding, long_lines, short_lines, sheet)


def _square(rows: list[list[str]], lines: list[int], width: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Make every row as wide as the header; the lines that had too many filled cells, and those that had too few."""
    long_lines, short_lines = [], []
    if set(map(len, rows)) <= {width}:
        return (), ()
    for row, line in zip(rows, lines, strict=True):
        if len(row) > width:
            if any(row[width:]):
                long_lines.append(line)
            del row[width:]
        elif len(row) < width:
            short_lines.append(line)
            row.extend([""] * (width - len(row)))
    return tuple(long_lines), tuple(short_lines)
