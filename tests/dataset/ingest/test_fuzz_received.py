"""Clean files of every return, spoiled in the ways that files are: each ends in findings or in a stored candidate."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.ingest.storing import Receipt
from dataset.owing import COUNTS, owner_of
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_receipt, a_standing_board, an_agency
from tests.dataset.files import a_file_of

pytestmark = pytest.mark.django_db
CHILD = "KID77001"
ODD_CELLS = st.sampled_from(
    ["", " ", "x", "-1", "1e400", "nan", "inf", "31/02/2017", "00/00/0000", "9999-12-31", "0001-01-01", "2017-02-30",
     "#REF!", "<5", "c", "=1+1", "\u00a0", "١٢", "²", "٣/٠٣/٢٠١٧", "99999999999999999999", "TRUE", "a\nb", '"',
     "é" * 300, "1,2,3", "0x10", "1_000", "12:00", "\x00", "4B,,4B"]
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        an_agency("BOARD")
        yield


def clean(code: str) -> list[list[str]]:
    supplier = "POL" if code == COUNTS else owner_of(code)
    rows = list(csv.reader(io.StringIO(a_file_of(code, 5, QUARTER, supplier=supplier).decode(), newline="")))
    for place, name in enumerate(rows[0]):
        if name in RETURN_TYPES[code].identifiers:
            for line, row in enumerate(rows[1:]):
                row[place] = f"{CHILD}{line}"
    return rows


def spoil_rows(rows: list[list[str]], data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        line = data.draw(st.integers(0, len(rows) - 1))
        row = rows[line]
        place = data.draw(st.integers(0, max(len(row) - 1, 0)))
        match data.draw(
            st.sampled_from(["cell", "cell", "cell", "drop", "insert", "repeat", "delete", "swap", "blank"])
        ):
            case "cell" if row:
                row[place] = data.draw(ODD_CELLS)
            case "drop" if row:
                del row[place]
            case "insert":
                row.insert(place, data.draw(ODD_CELLS))
            case "repeat":
                rows.insert(line, list(row))
            case "delete" if len(rows) > 1:
                del rows[line]
            case "swap" if row:
                row[0], row[place] = row[place], row[0]
            case "blank":
                rows.insert(line, [])


def written(rows: list[list[str]], data: st.DataObject) -> bytes:
    """The rows as some program would write them, perhaps damaged on the way."""
    if data.draw(st.integers(0, 3)) == 0:
        content = a_book(rows)
    else:
        text = io.StringIO(newline="")
        end = data.draw(st.sampled_from(["\r\n", "\n", "\r"]))
        csv.writer(text, delimiter=data.draw(st.sampled_from(",;\t|")), lineterminator=end).writerows(rows)
        content = text.getvalue().encode(data.draw(st.sampled_from(ENCODINGS)), "replace")
    if data.draw(st.booleans()):
        at, gone = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 60))
        content = content[:at] + data.draw(st.binary(max_size=4)) + content[at + gone :]
    return content


def a_book(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def receive(content: bytes, code: str) -> Receipt:
    """What became of the file; what was stored of it is taken back."""
    supplier = "POL" if code == COUNTS else owner_of(code)
    with transaction.atomic():
        receipt = a_receipt(content, return_type=code, supplier=supplier)
        transaction.set_rollback(True)
    assert receipt.errors or receipt.candidate
    for finding in receipt.findings:
        assert finding.message
        if finding.column in RETURN_TYPES[code].identifiers:
            assert CHILD not in f"{finding.message} {finding.found} {finding.expected}"
    return receipt


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_the_file_that_is_spoiled_was_clean(code: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(clean(code))
    assert receive(text.getvalue().encode(), code).candidate


@pytest.mark.parametrize("code", RETURN_TYPES)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoiled_file_ends_in_findings_or_a_candidate(code: str, data: st.DataObject) -> None:
    rows = clean(code)
    spoil_rows(rows, data)
    receive(written(rows, data), code)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_workbook_with_a_damaged_part_ends_in_findings_or_a_candidate(data: st.DataObject) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_book(clean("referrals")))) as old, zipfile.ZipFile(out, "w") as new:
        damaged = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            part = old.read(name)
            if name == damaged:
                at = data.draw(st.integers(0, len(part)))
                part = part[:at] + data.draw(st.binary(max_size=6)) + part[at + data.draw(st.integers(0, 80)) :]
            new.writestr(name, part)
    receive(out.getvalue(), "referrals")
