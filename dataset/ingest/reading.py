"""Bytes of a CSV file → rows of text with the spreadsheet's line numbers. Knows no return and no rule. [pure]

Files come from Excel and from case systems, so encoding, delimiter and the header's line are found, not assumed;
the delimiter is the one under which the column names appear, never a guess from the cells.
"""

import codecs
import csv
import gc
import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

HEADER_WITHIN = 20
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

_SEPARATOR_LINE = re.compile(r'\A\s*"?sep=(.)"?[ ,;\t|]*\n', re.IGNORECASE)
_TYPOGRAPHIC_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad", "")
_CONTROLS = {chr(code): "" for code in range(32) if chr(code) not in "\n\t"} | {"\x7f": "", "\x85": "\n"}
_REPLACED = _TYPOGRAPHIC_SPACES | _INVISIBLE | _CONTROLS
_ODDITY = re.compile(f"[{re.escape(''.join(_REPLACED))}]")
_FORMULA_TEXT = re.compile(r'\A="(.*)"\Z', re.DOTALL)

_SAVE_AS_CSV = "In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”, and upload that file."


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message says why and what to do. One finding for the whole file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file that is read in one piece."""

    content_bytes: int = 100_000_000
    rows: int = 500_000
    columns: int = 200
    cell_length: int = 2_000


@dataclass(frozen=True)
class TextTable:
    """The file's cells as trimmed text: `rows[i]` stands on the spreadsheet's line `lines[i]`, as wide as the header.

    `long_lines` had filled cells beyond the header's last column, `short_lines` fewer cells than the header.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    header_line: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"
    long_lines: tuple[int, ...] = field(default=())
    short_lines: tuple[int, ...] = field(default=())


def simplify(name: str) -> str:
    """A column's name without case, spaces, hyphens and underscores: what headers are matched by."""
    return re.sub(r"[\s_\-‐‑–—]+", "", name).casefold()


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


def read_table(content: bytes, known_columns: Collection[str], limits: Limits = Limits()) -> TextTable:
    """The table in a CSV file of which some columns are known by name.

    Raises UnreadableFile where there is none.
    """
    if len(content) > limits.content_bytes:
        raise UnreadableFile(
            "too_big",
            f"The file is larger than {limits.content_bytes // 1_000_000} MB. "
            "Check that it is the right one; if it is, ask the board's administrator to load it.",
        )
    _refuse_other_formats(content)
    text, encoding = _decode(content)
    text, declared = _tidy(text)
    if not text.strip(' \n\t,;|"'):
        raise UnreadableFile("empty_file", "The file is empty. Fill in the template, save it, and upload it again.")
    delimiter, index = _find_header(text, {simplify(name) for name in known_columns}, declared, known_columns)
    with collector_paused():
        records = _parse(text, delimiter, limits)
        return _to_table(records, index, delimiter, encoding, limits)


def _refuse_other_formats(content: bytes) -> None:
    start = content[:1024]
    if start.startswith(b"PK\x03\x04"):
        is_workbook = b"xl/" in content or b"[Content_Types].xml" in content
        what = "This is an Excel workbook" if is_workbook else "This is a zip archive"
        raise UnreadableFile("excel_workbook" if is_workbook else "not_text", f"{what}, not a CSV file. {_SAVE_AS_CSV}")
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnreadableFile(
            "excel_workbook",
            "This is an old or password-protected Excel workbook, not a CSV file. Open it in Excel "
            f"(with its password, if it has one). {_SAVE_AS_CSV}",
        )
    if start.lstrip().startswith(b"%PDF"):
        raise UnreadableFile(
            "pdf", f"This is a PDF document, not a CSV file. Open the spreadsheet that it was made from. {_SAVE_AS_CSV}"
        )
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|table|\?xml)", start, re.IGNORECASE):
        raise UnreadableFile(
            "web_page",
            "This is a web page or XML file, not a CSV file, although its name may end in .csv or .xls. "
            f"Open it in Excel. {_SAVE_AS_CSV}",
        )


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decode_as(content, (encoding,))
    if b"\x00" in content:
        raise UnreadableFile("not_text", f"This is not a CSV file: it holds bytes that no text has. {_SAVE_AS_CSV}")
    return _decode_as(content, ("utf-8", "cp1252"))


