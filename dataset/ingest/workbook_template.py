"""The blank workbook that a data officer fills in: drop-downs, bounds and notes, made from the definitions. [pure]

Of its sheets the check reads the first. No line of the others names two of the return's columns, so that they are
never taken for it, whatever is left of the first: for that the example stands on its side. An example among the rows
would be sent, one day, as a record.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from dataset.definitions import Column, ColumnKind, DataItem, ReturnType
from dataset.describing import (
    FORMS,
    days_taken,
    example_row,
    longest_label,
    numbers_taken,
    values_taken,
    whether_it_must_be_there,
)
from dataset.ingest.faults import shorten
from dataset.ingest.plain_text import without_formulas
from dataset.ingest.workbook import EXCEL_ROWS
from dataset.ingest.workbook_notes import height_of, write_example, write_notes
from dataset.periods import Quarter

RETURN, NOTES, EXAMPLE, ALLOWED = "Return", "Notes", "Example", "Allowed values"
MOST_IN_A_PROMPT, MOST_IN_ITS_TITLE = 255, 32  # Excel calls a workbook with more of either damaged
AS_SUPPLIED = "; as supplied"  # what every item of a counts return says of how it is counted
_DAY_ZERO = date(1899, 12, 30)
_TEXT, _DAY_FIRST = "@", "dd/mm/yyyy"
_FORMATS = {ColumnKind.DATE: _DAY_FIRST, ColumnKind.INTEGER: "0", ColumnKind.NUMBER: "General"}
_DARK, _LIGHT = PatternFill("solid", fgColor="1F3A5F"), PatternFill("solid", fgColor="DCE4EE")
_ON_DARK, _ON_LIGHT = Font(bold=True, color="FFFFFF"), Font(bold=True, color="1F3A5F")
_ALLOWED_WIDTHS = (48, 90)
_BOLD, _TOP = Font(bold=True), Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Blank:
    """What a blank workbook is made for.

    `owed` and `breakdowns` are of the counts return: the items that the supplier owes for the quarter, and what the
    categories of each way of splitting them mean. `localities` is the area's own list, `upload_at` the address of the
    page where the workbook is uploaded.
    """

    return_type: ReturnType
    quarter: Quarter
    owed: tuple[DataItem, ...] = ()
    breakdowns: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    localities: tuple[str, ...] = ()
    upload_at: str = ""

    @property
    def lists(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """What the columns without codes of their own take. An item goes by its title, which tells what it is."""
        return {
            "item": tuple((item.title, _item_in_words(item)) for item in self.owed),
            "breakdown": tuple((name, "") for name, _ in self.breakdowns),
            "locality": tuple((name, "") for name in self.localities),
        }


@dataclass(frozen=True)
class Choice:
    """The values that a column takes, each with its meaning; where they stand on the sheet of allowed values.

    An open one may be passed over after a warning: the check takes more than is listed, or only asks.
    """

    values: tuple[tuple[str, str], ...]
    place: str
    is_closed: bool = True


YES_OR_NO = (("yes", ""), ("no", ""))


def blank_workbook(blank: Blank) -> bytes:
    """An .xlsx workbook with the return's column names and no rows, but for the items that a counts return owes."""
    book = Workbook()
    sheet = book.active
    sheet.title = RETURN
    notes, example, allowed = (book.create_sheet(name) for name in (NOTES, EXAMPLE, ALLOWED))
    choices = _write_allowed(allowed, blank)
    for place, column in enumerate(blank.return_type.columns, start=1):
        _lay_out(sheet, place, column, blank.quarter, choices.get(column.name))
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 24
    for line, item in enumerate(blank.owed, start=2):
        cell = sheet.cell(line, 1, item.title)
        cell.number_format = _TEXT
        cell.comment = _comment(_item_in_words(item))
    if blank.owed:
        sheet.column_dimensions["A"].width = 4 + max(len(item.title) for item in blank.owed)
    write_notes(notes, blank.return_type, blank.quarter, blank.upload_at)
    write_example(example, blank.return_type, example_row(blank.return_type, blank.quarter, blank.owed))
    book.properties.creator = ""
    book.properties.title = f"{blank.return_type.title}, {blank.quarter}"
    out = io.BytesIO()
    without_formulas(book).save(out)
    return out.getvalue()


def _lay_out(sheet: Any, place: int, column: Column, quarter: Quarter, choice: Choice | None) -> None:
    """A column's name with its note, the format of its cells, and what may be typed into them."""
    letter = get_column_letter(place)
    name = sheet.cell(1, place, column.name)
    must = not column.may_be_blank
    name.fill, name.font = (_DARK, _ON_DARK) if must else (_LIGHT, _ON_LIGHT)
    name.alignment = Alignment(vertical="center")
    name.comment = _comment("\n".join(_note(column, quarter, choice)))
    sheet.column_dimensions[letter].width = max(len(column.name) + 4, 14)
    # Text wherever a spreadsheet would strip a nought, round a long number or make a date of '2017-04'.
    sheet.column_dimensions[letter].number_format = _FORMATS.get(column.kind, _TEXT)
    rule = _validation(column, quarter, choice)
    rule.showInputMessage, rule.allowBlank = True, True
    rule.promptTitle = shorten(column.name, MOST_IN_ITS_TITLE)
    rule.prompt = shorten(_prompt(column, quarter, choice), MOST_IN_A_PROMPT)
    rule.add(f"{letter}2:{letter}{EXCEL_ROWS}")
    sheet.add_data_validation(rule)


