"""A copy with its findings goes out whole, and comes in again as the file that it is of."""

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.ingest.annotating import (
    FINDINGS,
    LINE,
    MORE_CELLS,
    WHOLE_FILE,
    annotate,
    as_csv,
    as_workbook,
    without_annotations,
)
from dataset.ingest.checking import Context, check_return
from dataset.ingest.findings import Finding
from dataset.ingest.plain_text import escape, unescape
from dataset.ingest.reading import TextTable, UnreadableFile, read_table
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_csv, referral_lines
from tests.dataset.ingest.test_corpus import NAMES, context_of, expected, file_of

REFERRALS = Context(return_type=RETURN_TYPES["referrals"], quarter=QUARTER, supplier="CSC")
WRITERS = {"csv": as_csv, "xlsx": lambda annotated: as_workbook(annotated, "Referrals")}
NHS_NUMBER = "9434765919"


def read(content: bytes, context: Context = REFERRALS) -> TextTable:
    return without_annotations(read_table(content, [column.name for column in context.return_type.columns]))


def copy_of(content: bytes, how: str = "csv", context: Context = REFERRALS) -> bytes:
    table = read(content, context)
    findings = check_return(table, context).findings
    return WRITERS[how](annotate(table, table.header, context.return_type, context.quarter, findings))


def copied_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(copy_of(content).decode("utf-8-sig"), newline="")))


def spoiled(line: int, **cells: str) -> bytes:
    lines = referral_lines(5)
    lines[line - 2].update(cells)
    return a_csv(lines, list(lines[line - 2]))


def places(findings: Sequence[Finding]) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.column, one.code) for one in findings]


def is_removed(finding: dict[str, Any]) -> bool:
    return finding["code"] in ("direct_identifier", "looks_like_a_name", "possible_names")


def names(*, naming: bool) -> list[str]:
    """The files of the corpus in which a table can be read: those with something that names a person, or the others."""
    chosen = []
    for name in NAMES:
        context = context_of(expected(name)["context"])
        if any(map(is_removed, expected(name)["findings"])) is naming:
            try:
                read(file_of(name).read_bytes(), context)
            except UnreadableFile:
                continue
            chosen.append(name)
    return chosen


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("name", names(naming=False))
def test_the_copy_of_any_file_gives_the_same_findings_when_it_is_sent(name: str, how: str) -> None:
    context = context_of(expected(name)["context"])
    content = file_of(name).read_bytes()
    table = read(content, context)
    before = check_return(table, context).findings
    after = check_return(read(copy_of(content, how, context), context), context).findings
    if how == "xlsx":  # a workbook has no short rows: its blank cells are there
        before = tuple(one for one in before if one.code != "short_rows")
        after = tuple(one for one in after if one.code != "short_rows")
    assert places(after) == places(before)


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("name", names(naming=True))
def test_what_identifies_a_person_is_described_and_not_copied(name: str, how: str) -> None:
    context = context_of(expected(name)["context"])
    content = file_of(name).read_bytes()
    table = read(content, context)
    copy = read(copy_of(content, how, context), context)
    assert all(
        cell == before or cell.startswith("removed: ")
        for row, copied in zip(table.rows, copy.rows, strict=True)
        for before, cell in zip(row, copied, strict=True)
    )
    after = check_return(copy, context).findings
    assert "an NHS number" not in [one.found for one in after]


def test_each_row_has_its_line_and_all_its_findings_errors_first() -> None:
    rows = copied_rows(spoiled(4, referral_date="31/02/2017", locality="Salisbury Plain", age="200"))
    assert [row[LINE] for row in rows] == ["2", "3", "4", "5", "6"]
    assert rows[0][FINDINGS] == ""
    said = rows[2][FINDINGS].split("\n")
    assert [one.split(":")[0] for one in said] == sorted(one.split(":")[0] for one in said)
    assert any("31/02/2017" in one for one in said) and any("200" in one for one in said)


def test_findings_of_the_whole_file_stand_below_its_rows() -> None:
    lines = [{key: cell for key, cell in line.items() if key != "outcome"} for line in referral_lines(2)]
    rows = copied_rows(a_csv(lines, list(lines[0])))
    assert rows[-1][LINE] == WHOLE_FILE
    assert "outcome is missing" in rows[-1][FINDINGS]


def test_rows_stay_on_their_lines_below_a_title_and_blank_lines() -> None:
    original = b"Our export\n\n" + a_csv(referral_lines(2)).replace(b"\r\nR00002", b"\r\n\r\nR00002")
    copy = copy_of(original)
    assert b"Our export" not in copy
    assert (read(copy).header_line, read(copy).lines) == (3, [4, 6])


def test_a_row_with_too_many_cells_does_not_pass_for_a_whole_one_in_the_copy() -> None:
    content = a_csv(referral_lines(2)).replace(b"Salisbury\r\n", b"Salisbury,more\r\n", 1)
    copy = copy_of(content)
    assert MORE_CELLS.encode() in copy and b",more" not in copy
    assert [one.code for one in check_return(read(copy), REFERRALS).findings] == ["extra_cells"]


def test_the_delimiter_of_the_file_is_kept() -> None:
    assert read(copy_of(a_csv(referral_lines(2)).replace(b",", b";"))).delimiter == ";"