def _decode_as(content: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UnreadableFile("not_text", f"This file is not text in an encoding that a spreadsheet writes. {_SAVE_AS_CSV}")


def _tidy(text: str) -> tuple[str, str]:
    """The text with plain line ends and spaces, without a leading 'sep=' line; and the delimiter that line names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or _ODDITY.search(text):
        text = _ODDITY.sub(lambda found: _REPLACED[found[0]], text)
    # Excel obeys a 'sep=' line and does not show it, so that the line after it is the spreadsheet's first.
    if declared := _SEPARATOR_LINE.match(text):
        return text[declared.end() :], declared[1]
    return text, ""


def _find_header(text: str, known: Collection[str], declared: str, known_columns: Collection[str]) -> tuple[str, int]:
    """The delimiter and the record (from 0) under which most of the known columns appear."""
    candidates = dict.fromkeys([declared, *DELIMITERS] if declared else DELIMITERS)
    best = (0, ",", 0)
    for delimiter in candidates:
        for index, record in enumerate(_first_records(text, delimiter)):
            score = len({simplify(cell) for cell in record} & set(known))
            if score > best[0]:
                best = (score, delimiter, index)
    if best[0] < min(2, len(known)):
        names = ", ".join(list(known_columns)[:6]) + (", …" if len(known_columns) > 6 else "")
        raise UnreadableFile(
            "no_header",
            f"None of the first {HEADER_WITHIN} lines holds the column names of this return ({names}). "
            "Check that you chose the right return; the first line of the file should be that of the template.",
        )
    return best[1], best[2]


def _first_records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter), HEADER_WITHIN)
    except csv.Error:
        return


def _parse(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    """Every record of the file, blank ones too, so that a record's place is its line in a spreadsheet."""
    if text.count('"') % 2:
        _refuse_unclosed_quote(text, delimiter)
    try:
        records = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter))
    except csv.Error:
        raise _cell_too_long(limits) from None
    physical_lines = text.count("\n") + (not text.endswith("\n"))
    longest_line = max(map(len, text.split("\n")))
    may_be_long = longest_line > limits.cell_length or physical_lines != len(records)
    if may_be_long and any(len(cell) > limits.cell_length for record in records for cell in record):
        raise _cell_too_long(limits)
    return records


def _cell_too_long(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        "cell_too_long",
        f"A cell of the file has more than {limits.cell_length:,} characters. No column of a return asks for so much; "
        'look for a stray quotation mark (") or for notes that should not be sent.',
    )


def _refuse_unclosed_quote(text: str, delimiter: str) -> None:
    """Raise where the file's last quotation mark opens a cell that swallows the rest of the file."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
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
        list(csv.reader(io.StringIO(rest, newline="\n"), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "end of data" in str(fault) or "field limit" in str(fault):
            raise UnreadableFile(
                "unclosed_quote",
                f'A quotation mark (") on line {number} opens a cell and is never closed, so the rest of the file '
                "became one cell. Remove it, or close it, and upload the file again.",
            ) from None


def _to_table(records: list[list[str]], index: int, delimiter: str, encoding: str, limits: Limits) -> TextTable:
    header = [" ".join(name.split()) for name in records[index]]
    if len(header) > limits.columns:
        raise UnreadableFile(
            "too_many_columns",
            f"The header has {len(header):,} columns; a return has at most {limits.columns}. "
            "Start from the template and copy your columns into it.",
        )
    rows, lines = [], []
    has_formula_text = any('="' in "".join(record) for record in records[index + 1 : index + 1001])
    for line, record in enumerate(records[index + 1 :], start=index + 2):
        row = [cell.strip() for cell in record]
        if any(row):
            rows.append([_FORMULA_TEXT.sub(r"\1", cell) for cell in row] if has_formula_text else row)
            lines.append(line)
    if len(rows) > limits.rows:
        raise UnreadableFile(
            "too_many_rows",
            f"The file has {len(rows):,} rows; at most {limits.rows:,} can be loaded in one piece. "
            "Check that it holds one quarter only.",
        )
    while header and not header[-1] and not any(len(row) >= len(header) and row[len(header) - 1] for row in rows):
        header.pop()
    long_lines, short_lines = _square(rows, lines, len(header))
    return TextTable(tuple(header), rows, lines, index + 1, delimiter, encoding, long_lines, short_lines)


def _square(rows: list[list[str]], lines: list[int], width: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Make every row as wide as the header; the lines that had too many filled cells, and those that had too few."""
    long_lines, short_lines = [], []
    for row, line in zip(rows, lines, strict=True):
        if len(row) > width:
            if any(row[width:]):
                long_lines.append(line)
            del row[width:]
        elif len(row) < width:
            short_lines.append(line)
            row.extend([""] * (width - len(row)))
    return tuple(long_lines), tuple(short_lines)
