"""A template that was filled in as it asks goes all the way to a candidate without a finding."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.roles import Role
from dataset.definitions import Column, ColumnKind
from dataset.describing import example_row
from dataset.measures import ITEMS
from dataset.models import QuarterlyReturn
from dataset.owing import COUNTS, owed_items, owner_of
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import a_client, a_standing_board, a_user, an_agency
from tests.dataset.files import a_file_of

pytestmark = pytest.mark.django_db

QUARTERS = (Quarter(2016, 4), Quarter(2016, 1), Quarter(2015, 3))
RECORDS = [code for code, kind in RETURN_TYPES.items() if kind.table]
OWED_COUNTS = [
    pytest.param(supplier, quarter, id=f"{supplier}-{quarter}")
    for supplier in sorted({item.owner for item in ITEMS.values() if item.source == COUNTS})
    for quarter in QUARTERS[:2]
    if owed_items(supplier, quarter)
]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with a_standing_board(tmp_path / "key"):
        yield a_client(a_user(Role.MANAGER, "BOARD"))


def taken(client: Client, code: str, form: str, supplier: str, quarter: Quarter) -> bytes:
    answer = client.get(f"/returns/templates/{code}.{form}?supplier={supplier}&quarter={quarter.slug}")
    assert answer.status_code == 200
    return answer.content


def typed(column: Column, text: str) -> Any:
    """What a spreadsheet keeps of what is typed into a cell of the column's format."""
    match column.kind:
        case _ if not text:
            return None
        case ColumnKind.DATE:
            return datetime.strptime(text, "%d/%m/%Y")
        case ColumnKind.INTEGER:
            return int(text)
        case ColumnKind.NUMBER:
            return float(text)
        case _:
            return text


def filled_workbook(blank: bytes, code: str, rows: list[Mapping[str, str]]) -> bytes:
    """The rows typed into the workbook, over what stands there."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for line, row in enumerate(rows, start=2):
        for place, column in enumerate(RETURN_TYPES[code].columns, start=1):
            if (value := typed(column, row[column.name])) is not None:
                book.worksheets[0].cell(line, place).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_csv(blank: bytes, rows: list[Mapping[str, str]]) -> bytes:
    """The rows under the template's header, in its order."""
    names = next(csv.reader(io.StringIO(blank.decode("utf-8-sig"))))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def rows_of(content: bytes) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def candidate_of(client: Client, content: bytes, code: str, form: str, supplier: str, quarter: Quarter) -> Any:
    file = SimpleUploadedFile(f"return.{form}", content)
    sent = {"type": code, "supplier": supplier, "quarter": quarter.slug, "file": file}
    answer = client.post("/returns/upload/", sent)
    assert answer.status_code == 302, [group.message for group in answer.context["findings"].errors]
    return QuarterlyReturn.objects.get(public_id=answer["Location"].strip("/").split("/")[-1])


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("code", RECORDS)
def test_the_example_row_comes_out_without_a_finding(client: Client, code: str, form: str, quarter: Quarter) -> None:
    supplier = an_agency(owner_of(code)).code
    blank = taken(client, code, form, supplier, quarter)
    rows = [example_row(RETURN_TYPES[code], quarter)]
    content = filled_workbook(blank, code, list(rows)) if form == "xlsx" else filled_csv(blank, list(rows))
    candidate = candidate_of(client, content, code, form, supplier, quarter)
    assert (candidate.row_count, list(candidate.findings.values_list("code", "message"))) == (1, [])


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("code", RECORDS)
def test_twenty_rows_come_out_without_an_error(client: Client, code: str, form: str) -> None:
    quarter = QUARTERS[0]
    supplier = an_agency(owner_of(code)).code
    blank = taken(client, code, form, supplier, quarter)
    rows = rows_of(a_file_of(code, 20, quarter, supplier=supplier))
    content = filled_workbook(blank, code, rows) if form == "xlsx" else filled_csv(blank, rows)
    assert candidate_of(client, content, code, form, supplier, quarter).row_count == 20


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(("supplier", "quarter"), OWED_COUNTS)
def test_every_suppliers_counts_come_out_without_a_finding(
    client: Client, supplier: str, form: str, quarter: Quarter
) -> None:
    an_agency(supplier)
    owed = owed_items(supplier, quarter)
    blank = taken(client, COUNTS, form, supplier, quarter)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(blank))
        for line in range(2, 2 + len(owed)):
            book.worksheets[0].cell(line, 2).value = 7
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    else:
        content = filled_csv(blank, [{**row, "value": "7"} for row in rows_of(blank)])
    candidate = candidate_of(client, content, COUNTS, form, supplier, quarter)
    assert (candidate.row_count, list(candidate.findings.values_list("code", "message"))) == (len(owed), [])


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("code", RETURN_TYPES)
def test_the_untouched_template_is_refused_for_being_empty(client: Client, code: str, form: str) -> None:
    supplier = an_agency(owner_of(code) if code in RECORDS else "CSC").code
    blank = taken(client, code, form, supplier, QUARTERS[0])
    sent = {"type": code, "supplier": supplier, "quarter": QUARTERS[0].slug}
    answer = client.post("/returns/upload/", {**sent, "file": SimpleUploadedFile(f"blank.{form}", blank)})
    assert answer.status_code == 422
    assert {group.code for group in answer.context["findings"].errors} == {
        "no_rows" if code in RECORDS else "missing_value"
    }
