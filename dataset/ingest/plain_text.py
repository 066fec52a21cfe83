"""Text on its way into a spreadsheet, so that no program takes it for a formula and runs it. [pure]

Every CSV file and workbook that the product hands out passes through here.
"""

import re
from typing import Any

from openpyxl import Workbook

# Programs look past spaces and quotation marks, and some take the wide forms of East Asian keyboards for the signs.
_SIGN = r"[=+\-@\t\r＝＋－＠]"
_FORMULA = re.compile(rf"[\s'\"‘’“”]*{_SIGN}")
_ESCAPED = re.compile(rf"'[\s'\"‘’“”]*{_SIGN}")
_PLAIN_NUMBER = re.compile(r"-\d[\d,]*(?:\.\d+)?")


def is_like_formula(text: str) -> bool:
    return bool(_FORMULA.match(text)) and not _PLAIN_NUMBER.fullmatch(text)


def escape(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that would be taken for one gets an apostrophe in front."""
    return f"'{text}" if is_like_formula(text) else text


def unescape(text: str) -> str:
    """What `escape` was given."""
    return text[1:] if is_escaped(text) else text


def is_escaped(text: str) -> bool:
    return bool(_ESCAPED.match(text))


def plain_row(cells: list[Any]) -> list[Any]:
    """A row for a CSV file: numbers stay numbers."""
    return [escape(cell) if isinstance(cell, str) else cell for cell in cells]


def without_formulas(book: Workbook) -> Workbook:
    """The workbook, in which every text that would be taken for a formula is kept, and shown, as text."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and is_like_formula(cell.value):
                    cell.data_type, cell.quotePrefix = "s", True
    return book