@pytest.mark.parametrize("how", WRITERS)
def test_an_nhs_number_is_removed_wherever_it_stands(how: str) -> None:
    lines = referral_lines(4)
    lines[1]["child_id"] = NHS_NUMBER
    lines[2]["outcome"] = f"see {NHS_NUMBER}"
    lines[3]["office"] = NHS_NUMBER
    copy = copy_of(a_csv(lines, list(lines[3])), how)
    table = read(copy)
    assert not any(NHS_NUMBER in cell for row in table.rows for cell in row)
    assert table.rows[1][1] == "removed: an NHS number"
    assert table.rows[3][-1] == "removed: NHS numbers"
    assert [row[0] for row in table.rows] == [line["referral_id"] for line in lines]


def test_a_number_in_a_column_that_is_refused_for_its_dates_is_removed() -> None:
    lines = referral_lines(30)
    lines[2]["referral_date"] = "02/14/2017"
    lines[3]["referral_date"] = NHS_NUMBER
    assert NHS_NUMBER.encode() not in copy_of(a_csv(lines))


def test_a_column_of_nhs_numbers_is_removed_beyond_the_findings_that_are_listed() -> None:
    lines = [line | {"nhs_number": NHS_NUMBER, "email": "someone@example.org"} for line in referral_lines(30)]
    copy = copy_of(a_csv(lines, list(lines[0]))).decode("utf-8-sig")
    assert NHS_NUMBER not in copy and "someone@" not in copy
    assert copy.count("removed: a column of NHS numbers") == 30


def test_a_heading_that_names_a_person_is_removed() -> None:
    lines = [line | {"Jane Smith": "yes"} for line in referral_lines(2)]
    copy = copy_of(a_csv(lines, list(lines[0]))).decode("utf-8-sig")
    assert "Jane" not in copy and "removed heading" in copy


@pytest.mark.parametrize("cell", ["=1+1", "+441", "@SUM(A1)", "-2+3", '=HYPERLINK("http://x")', "'=1", "-"])
def test_a_formula_goes_out_as_text_and_comes_in_as_it_was(cell: str) -> None:
    content = spoiled(3, office=cell)
    out = copied_rows(content)[1]["office"]
    assert out.startswith("'") and out[1:] == cell
    assert read(copy_of(content)).rows[1][-1] == cell
    book = openpyxl.load_workbook(io.BytesIO(copy_of(content, "xlsx")))
    written = [one for row in book["Return"].iter_rows() for one in row if one.value in (cell, f"'{cell}")]
    assert [(one.data_type, one.quotePrefix) for one in written] == [("s", True)]
    assert read(copy_of(content, "xlsx")).rows[1][-1] == cell


@pytest.mark.parametrize("number", ["-1", "-1.5", "-1,000"])
def test_a_negative_number_is_left_a_number(number: str) -> None:
    assert escape(number) == number


@given(st.text(alphabet="'=+-@\t\r1a ,＝＋\""))
def test_escaping_is_undone_exactly_and_leaves_nothing_that_runs(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text)[:1] not in tuple("=+@\t\r")


def test_no_cell_of_the_workbook_is_anything_but_text_and_faulty_ones_are_marked() -> None:
    book = openpyxl.load_workbook(io.BytesIO(copy_of(spoiled(3, referral_date="31/02/2017"), "xlsx")))
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if one.value is not None]
    assert {one.data_type for one in cells} == {"s"}
    marked = [one for one in book["Return"][3] if one.comment]
    assert [one.value for one in marked] == ["31/02/2017"]
    assert "is not a date" in marked[0].comment.text
    assert marked[0].fill.fgColor.rgb.endswith("FBE7E5")
    assert not [one for one in book["Return"][4] if one.comment]


def test_without_its_line_column_the_copy_still_comes_in() -> None:
    rows = list(csv.reader(io.StringIO(copy_of(spoiled(3, age="200")).decode("utf-8-sig"), newline="")))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(row[1:] for row in rows)
    assert places(check_return(read(text.getvalue().encode()), REFERRALS).findings) == [(3, "age", "too_large")]


def test_a_file_of_somebody_elses_with_a_line_column_is_left_as_it_is() -> None:
    lines = [line | {"Line": "7"} for line in referral_lines(2)]
    assert "Line" in read(a_csv(lines, list(lines[0]))).header


@pytest.mark.parametrize("column", [column.name for column in RETURN_TYPES["referrals"].columns])
@pytest.mark.parametrize("how", WRITERS)
def test_one_nhs_number_among_many_cells_of_any_column_is_removed(column: str, how: str) -> None:
    lines = referral_lines(12)
    lines[7][column] = f"{NHS_NUMBER[:3]} {NHS_NUMBER[3:6]} {NHS_NUMBER[6:]}"
    table = read(copy_of(a_csv(lines), how))
    assert not any("434" in cell for row in table.rows for cell in row)
    assert table.rows[7][table.header.index(column)].startswith("removed: ")


def test_no_row_of_the_copy_is_written_to_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A workbook's writer would put every row into a temporary file, identifiers and all."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is no such folder"))
    assert copy_of(spoiled(3, age="200"), "xlsx").startswith(b"PK")
