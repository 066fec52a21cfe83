import io
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest

from dataset.ingest.reading import Limits, TextTable, UnreadableFile, read_table

KNOWN = ("referral_id", "child_id", "age")


def a_workbook(*sheets: list[list[Any]], formats: dict[str, str] | None = None) -> bytes:
    """A workbook of these sheets' rows; `formats` are number formats of the first sheet's cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    for place, number_format in (formats or {}).items():
        book.worksheets[0][place].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(*sheets: list[list[Any]], formats: dict[str, str] | None = None, **limits: int) -> TextTable:
    return read_table(a_workbook(*sheets, formats=formats), KNOWN, Limits(**limits))


def refusal(*sheets: list[list[Any]], **limits: int) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(*sheets, **limits)
    return caught.value.code


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (7, "General", "7"),
        (7.0, "General", "7"),
        (2.5, "General", "2.5"),
        (0.1 + 0.2, "General", "0.3"),
        (-1, "General", "-1"),
        (1234, "#,##0", "1234"),
        (0.45, "0%", "45%"),
        (0.125, "0.0%", "12.5%"),
        (12345678901234567, "0", "1.23456789012346E+16"),
        (999999999999999, "0", "999999999999999"),
        (True, "General", "TRUE"),
        (date(2017, 3, 4), "dd/mm/yyyy", "2017-03-04"),
        (datetime(2017, 3, 4, 23, 15), "dd/mm/yyyy hh:mm", "2017-03-04 23:15"),
        (time(23, 15), "hh:mm", "23:15"),
        (timedelta(hours=30), "[h]:mm", "30"),
        ("00123", "@", "00123"),
        ("  a\u00a0b\n", "General", "a b"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: object, number_format: str, text: str) -> None:
    table = read([list(KNOWN), ["R1", value, 4]], formats={"B2": number_format})
    assert table.rows == [["R1", text, "4"]]


def test_lines_are_those_of_the_sheet() -> None:
    table = read([[], ["A title"], list(KNOWN), [], ["R1", "C1", 4], [], ["R2", "C2", 5], []])
    assert (table.header_line, table.lines, table.sheet) == (3, [5, 7], 1)


def test_rows_of_unequal_length_are_nothing_odd() -> None:
    table = read([list(KNOWN), ["R1", "C1"], ["R2", "C2", 5]])
    assert (table.rows[0], table.short_lines, table.long_lines) == (["R1", "C1", ""], (), ())


def test_the_sheet_with_the_most_names_is_taken() -> None:
    assert read([["age", "child_id"], [4, "C9"]], [list(KNOWN), ["R1", "C1", 4]]).sheet == 2


@pytest.mark.parametrize(
    ("rows", "limits", "code"),
    [
        ([list(KNOWN), *[["R", "C", 1]] * 5], {"rows": 4}, "too_many_rows"),
        ([list(KNOWN), *[["R", "C", 1]] * 80], {"rows": 4}, "too_many_rows"),
        ([[*KNOWN, *"abcdef"], ["R", "C", 1]], {"columns": 8}, "too_many_columns"),
        ([list(KNOWN), ["R", "C", "x" * 30]], {"cell_length": 20}, "cell_too_long"),
        ([list(KNOWN), ["R", "C", 1]], {"unpacked_bytes": 1000}, "too_big_unpacked"),
        ([list(KNOWN), ["R", "C", 1]], {"content_bytes": 1000}, "too_big"),
    ],
)
def test_a_book_over_a_limit_is_refused(rows: list[list[Any]], limits: dict[str, int], code: str) -> None:
    assert refusal(rows, **limits) == code


def test_a_cell_far_out_is_refused_without_filling_the_room_between() -> None:
    rows: list[list[Any]] = [list(KNOWN), ["R1", "C1", 4]]
    assert refusal([*rows, [None] * 16_000 + ["x"]]) == "too_many_columns"
