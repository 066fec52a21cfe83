"""Whatever the product hands out for a spreadsheet runs nothing there: every output, filled with formulas."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Agency
from dataset.ingest.plain_text import escape, plain_row
from dataset.ingest.workbook_template import Blank, blank_workbook
from dataset.measures import ITEMS
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_client, a_csv, a_standing_board, a_user, referral_lines

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
RUNS = re.compile(r"[\s\"‘’“”]*[=+@\t\r＝＋＠－-](?!\d)")
NASTY = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", '"=1"', "'=1", "＝1+1", "＋1", "－1",
    "＠SUM(A1)",    '=HYPERLINK("http://x.example","y")', "=cmd|' /C calc'!A0", "\u00a0=1", '""=1',
)  # fmt: skip


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def assert_runs_nothing(content: bytes) -> None:
    """No cell of a CSV file begins as a formula does; no cell of a workbook is one."""
    if content.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert cells and not [cell.coordinate for cell in cells if cell.data_type == "f"]
        assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str) and RUNS.match(cell.value))
        return
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows and not [cell for row in rows for cell in row if RUNS.match(cell)]


def nasty_file() -> bytes:
    """Referrals with formulas in a column of the return, in one that is not, in headings and in a row too long."""
    lines = [
        {**line, "locality": nasty, "office": nasty, "=HYPERLINK(1)": nasty}
        for line, nasty in zip(referral_lines(len(NASTY)), NASTY, strict=True)
    ]
    content = a_csv(lines, list(lines[0]))
    return content + b'R99999,C99999,04/01/2017,6,9,F,N1,,,assessment,Salisbury,x,y,"=1+1"\r\n'


@pytest.mark.parametrize("how", ["csv", "xlsx"])
def test_the_copy_of_a_file_with_its_findings(how: str) -> None:
    file = SimpleUploadedFile("referrals.csv", nasty_file())
    form = {"supplier": "CSC", "type": "referrals", "quarter": QUARTER.slug, "file": file, "as": how}
    response = a_client(a_user("data_officer", "CSC")).post(reverse("returns:annotated_upload"), form)
    assert (response.status_code, "attachment" in response["Content-Disposition"]) == (200, True)
    assert_runs_nothing(response.content)


def test_the_calendar_of_returns() -> None:
    Agency.objects.filter(code="CSC").update(name="=cmd|' /C calc'!A0")
    response = a_client(a_user("manager", "BOARD")).get(reverse("returns:grid_csv"), {"year": "2016-17"})
    assert b"calc" in response.content
    assert_runs_nothing(response.content)


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_the_blank_files(code: str) -> None:
    client = a_client(a_user("data_officer", "CSC"))
    assert_runs_nothing(client.get(reverse("returns:template", args=[code])).content)
    nasty = replace(next(iter(ITEMS.values())), code="=1+1", title="=2+2", how_counted="=3+3")
    blank = Blank(RETURN_TYPES[code], QUARTER, owed=(nasty,), localities=NASTY[:5], upload_at="=4+4")
    assert_runs_nothing(blank_workbook(blank))


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert escape(text) == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert plain_row([-3, 1.5, None, "-3", "-1,250.5", "2016-17", "a=b"]) == [
        -3, 1.5, None, "-3", "-1,250.5", "2016-17", "a=b",
    ]  # fmt: skip


def test_no_module_writes_a_spreadsheet_by_another_way() -> None:
    writes = re.compile(r"csv\.(?:Dict)?[wW]riter\(|\bWorkbook\(|\.export\(|to_csv\(|to_excel\(")
    modules = [
        path for app in ("accounts", "dataset", "audits", "dashboard", "wscb") for path in (ROOT / app).rglob("*.py")
    ]
    writing = {path for path in modules if writes.search(path.read_text(encoding="utf-8"))}
    assert len(writing) >= 4
    assert [path.name for path in writing if "dataset.ingest.plain_text import" not in path.read_text()] == []
