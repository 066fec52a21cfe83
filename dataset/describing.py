"""A return's columns in plain words, for whoever fills one in: page, workbook and schema say the same. [pure]"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dataset.definitions import Code, Column, ColumnKind, DataItem, ReturnType
from dataset.ingest.cells import LABEL_LENGTH, LABEL_LENGTHS, LARGEST_NUMBER
from dataset.ingest.dates import EARLIEST_DATE
from dataset.ingest.rules import Unique
from dataset.periods import FinancialYear, Quarter
from dataset.workdays import months_after

EXAMPLES_ARE_OF = Quarter(2016, 4)  # the quarter in which the dates among the definitions' examples lie

_MEANS_MORE = re.compile(r"[\\.?*+|()\[\]{}^$]")

FORMS = {
    ColumnKind.IDENTIFIER: "Identifier, replaced by a digest on the way in and never shown",
    ColumnKind.LABEL: "Short text",
    ColumnKind.DATE: "Date, day first: 31/03/2017",
    ColumnKind.INTEGER: "Whole number",
    ColumnKind.NUMBER: "Number",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.CODE: "One code",
    ColumnKind.CODES: "Codes separated by spaces, or blank for none",
}


def whether_it_must_be_there(column: Column) -> str:
    if not column.required:
        return "The column may be left out"
    return "The column must be there; a cell may be blank" if column.may_be_blank else "Every cell must be filled"


def bounds_in_words(column: Column) -> str:
    """'in the return’s quarter; 0 or more', empty where nothing bounds the column."""
    rules = []
    if column.in_quarter:
        rules.append("in the return’s quarter")
    if column.unique:
        rules.append("different on every line")
    if column.minimum is not None:
        rules.append(f"{column.minimum:,g} or more".replace("-", "−"))
    if column.maximum is not None:
        rules.append(f"{column.maximum:,g} or less")
    return "; ".join(rules)


def years_in_words(code: Code) -> str:
    """'all', 'from 2016-17', '2014-15 to 2015-16': the financial years in which a code is taken."""
    first = str(FinancialYear(code.first_year)) if code.first_year else ""
    last = str(FinancialYear(code.last_year)) if code.last_year else ""
    if first and last:
        return f"{first} to {last}"
    return f"from {first}" if first else f"to {last}" if last else "all"


def codes_taken(column: Column, quarter: Quarter | None) -> tuple[Code, ...]:
    """The codes in force in the quarter's year; all that ever were where no quarter is given."""
    return tuple(code for code in column.codes if quarter is None or code.is_in_force(quarter.start_year))


def values_taken(
    column: Column, quarter: Quarter | None, lists: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[tuple[str, str], ...]:
    """Each value that a column takes, with its meaning: its codes, or of `lists` what stands under its name.

    Empty where a column takes anything of its kind.
    """
    if column.codes:
        return tuple((code.value, code.label) for code in codes_taken(column, quarter))
    return tuple(lists.get(column.name, ()))


def one_of(values: Iterable[str]) -> str:
    """A regular expression that any one of the values matches, in the syntax that ECMAScript and XML Schema share."""
    return "(" + "|".join(_MEANS_MORE.sub(r"\\\g<0>", value) for value in values) + ")"


def days_taken(column: Column, quarter: Quarter) -> tuple[date, date]:
    """The first and the last day that a return of the quarter may hold in a column of dates."""
    if column.in_quarter:
        return quarter.start, quarter.end
    return EARLIEST_DATE, FinancialYear(quarter.start_year + 1).end


def numbers_taken(column: Column) -> tuple[float, float]:
    """The lowest and the highest number that a column holds."""
    lowest = column.minimum if column.minimum is not None else -LARGEST_NUMBER
    return lowest, column.maximum if column.maximum is not None else LARGEST_NUMBER


def longest_label(column: Column) -> int:
    """The number of characters that are kept of a label."""
    return LABEL_LENGTHS.get(column.name, LABEL_LENGTH)


def key_columns(return_type: ReturnType) -> tuple[str, ...]:
    """The columns that tell a row from every other, empty where the return's own columns do not."""
    rule = next((rule for rule in return_type.checks if isinstance(rule, Unique)), None)
    if rule:
        return rule.keys
    return next(((column.name,) for column in return_type.columns if column.unique), ())


def rules_in_words(return_type: ReturnType) -> tuple[str, ...]:
    return tuple(says for rule in return_type.checks if (says := getattr(rule, "says", "")))


def example_of(column: Column, quarter: Quarter) -> str:
    """The column's example; a date moved by as many months as the quarter lies from that of the examples."""
    if column.kind is not ColumnKind.DATE or not column.example:
        return column.example
    day, month, year = map(int, column.example.split("/"))
    moved = months_after(date(year, month, day), 3 * (quarter.ordinal - EXAMPLES_ARE_OF.ordinal))
    return f"{moved:%d/%m/%Y}"


def example_row(return_type: ReturnType, quarter: Quarter, owed: Sequence[DataItem] = ()) -> dict[str, str]:
    """One made-up row that passes every check, a text for each column; of a counts return, the total of an item."""
    row = {column.name: example_of(column, quarter) for column in return_type.columns}
    if not return_type.table:
        row |= {"breakdown": "", "category": ""}
        row |= {"item": owed[0].title} if owed else {}
    return row
