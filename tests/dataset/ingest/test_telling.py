"""How a file was read, in words."""

from typing import Any

from dataset.ingest.telling import tell_reading

FACTS: dict[str, Any] = {
    "sheet": 0, "encoding": "cp1252", "delimiter": "semicolon", "header_line": 3, "rows": 40,
    "first_line": 4, "last_line": 45, "renamed": {},
}  # fmt: skip


def test_a_text_file_tells_its_encoding_delimiter_and_lines() -> None:
    assert tell_reading(FACTS) == [
        "Read as Windows (cp1252) text, cells separated by semicolons.",
        "Column names on line 3, then 40 rows, on lines 4 to 45.",
    ]


def test_a_workbook_tells_its_sheet_and_a_renamed_column_its_name() -> None:
    facts = FACTS | {"sheet": 2, "rows": 1, "renamed": {"age": "Years"}}
    assert tell_reading(facts) == [
        "Read as a workbook, from its sheet 2.",
        "Column names on line 3, then one row, on line 4.",
        "Your column “Years” was read as age.",
    ]


def test_no_rows_and_no_file() -> None:
    assert tell_reading(FACTS | {"rows": 0, "first_line": None, "last_line": None})[1].endswith("and no rows.")
    assert tell_reading({}) == []
