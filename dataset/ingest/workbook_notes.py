"""The sheets of a blank workbook that are read and not filled in: how to fill it in, and one example. [pure]"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill

from dataset.definitions import ColumnKind, ReturnType
from dataset.describing import rules_in_words, whether_it_must_be_there
from dataset.periods import Quarter

_TITLE, _HEADING, _QUIET = Font(bold=True, size=14), Font(bold=True), Font(italic=True)
_PLAIN, _LINK = Font(), Font(color="1F3A5F", underline="single")
_WRAPPED, _GREY = Alignment(vertical="top", wrap_text=True), PatternFill("solid", fgColor="EEF0F2")


def height_of(texts: Sequence[str], widths: Sequence[int]) -> int:
    """The height, in points, of a line whose texts are wrapped to their columns' widths; not every program finds it."""
    return 15 * max(ceil(len(text) / (0.95 * width)) or 1 for text, width in zip(texts, widths, strict=True))


def write_notes(sheet: Any, return_type: ReturnType, quarter: Quarter, upload_at: str) -> None:
    """How the return is filled in, what must never come in, nil returns, and where it is uploaded."""
    width = 110
    sheet.column_dimensions["A"].width = width
    for font, text in _notes(return_type, quarter, upload_at):
        sheet.append([text])
        cell = sheet.cell(sheet.max_row, 1)
        cell.font, cell.alignment = font, _WRAPPED
        if font is not _TITLE:
            sheet.row_dimensions[cell.row].height = height_of((text,), (width,))
        if font is _LINK:
            cell.hyperlink = text


def _notes(return_type: ReturnType, quarter: Quarter, upload_at: str) -> Iterator[tuple[Font, str]]:
    yield _TITLE, f"{return_type.title}, {quarter}"
    yield _PLAIN, f"For {quarter.months}. One row is {return_type.row_is}."
    if return_type.notes:
        yield _PLAIN, return_type.notes
    for heading, lines in (
        ("How to fill it in", _filling(return_type)),
        ("What must never come in", _NEVER if return_type.table else _NEVER_IN_TOTALS),
        ("If there is nothing to report", (_NIL if return_type.table else _NO_TOTAL,)),
        ("What is checked between columns", rules_in_words(return_type)),
    ):
        if lines:
            yield _PLAIN, ""
            yield _HEADING, heading
            yield from ((_PLAIN, line) for line in lines)
    yield _PLAIN, ""
    yield _HEADING, "Where to upload it"
    yield _PLAIN, _UPLOADING
    if upload_at:
        yield _LINK, upload_at
    yield _PLAIN, _ACCEPTING


def _filling(return_type: ReturnType) -> Iterator[str]:
    kinds = {column.kind for column in return_type.columns}
    if return_type.table:
        yield "Fill in the sheet “Return”: one row under another from line 2, without totals below them."
    else:
        yield (
            "On the sheet “Return” each line is an item that you owe. Write its number beside it, 0 if there were "
            "none. Where there is no number, leave it blank and give a state that says why."
        )
        yield (
            "To split an item, add a line with the item again, the way of splitting it, the part, and the part’s "
            "number. Keep the line with the item’s total."
        )
    yield (
        "Keep the column names as they are. A name on a dark ground must be filled on every line; one on a light "
        "ground may be blank. Point at a name to read what the column is for."
    )
    if kinds & {ColumnKind.CODE, ColumnKind.CODES}:
        yield "A list drops down where codes are asked for. What each code means is on the sheet “Allowed values”."
    if ColumnKind.CODES in kinds:
        yield "Where several codes may stand in one cell, put a space between them."
    if ColumnKind.DATE in kinds:
        yield "Write dates day first, as 14/02/2017, and see that the cell shows the day you mean."
    if ColumnKind.IDENTIFIER in kinds:
        yield "Cells for your system’s own numbers are text, so that noughts in front and long numbers stay whole."
    yield (
        "When you copy from another file, paste the values only (Paste Special, Values): a plain paste takes away the "
        "lists and formats of this one."
    )
    yield "The sheet “Example” shows one row, on its side. Neither it nor this sheet is read."


_NEVER = (
    "No name, address, postcode, NHS number, UPN, date of birth, e-mail address, telephone number or free text "
    "about a child. A file that holds one is refused, and nothing of it is stored.",
    "Identifiers are your own system’s numbers. They are replaced by digests on the way in, and shown nowhere. "
    "What is stored is personal data all the same, pseudonymised, and so is this file: treat it as such.",
)
_NEVER_IN_TOTALS = (
    "Nothing about a single child or a single person, in the notes either: no name, address, date of birth, number or "
    "story. A file that holds one is refused, and nothing of it is stored.",
    "A small total can still point to a child. Treat this file as personal data.",
)
_NIL = (
    "Tick “This is a nil return” when you upload, and leave the file out or send this workbook without rows. Without "
    "the tick, a file without rows is refused, for it may have been saved too early."
)
_NO_TOTAL = "Write 0 for each item of which there were none. Every item that you owe needs a number or a state."


_UPLOADING = (
    "Save this workbook, and upload it on the page “Upload a return”: choose your agency, this return and this quarter."
)
_ACCEPTING = (
    "You see everything that was found in it, and what it would change, before you accept it. Until you accept it, "
    "nothing counts; a mistake found later is put right by uploading the corrected file."
)


def write_example(sheet: Any, return_type: ReturnType, row: Mapping[str, str]) -> None:
    """One made-up row, a line for each of its cells, beside what the column is for."""
    widths = (34, 30, 46, 90)
    for letter, width in zip("ABCD", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(["An example: what the cells of one row might hold. It is made up, and this sheet is never read."])
    sheet["A1"].font = _TITLE
    sheet.append([])
    sheet.append(["Of the column", "An example", "Must it be there?", "What it is for"])
    for cell in sheet[3]:
        cell.font, cell.fill = _HEADING, _GREY
    for column in return_type.columns:
        example = row[column.name]
        texts = (column.name, example or "(blank)", whether_it_must_be_there(column), column.description)
        sheet.append(texts)
        sheet.row_dimensions[sheet.max_row].height = height_of(texts, widths)
        for cell in sheet[sheet.max_row]:
            cell.alignment, cell.number_format = _WRAPPED, "@"
        if not example:
            sheet.cell(sheet.max_row, 2).font = _QUIET
    sheet.freeze_panes = "A4"
