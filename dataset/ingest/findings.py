"""What a check says about a file: findings, each with its place and a stable code."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the return; a query is stored with it, to be answered."""

    ERROR = "error"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd, where it is, what was found and what was expected.

    `line` is the spreadsheet's own, None for the file as a whole. Where a cell may hold something that identifies a
    child, `found` describes it ('a ten-digit number') and no field holds the value. Findings sort by their place.
    """

    severity: Severity
    code: str
    message: str
    line: int | None = None
    column: str = ""
    found: str = ""
    expected: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def place(self) -> tuple[int, str, str, str]:
        return (self.line or 0, self.column, self.code, self.message)

    def __lt__(self, other: "Finding") -> bool:
        return self.place < other.place


def error(
    code: str, message: str, *, line: int | None = None, column: str = "", found: str = "", expected: str = ""
) -> Finding:
    return Finding(Severity.ERROR, code, message, line, column, found, expected)


def query(
    code: str, message: str, *, line: int | None = None, column: str = "", found: str = "", expected: str = ""
) -> Finding:
    return Finding(Severity.QUERY, code, message, line, column, found, expected)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each different finding once, by line and column; those of the file as a whole come first."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.place))


CODES: dict[str, str] = {
    # the file
    "empty_file": "The file holds nothing.",
    "too_big": "The file is larger than may be loaded in one piece.",
    "too_big_unpacked": "The workbook would swell beyond measure when unpacked.",
    "password": "The workbook is protected with a password.",
    "broken_workbook": "The workbook is damaged.",
    "binary_workbook": "The file is a binary workbook (.xlsb).",
    "open_document": "The file is an OpenDocument spreadsheet (.ods).",
    "two_encodings": "The file's letters are encoded in two ways.",
    "two_sheets": "Two sheets of the workbook hold the return's columns and rows.",
    "merged_header": "Cells are merged in the line of the column names.",
    "split_header": "The column names stand on two lines.",
    "repeated_header": "The column names stand again further down.",
    "formula_without_value": "A formula was saved without its value.",
    "pdf": "The file is a PDF document.",
    "web_page": "The file is a web page, often an export that only calls itself a spreadsheet.",
    "not_text": "The file is neither text nor a workbook.",
    "no_header": "None of the first 20 lines holds the return's column names.",
    "unclosed_quote": "A quotation mark opens a cell and is never closed.",
    "too_many_rows": "The file has more rows than may be loaded in one piece.",
    "too_many_columns": "The file has more columns than any return.",
    "cell_too_long": "A cell is longer than anything a return asks for.",
    "no_rows": "The file has a header and no rows, and was not declared a nil return.",
    "rows_in_nil_return": "The return was declared nil but the file has rows.",
    "no_quarter": "The rows of a year's file do not say which quarter they are for.",
    "quarter_not_of_year": "A row of a year's file is of no quarter of that year.",
    # its header and its shape
    "missing_column": "A column that the return must have is not there.",
    "unknown_column": "A column that the return does not have; it is not stored.",
    "unnamed_column": "A column without a name holds values; it is not stored.",
    "duplicate_column": "Two columns have the same name.",
    "extra_cells": "A row has more cells than the header has columns.",
    "short_rows": "Rows have fewer cells than the header; the missing ones were read as blank.",
    # what must never come in
    "direct_identifier": "A column or a cell looks like something that identifies a person directly.",
    "looks_like_a_name": "A heading or a remark names a person.",
    "possible_names": "A column that the return does not have looks like people's names.",
    # cells
    "blank": "A cell that must be filled is blank.",
    "error_cell": "The spreadsheet shows an error, such as #REF!, in the cell.",
    "not_a_date": "The cell is not a date.",
    "month_first_dates": "The column has its dates month first, so none of them can be trusted.",
    "two_digit_year": "The year of a date has two digits.",
    "date_out_of_range": "A date is before 1985 or more than a financial year after the quarter.",
    "date_with_time": "A date has a time of day other than midnight.",
    "not_in_quarter": "A date that must lie in the return's quarter does not.",
    "not_yes_or_no": "The cell is neither yes nor no.",
    "not_a_number": "The cell is not a number.",
    "percentage": "The cell is a percentage where a number is asked for.",
    "hidden_number": "A mark such as c or <5 stands where a number must.",
    "not_a_whole_number": "The cell is a number but not a whole one.",
    "too_small": "A number is below the lowest that is possible.",
    "too_large": "A number is above the highest that is possible.",
    "unknown_code": "The cell is not one of the column's codes.",
    "code_not_in_force": "The code exists but not in the return's year.",
    "too_long": "The text of a label is too long.",
    "unusable_identifier": "A word such as 'unknown' stands where a record's own identifier must be.",
    "rounded_identifier": "The spreadsheet has rounded a long identifier.",
    "duplicate": "A value that must be different on every line is on an earlier one.",
    "unknown_locality": "The locality is not on the area's list.",
    "more_of_the_same": "Further lines have the same fault in the same column; they are counted, not listed.",
    # the counts return
    "unknown_item": "There is no such data item.",
    "item_of_another_supplier": "The data item is owed by another supplier.",
    "item_of_records": "The data item is counted from records and may not come as a total.",
    "item_not_due": "The data item is not due from this supplier in this quarter.",
    "missing_item": "A data item that is owed has no total.",
    "missing_value": "A value is blank and no state says why.",
    "value_with_state": "A value is given although its state says that there is none.",
    "breakdown_not_allowed": "The data item is not split in this way.",
    "unknown_category": "There is no such category in the breakdown.",
    "breakdown_without_category": "A breakdown has no category, or a category no breakdown.",
    "breakdown_above_total": "The parts of a breakdown add up to more than the item's total.",
    "breakdown_below_total": "The parts of a breakdown add up to less than the item's total.",
    "part_above_whole": "A part is larger than the whole that it is part of.",
    # what was stored before
    "earlier_referral": "The child was referred in the 12 months before, and the row does not say so.",
    "vanished": "Records open at the end of last quarter are neither open nor ended in this one.",
    "appeared": "Records that began before last quarter were not in its return.",
    "rewritten": "A record's start, or another thing that never changes, is not what last quarter's return said.",
    "attendance_differs": "Attendance by sector does not add up to the session's own figure.",
    "outside_limits": "A total is outside the limits within which it has varied so far.",
    "half_or_double": "A total is half or double of what it was a year before, or on average lately.",
    "code_vanished": "A code that each of the last four returns had often is on no row.",
    "column_now_blank": "A column that the last four returns filled is blank on every row.",
    "one_day": "Nearly all dates of a column are the same day.",
}
