"""A workbook's bytes → its sheets, as rows of the text that Excel shows. [pure]

Formulas come by their kept values and are never worked out; error cells as the error's own text ('#REF!'), so that
they are never taken for blanks. Dates come as ISO text, so that day and month cannot be mixed up.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import xlrd

from dataset.ingest.formats import Limits, UnreadableFile, broken_workbook, password_protected

EXCEL_ROWS = 1_048_576
_TOO_LONG_FOR_EXCEL = 10**15  # a number keeps 15 digits, so a longer identifier was rounded
_FORMULA = b"<f"
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows from its first line on, blank ones too, so that a row's place is its line.

    `merged_lines` are the lines that cells merged over several columns or lines reach; `unsaved` the first cell
    whose formula was kept without its value, as ('B', 7).
    """

    position: int
    rows: list[list[str]]
    merged_lines: frozenset[int] = frozenset()
    unsaved: tuple[str, int] | None = None


def read_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    """The visible worksheets of an .xlsx workbook that hold anything. Raises UnreadableFile."""
    with _told_plainly():
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for position, sheet in enumerate(book.worksheets, start=1):
                if sheet.sheet_state != "visible":
                    continue
                rows = _bounded(_rows_of(sheet), limits)
                if not rows:
                    continue
                has_formulas, merged = _scan(package, sheet._worksheet_path)
                unsaved = _unsaved_formula(content, sheet.title, rows) if has_formulas else None
                sheets.append(Sheet(position, rows, merged, unsaved))
        book.close()
    return sheets


def read_old_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    """The visible worksheets of an .xls workbook that hold anything. Raises UnreadableFile."""
    with _told_plainly():
        book = xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO(), formatting_info=True)
        sheets = []
        for position, sheet in enumerate(book.sheets(), start=1):
            if sheet.visibility:
                continue
            rows = _bounded(([_old_text(cell, book) for cell in row] for row in sheet.get_rows()), limits)
            merged = {line + 1 for first, last, _, _ in sheet.merged_cells for line in range(first, last)}
            if rows:
                sheets.append(Sheet(position, rows, frozenset(merged)))
    return sheets


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Whatever a damaged workbook makes the library stumble over becomes one sentence."""
    try:
        yield
    except UnreadableFile:
        raise
    except xlrd.XLRDError as fault:
        raise (password_protected() if "encrypted" in str(fault) else broken_workbook()) from None
    except MemoryError:
        raise
    except Exception:
        raise broken_workbook() from None


def _rows_of(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a workbook says of its own size may be wrong
    for row in sheet.iter_rows():
        yield [_text(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]


def _bounded(rows: Iterator[list[str]], limits: Limits) -> list[list[str]]:
    """The rows as a list, without blank rows at the end; refused as soon as they are more than may be loaded."""
    kept: list[list[str]] = []
    filled = last = 0
    for number, row in enumerate(rows, start=1):
        while row and not row[-1]:
            row.pop()
        kept.append(row)
        if not row:
            continue
        filled, last = filled + 1, number
        if len(row) > limits.columns:
            raise too_many_columns(len(row), limits)
        if filled > limits.rows + 50:
            raise too_many_rows(filled, limits, more=True)
        if any(len(text) > limits.cell_length for text in row):
            raise cell_too_long(limits)
    return kept[:last]


def too_many_rows(rows: int, limits: Limits, *, more: bool = False) -> UnreadableFile:
    count = f"more than {limits.rows:,}" if more else f"{rows:,}"
    return UnreadableFile(
        "too_many_rows",
        f"The file has {count} rows; at most {limits.rows:,} can be loaded in one piece. "
        "Check that it holds one quarter only.",
    )


def too_many_columns(columns: int, limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        "too_many_columns",
        f"The file has {columns:,} columns; a return has at most {limits.columns}. "
        "Start from the template and copy your columns into it.",
    )


def cell_too_long(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        "cell_too_long",
        f"A cell of the file has more than {limits.cell_length:,} characters. No column of a return asks for so much; "
        'look for a stray quotation mark (") or for notes that should not be sent.',
    )


def _text(value: object, number_format: str) -> str:
    """What Excel shows of a value, but for dates, which are written so that they cannot be misread."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, is_percentage="%" in number_format)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes" if not value.second else "seconds")
        case timedelta():
            return f"{value.total_seconds() / 3600:.15g}"
        case _:
            return str(value)


def _number(value: float, *, is_percentage: bool = False) -> str:
    if is_percentage:
        return f"{value * 100:.12g}%"
    if abs(value) >= _TOO_LONG_FOR_EXCEL:
        return f"{value:.14E}"
    return f"{value:.15g}"


def _moment(value: datetime) -> str:
    if value.time() == time(0):
        return value.date().isoformat()
    return f"{value:%Y-%m-%d %H:%M:%S}" if value.second else f"{value:%Y-%m-%d %H:%M}"


def _old_text(cell: Any, book: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER:
            number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            return _number(cell.value, is_percentage="%" in number_format)
        case xlrd.XL_CELL_DATE:
            if cell.value < 1:
                return _text(xlrd.xldate_as_datetime(cell.value, book.datemode).time(), "")
            return _moment(xlrd.xldate_as_datetime(cell.value, book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
        case _:
            return ""


def _scan(package: zipfile.ZipFile, part: str) -> tuple[bool, frozenset[int]]:
    """Whether the sheet's XML has formulas, and which lines merged cells reach, without building the sheet."""
    lines: set[int] = set()
    has_formulas, rest = False, b""
    with package.open(part.lstrip("/")) as stream:
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            has_formulas = has_formulas or _FORMULA in window
            for found in _MERGED.finditer(window):
                first, last = int(found[2]), int(found[4])
                lines.update(range(first, min(last, first + 50) + 1))
            rest = window[-200:]
    return has_formulas, frozenset(lines)


def _unsaved_formula(content: bytes, title: str, rows: Sequence[Sequence[str]]) -> tuple[str, int] | None:
    """The first formula that the workbook was saved without the value of: some systems write such files."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    sheet = book[title]
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        for cell in cells:
            if cell.data_type != "f":
                continue
            place = cell.column - 1
            if line > len(rows) or place >= len(rows[line - 1]) or not rows[line - 1][place]:
                book.close()
                return cell.column_letter, line
    book.close()
    return None
