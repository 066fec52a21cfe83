"""A copy of a file with what was found in it beside each row, to be corrected and sent again as it stands. [pure]

The copy keeps every row on its own line: blank lines stay blank, and whatever stood above the column names is left
out. Two columns of ours come first, which `without_annotations` takes out again when the copy is sent.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from dataset.definitions import ReturnType
from dataset.ingest.findings import Finding
from dataset.ingest.header_line import DELIMITERS
from dataset.ingest.headers import match_headers
from dataset.ingest.in_memory import add_sheet, saved
from dataset.ingest.plain_text import is_escaped, is_like_formula, plain_row, unescape
from dataset.ingest.reading import TextTable, simplify
from dataset.ingest.redacting import without_identifiers
from dataset.periods import Quarter

LINE, FINDINGS = "Line", "Findings"
WHOLE_FILE = "whole file"
MORE_CELLS = "(more cells stood here)"
MOST_IN_A_CELL = 20  # findings of one line that are written out; Excel shows no more than 32,767 letters
MOST_COMMENTS = 2_000  # a workbook with more opens too slowly to be of use
MOST_ROWS_IN_A_WORKBOOK = 50_000

_RED, _AMBER, _GREY = (PatternFill("solid", fgColor=colour) for colour in ("FBE7E5", "FDF0D5", "EEF0F2"))
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_BOLD = Font(bold=True)


def without_annotations(table: TextTable) -> TextTable:
    """The table without our own two columns, its texts as they were; any other table as it is.

    What marks a row that had too many cells is taken out too, and the row is one that has.
    """
    names = [simplify(name) for name in table.header]
    if simplify(FINDINGS) not in names:
        return table
    marked = {line for line, row in zip(table.lines, table.rows, strict=True) if MORE_CELLS in row}
    kept = [place for place, name in enumerate(names) if name not in (simplify(LINE), simplify(FINDINGS))]
    kept = [place for place in kept if names[place] or not _holds_only_marks(table, place)]
    rows = [[unescape(row[place]) for place in kept] for row in table.rows]
    filled = [place for place, row in enumerate(rows) if any(row)]
    lines = {table.lines[place] for place in filled}
    return replace(
        table,
        header=tuple(unescape(table.header[place]) for place in kept),
        rows=[rows[place] for place in filled],
        lines=[table.lines[place] for place in filled],
        long_lines=tuple(sorted(lines & marked.union(table.long_lines))),
        short_lines=tuple(line for line in table.short_lines if line in lines),
    )


def _holds_only_marks(table: TextTable, place: int) -> bool:
    return {row[place] for row in table.rows} <= {"", MORE_CELLS}


@dataclass(frozen=True)
class AnnotatedTable:
    """A table that may be handed back, with the findings of each of its lines.

    `of_line` holds those of a line below the header, `of_file` all others; `at` the findings by line and column of
    the file, from 0, of the cells that they speak of (the header's own line too).
    """

    table: TextTable
    of_line: Mapping[int, Sequence[Finding]]
    of_file: Sequence[Finding]
    at: Mapping[tuple[int, int], Sequence[Finding]]

    @property
    def rows_by_line(self) -> Iterator[tuple[int, list[str]]]:
        """Every line from the file's first, blank ones as an empty list."""
        yield from ((line, []) for line in range(1, self.table.header_line))
        yield self.table.header_line, list(self.table.header)
        last = self.table.header_line
        for line, row in zip(self.table.lines, self.table.rows, strict=True):
            yield from ((blank, []) for blank in range(last + 1, line))
            yield line, row
            last = line


def annotate(
    table: TextTable, own_header: Sequence[str], return_type: ReturnType, quarter: Quarter, findings: Iterable[Finding]
) -> AnnotatedTable:
    """The table with its findings, errors first, and without whatever was refused as naming or reaching a person.

    `table` has the return's column names; the copy gets those of `own_header`, as they were written.
    """
    found = sorted(findings, key=lambda one: (not one.is_error, *one.place))
    position_of = {name: position for position, name in match_headers(table.header, return_type).items()}
    for position, name in enumerate(table.header):
        position_of.setdefault(name, position)
    lines = set(table.lines)
    of_line: dict[int, list[Finding]] = {}
    of_file: list[Finding] = []
    at: dict[tuple[int, int], list[Finding]] = {}
    for finding in found:
        if finding.line in lines:
            of_line.setdefault(finding.line or 0, []).append(finding)
        else:
            of_file.append(finding)
        if finding.column in position_of:
            at.setdefault((finding.line or table.header_line, position_of[finding.column]), []).append(finding)
    clean = without_identifiers(table, own_header, return_type, quarter, found)
    return AnnotatedTable(clean, of_line, of_file, at)


def as_csv(annotated: AnnotatedTable) -> bytes:
    """The copy as a CSV file with the delimiter of the file that it is of."""
    table = annotated.table
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=table.delimiter if table.delimiter in DELIMITERS else ",")
    for line, row in annotated.rows_by_line:
        writer.writerow(plain_row(_framed(annotated, line, row)))
    for finding in annotated.of_file:
        writer.writerow(plain_row([WHOLE_FILE, _say(finding), *[""] * len(table.header)]))
    return text.getvalue().encode("utf-8-sig")