def _validation(column: Column, quarter: Quarter, choice: Choice | None) -> DataValidation:
    match column.kind:
        case ColumnKind.YES_NO | ColumnKind.CODE | ColumnKind.LABEL if choice:
            says = f"Take a value from the list. What each means is on the sheet “{ALLOWED}”."
            if column.kind is ColumnKind.YES_NO:
                says = "Write yes or no."
            return _refusing(DataValidation(type="list", formula1=choice.place), says, is_strict=choice.is_closed)
        case ColumnKind.DATE:
            first, last = days_taken(column, quarter)
            rule = _between("date", *((day - _DAY_ZERO).days for day in (first, last)))
            return _refusing(rule, f"Write a date from {first:%d/%m/%Y} to {last:%d/%m/%Y}, day first.")
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            lowest, highest = numbers_taken(column)
            is_whole = column.kind is ColumnKind.INTEGER
            rule = _between("whole" if is_whole else "decimal", lowest, highest)
            what = "a whole number" if is_whole else "a number"
            # A mark such as 'c' may stand in the place of a number that has a state beside it.
            is_strict = not column.state_column
            return _refusing(rule, f"Write {what} from {lowest:,g} to {highest:,.12g}.", is_strict=is_strict)
        case ColumnKind.LABEL:
            longest = longest_label(column)
            rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(longest))
            return _refusing(rule, f"Write at most {longest} characters.")
        case _:
            return DataValidation()


def _between(what: str, lowest: float, highest: float) -> DataValidation:
    return DataValidation(type=what, operator="between", formula1=f"{lowest:.12g}", formula2=f"{highest:.12g}")


def _refusing(rule: DataValidation, says: str, *, is_strict: bool = True) -> DataValidation:
    rule.showErrorMessage, rule.errorStyle = True, "stop" if is_strict else "warning"
    rule.errorTitle, rule.error = "Please check this cell", says
    return rule


def _prompt(column: Column, quarter: Quarter, choice: Choice | None) -> str:
    if column.kind is ColumnKind.DATE:
        first, last = days_taken(column, quarter)
        span = f", from {first:%d/%m/%Y} to {last:%d/%m/%Y}" if column.in_quarter else ""
        return f"Day first{span}. {column.description}"
    if choice and column.kind is ColumnKind.CODE:
        return f"Take a code from the list: {'; '.join(map(_named, choice.values))}"
    return column.description


def _named(value: tuple[str, str]) -> str:
    """'6 – Police'; a value that is its own meaning stands alone."""
    code, label = value
    return code if not label or code.casefold() == label.casefold() else f"{code} – {label}"


def _note(column: Column, quarter: Quarter, choice: Choice | None) -> Iterator[str]:
    yield column.description
    yield f"{FORMS[column.kind]}."
    yield f"{whether_it_must_be_there(column)}."
    if column.unique:
        yield "Different on every line."
    if column.in_quarter:
        yield f"From {quarter.start:%d/%m/%Y} to {quarter.end:%d/%m/%Y}."
    if column.minimum is not None or column.maximum is not None:
        lowest, highest = numbers_taken(column)
        yield f"From {lowest:,g} to {highest:,.12g}."
    if choice and column.kind is not ColumnKind.YES_NO:
        yield f"What it takes is on the sheet “{ALLOWED}”."
    yield f"There is an example on the sheet “{EXAMPLE}”."


def _comment(text: str) -> Comment:
    comment = Comment(text, "Template")
    comment.width, comment.height = 340, 40 + 18 * sum(1 + len(line) // 48 for line in text.splitlines())
    return comment


def _write_allowed(sheet: Any, blank: Blank) -> dict[str, Choice]:
    """The values that columns take, a block a column; which column takes which."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _ALLOWED_WIDTHS
    sheet.append(["What the columns take"])
    sheet["A1"].font = _BOLD
    sheet.append([f"Values of {blank.quarter.year}. Cells take what is in the first column here."])
    choices: dict[str, Choice] = {}
    answered = [column.name for column in blank.return_type.columns if column.kind is ColumnKind.YES_NO]
    if answered:
        # Cells are compared with a range without regard to capitals, with a list in the rule itself not.
        choices = dict.fromkeys(answered, Choice(YES_OR_NO, _write_block(sheet, "Yes or no", YES_OR_NO)))
    for column in blank.return_type.columns:
        if values := values_taken(column, blank.quarter, blank.lists):
            place = _write_block(sheet, column.name, values)
            choices[column.name] = Choice(values, place, is_closed=column.kind is not ColumnKind.LABEL)
    for name, categories in blank.breakdowns:
        if categories:
            _write_block(sheet, f"The categories of {name}", categories)
    sheet.freeze_panes = "A3"
    return choices


def _item_in_words(item: DataItem) -> str:
    split = f" It may be split by {' or '.join(item.breakdowns)}." if item.breakdowns else ""
    return f"{item.how_counted.removesuffix(AS_SUPPLIED)}.{split} Its code is {item.code}."


def _write_block(sheet: Any, title: str, values: Iterable[tuple[str, str]]) -> str:
    """Writes the title and a line for each value; the cells of the values, as a drop-down names them."""
    first = sheet.max_row + 3
    sheet.cell(first - 1, 1, title).font = _BOLD
    for line, (code, label) in enumerate(values, start=first):
        meaning = label if label.casefold() != code.casefold() else ""
        sheet.row_dimensions[line].height = height_of((code, meaning), _ALLOWED_WIDTHS)
        for place, text in enumerate((code, meaning or None), start=1):
            cell = sheet.cell(line, place, text)
            cell.number_format, cell.alignment = _TEXT, _TOP
            if text:
                cell.data_type = "s"  # a locality may begin with any mark, and is no formula
    return f"'{ALLOWED}'!$A${first}:$A${sheet.max_row}"
