import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dataset.ingest.checking import Context, check_return
from dataset.ingest.reading import Limits, TextTable, UnreadableFile, read_table
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

KNOWN = ("referral_id", "child_id", "age")
HEADER = b"referral_id,child_id,age\n"


def read(content: bytes, **limits: int) -> TextTable:
    return read_table(content, KNOWN, Limits(**limits))


def refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(content, **limits)
    return caught.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_same_table_however_it_was_saved(delimiter: str, encoding: str, line_end: str) -> None:
    text = line_end.join(["referral_id,child_id,age", "R1,Zoë’s,4", "", "R2,C2,5", ""]).replace(",", delimiter)
    table = read(text.encode(encoding))
    assert table.rows == [["R1", "Zoë’s", "4"], ["R2", "C2", "5"]]
    assert table.lines == [2, 4]
    assert table.delimiter == delimiter


def test_delimiter_is_found_by_the_column_names_not_by_the_cells() -> None:
    table = read(b'referral_id;child_id;age\n"1,2";"3,4,5";"6,7,8"\n')
    assert table.rows == [["1,2", "3,4,5", "6,7,8"]]


def test_header_is_the_line_that_holds_most_names() -> None:
    table = read(b"age of the child\n\nReferral ID,Child-id,AGE\nR1,C1,4\n")
    assert (table.header_line, table.lines) == (3, [4])


def test_header_after_the_twentieth_line_is_not_looked_for() -> None:
    assert refusal(b"x\n" * 20 + HEADER) == "no_header"
    assert read(b"x\n" * 19 + HEADER).header_line == 20


def test_a_quoted_line_break_does_not_move_the_lines_below() -> None:
    assert read(HEADER + b'"R\n1",C1,4\nR2,C2,5\n').lines == [2, 3]


@pytest.mark.parametrize("separator", [b"sep=;\r\n", b'"sep=;"\n', b"SEP=;\n"])
def test_a_separator_line_is_obeyed_and_not_counted(separator: bytes) -> None:
    table = read(separator + b"referral_id;child_id;age\nR1;C1;4\n")
    assert (table.delimiter, table.header_line, table.lines) == (";", 1, [2])


def test_odd_spaces_go_and_invisible_signs_too() -> None:
    cells = "\u00a0R1\u2009,\u200bC\u00a01\ufeff, \x014 ".encode()
    assert read(HEADER + cells).rows == [["R1", "C 1", "4"]]


def test_text_that_a_system_protected_from_the_spreadsheet_is_unwrapped() -> None:
    assert read(HEADER + b'="007",="C1",4\n').rows == [["007", "C1", "4"]]


def test_blank_columns_and_rows_at_the_end_go() -> None:
    table = read(b"referral_id,child_id,age,,\nR1,C1,4,,\n,,,,\n\n")
    assert table.header == KNOWN
    assert (table.rows, table.long_lines) == ([["R1", "C1", "4"]], ())


def test_rows_of_another_width_are_told_apart() -> None:
    table = read(HEADER + b"R1,C1,4,,\nR2,C2,5,x\nR3,C3\n")
    assert (table.long_lines, table.short_lines) == ((3,), (4,))
    assert table.rows[2] == ["R3", "C3", ""]


def test_an_inch_sign_inside_a_cell_is_no_open_quotation() -> None:
    assert read(HEADER + b'R1,5" C1,4\nR2,C2,5\n').rows[0][1] == '5" C1'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"PK\x03\x04 something else", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_text"),
        (b"%PDF-1.7", "pdf"),
        (b"\n<!DOCTYPE html><html>", "web_page"),
        (b"\x00" * 40, "not_text"),
        (b"referral_id\x00,child_id,age\n", "not_text"),
        (HEADER + b"R1,C1,\x81\n", "not_text"),
        (b"some,other,names\n1,2,3\n", "no_header"),
        (HEADER + b'R1,"C1,4\nR2,C2,5\n', "unclosed_quote"),
        (HEADER + b'R1,"' + b"x" * 200_000, "unclosed_quote"),
        (HEADER + b"R1," + b"x" * 200_000, "cell_too_long"),
    ],
)
def test_what_is_no_table_is_refused_for_its_own_reason(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile, match=r"\.$") as caught:
        read(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"content_bytes": 30}, "too_big"),
        ({"rows": 1}, "too_many_rows"),
        ({"columns": 2}, "too_many_columns"),
        ({"cell_length": 11}, "cell_too_long"),
    ],
)
def test_a_file_beyond_a_limit_is_refused(limits: dict[str, int], code: str) -> None:
    content = HEADER + b"R1,C1,4\nR2,a child's id,5\n"
    assert read(content).lines == [2, 3]
    assert refusal(content, **limits) == code


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([KNOWN, *rows])
    assert read(text.getvalue().encode()).rows == [list(row) for row in rows if any(row)]


NAMES = tuple(column.name for column in RETURN_TYPES["referrals"].columns)
CONTEXT = Context(RETURN_TYPES["referrals"], Quarter(2016, 4), "CSC", localities=frozenset({"Salisbury"}))


def check(content: bytes) -> None:
    try:
        table = read_table(content, NAMES)
    except UnreadableFile:
        return
    checked = check_return(table, CONTEXT)
    assert len(checked.frame) == len(table.rows)


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
@example(b"\xef\xbb\xbf\xff")
@example(b'"')
@example(b'sep="\n"')
@example(b"sep=\n")
def test_no_bytes_end_in_a_traceback(content: bytes) -> None:
    check(content)


@given(st.binary(max_size=120), st.sampled_from([b",", b";", b"\t"]))
@example("K12345678901A,²,٣\n".encode(), b",")
@example(b"99999/99/2016,1e999,E+,1E+400,0,0,0000-00-00,\n", b",")
def test_no_bytes_under_a_header_end_in_a_traceback(content: bytes, delimiter: bytes) -> None:
    check(delimiter.join(name.encode() for name in NAMES) + b"\n" + content.replace(b",", delimiter))