def as_workbook(annotated: AnnotatedTable, title: str) -> bytes:
    """The copy as a workbook: the findings in words on one sheet, the file on the other with its cells marked.

    Every cell is text, so that nothing in it is a formula and a date stays as it is typed.
    """
    book = Workbook(write_only=True)
    _write_advice(book, annotated, title)
    sheet = add_sheet(book, "Return")
    sheet.freeze_panes = f"C{annotated.table.header_line + 1}"
    widths = [8, 60, *(min(max(len(name) + 3, 12), 34) for name in annotated.table.header)]
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    comments = 0
    for line, row in annotated.rows_by_line:
        cells = []
        for place, text in enumerate(_framed(annotated, line, row)):
            found = annotated.at.get((line, place - 2), ()) if place > 1 else annotated.of_line.get(line, ())
            cell = _text_cell(sheet, f"'{text}" if is_escaped(text) else text, wrap=place == 1)
            if row and line == annotated.table.header_line:
                cell.font, cell.fill = _BOLD, _GREY
            if found and row:
                cell.fill = _RED if found[0].is_error else _AMBER
            if found and place > 1 and comments < MOST_COMMENTS:
                cell.comment = _comment(found)
                comments += 1
            cells.append(cell)
        sheet.append(cells)
    book.active = 1
    return saved(book)


def _framed(annotated: AnnotatedTable, line: int, row: list[str]) -> list[str]:
    """A row of the copy: our two cells, then the file's own. A row that was too long or too short stays so."""
    if not row:
        return []
    if line == annotated.table.header_line:
        return [LINE, FINDINGS, *row]
    if line in annotated.table.long_lines:
        row = [*row, MORE_CELLS]
    elif line in annotated.table.short_lines:
        filled = max((place for place, cell in enumerate(row, start=1) if cell), default=0)
        row = row[: min(filled, len(row) - 1)]
    return [str(line), _say_all(annotated.of_line.get(line, ())), *row]


def _say_all(findings: Sequence[Finding]) -> str:
    said = [_say(finding) for finding in findings[:MOST_IN_A_CELL]]
    if more := len(findings) - len(said):
        said.append(f"and {more:,} more")
    return "\n".join(said)


def _say(finding: Finding) -> str:
    return f"{'Error' if finding.is_error else 'Query'}: {finding.message}"


def _write_advice(book: Any, annotated: AnnotatedTable, title: str) -> None:
    sheet = add_sheet(book, "About this copy")
    sheet.column_dimensions["A"].width = 110
    found = [*annotated.of_file, *(one for of_line in annotated.of_line.values() for one in of_line)]
    errors = sum(one.is_error for one in found)
    lines = (
        title,
        f"{errors:,} error{'s' * (errors != 1)} and {len(found) - errors:,} quer"
        f"{'y' if len(found) - errors == 1 else 'ies'}. Errors are red: put them right. Queries are amber: look at "
        "them, and leave what is right as it is.",
        "Correct the cells on the sheet “Return”, save, and upload this workbook as it stands: the columns Line and "
        "Findings, and this sheet, are passed over. What looked like a person’s name, number or address was removed.",
        "Of the whole file:" if annotated.of_file else "Nothing was found of the file as a whole.",
    )
    for place, text in enumerate(lines):
        cell = _text_cell(sheet, text, wrap=True)
        if not place:
            cell.font = _BOLD
        sheet.append([cell])
    for finding in annotated.of_file:
        cell = _text_cell(sheet, _say(finding), wrap=True)
        cell.fill = _RED if finding.is_error else _AMBER
        sheet.append([cell])


def _text_cell(sheet: Any, text: str, *, wrap: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = is_like_formula(text)
    cell.alignment = _WRAPPED if wrap else _TOP
    return cell


def _comment(findings: Sequence[Finding]) -> Comment:
    comment = Comment(_say_all(findings), "Check of the return")
    comment.width, comment.height = 360, 120
    return comment
