"""The copy with its findings: handed back, never kept, and made of the right file only."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event
from accounts.roles import Role
from dataset.ingest.answering import READY_ANSWERS, answer_queries
from dataset.ingest.mapping import forget_name, remember_names
from dataset.ingest.restating import receive_year
from dataset.ingest.year_files import SentFile
from dataset.models import QuarterlyReturn, Restatement, StoredFinding
from dataset.periods import FinancialYear, Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import (
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    referral_lines,
)

pytestmark = pytest.mark.django_db
UPLOAD = "/returns/upload/"


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def client() -> Client:
    return a_client(a_user(Role.DATA_OFFICER, "CSC"))


def spoiled(**cells: str) -> bytes:
    lines = referral_lines(5)
    lines[2].update(cells)
    return a_csv(lines, list(lines[2]))


def send(client: Client, address: str, content: bytes | None, **fields: str) -> Any:
    asked: dict[str, Any] = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, **fields}
    if content is not None:
        asked["file"] = SimpleUploadedFile("referrals.csv", content)
    return client.post(address, asked)


def copy_of(client: Client, content: bytes | None, how: str = "csv", **fields: str) -> Any:
    return send(client, "/returns/upload/annotated/", content, **{"as": how}, **fields)


def test_the_csv_copy_is_handed_back_and_nothing_is_kept(client: Client) -> None:
    answer = copy_of(client, spoiled(referral_date="31/02/2017"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="CSC-referrals-2016-17-Q4-with-findings.csv"'
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Line,Findings,referral_id")
    assert text.splitlines()[3].startswith('4,"Error: “31/02/2017” in referral_date is not a date.')
    assert not QuarterlyReturn.objects.exists() and not StoredFinding.objects.exists()
    assert not Event.objects.exclude(verb__startswith="user.").exists()


def test_the_copy_of_a_clean_file_leaves_no_candidate_either(client: Client) -> None:
    assert copy_of(client, a_csv(referral_lines(3))).status_code == 200
    assert not QuarterlyReturn.objects.exists()


def test_the_corrected_copy_is_uploaded_as_it_stands(client: Client) -> None:
    text = copy_of(client, spoiled(referral_date="31/02/2017", locality="Salisbry")).content.decode("utf-8-sig")
    again = send(client, UPLOAD, text.encode("utf-8-sig"))
    assert again.status_code == 422
    assert "31/02/2017" in again.content.decode()
    # in the cell itself, not in the words about it
    corrected = text.replace(",31/02/2017,", ",03/01/2017,")
    assert send(client, UPLOAD, corrected.encode("utf-8-sig")).status_code == 302
    candidate = QuarterlyReturn.objects.get()
    assert [(one.line, one.code) for one in candidate.findings.all()] == [(4, "unknown_locality")]


def test_the_corrected_workbook_is_uploaded_as_it_stands(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(copy_of(client, spoiled(age="200"), "xlsx").content))
    cell = next(one for one in book["Return"][4] if one.value == "200")
    cell.value = 9
    out = io.BytesIO()
    book.save(out)
    assert send(client, UPLOAD, out.getvalue()).status_code == 302
    assert QuarterlyReturn.objects.get().row_count == 5


def test_an_nhs_number_is_neither_in_the_copy_nor_in_the_log(client: Client, caplog: Any) -> None:
    for how in ("csv", "xlsx"):
        answer = copy_of(client, spoiled(child_id="9434765919"), how)
        assert b"9434765919" not in answer.content
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "removed: an NHS number" in [one.value for one in book["Return"][4]]
    assert "9434765919" not in str([[c.value for c in row] for sheet in book for row in sheet.iter_rows()])
    assert "9434765919" not in caplog.text


def test_their_own_names_of_columns_stay_in_the_copy(client: Client) -> None:
    remember_names(
        supplier=an_agency("CSC"), return_type=RETURN_TYPES["referrals"], theirs_of={"age": "Years"},
        by=a_user(Role.DATA_OFFICER, "CSC"),
    )  # fmt: skip
    lines = [{"Years" if key == "age" else key: cell for key, cell in line.items()} for line in referral_lines(2)]
    lines[0]["Years"] = "200"
    text = copy_of(client, a_csv(lines, list(lines[0]))).content.decode("utf-8-sig")
    assert "Years" in text.splitlines()[0] and "age (your “Years”)" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "Choose the file"), (b"%PDF-1.4", "No copy could be made"), (b"", "No copy could be made")],
)
def test_where_no_copy_can_be_made_the_page_says_why(content: bytes | None, sentence: str, client: Client) -> None:
    answer = copy_of(client, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_nil_return_without_a_file_has_no_copy(client: Client) -> None:
    answer = copy_of(client, None, nil="on")
    assert answer.status_code == 422
    assert "Choose the file that the copy is to be made of." in answer.content.decode()


def test_a_workbook_of_too_many_rows_is_not_begun(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("dataset.views.annotated.MOST_ROWS_IN_A_WORKBOOK", 4)
    assert copy_of(client, spoiled(), "xlsx").status_code == 422
    assert copy_of(client, spoiled()).status_code == 200


def test_the_copy_of_another_suppliers_file_is_refused() -> None:
    assert copy_of(a_client(a_user(Role.DATA_OFFICER, "POL")), spoiled()).status_code == 403


def version_copy(client: Client, version: QuarterlyReturn, content: bytes | None, how: str = "csv") -> Any:
    fields: dict[str, Any] = {"as": how}
    if content is not None:
        fields["file"] = SimpleUploadedFile("referrals.csv", content)
    return client.post(reverse("returns:annotated_version", args=[version.public_id]), fields)


@pytest.mark.parametrize("make", [a_candidate, an_accepted_return])
def test_a_version_gives_its_queries_and_answers_beside_the_file_that_it_was_made_of(make: Any, client: Client) -> None:
    content = spoiled(locality="Salisbry")
    version = make(content)
    answer_queries(
        version=version, answer=READY_ANSWERS[0], by=a_user(Role.DATA_OFFICER, "CSC"),
        only=list(version.findings.values_list("pk", flat=True)),
    )  # fmt: skip
    text = version_copy(client, version, content).content.decode("utf-8-sig")
    assert f"Answered: {READY_ANSWERS[0]}" in text.splitlines()[3]


@pytest.mark.parametrize("content", [None, b"another file"])
def test_another_file_than_the_versions_own_gives_no_copy(content: bytes | None, client: Client) -> None:
    version = a_candidate(spoiled(locality="Salisbry"))
    answer = version_copy(client, version, content)
    assert answer.status_code == 302
    told = client.get(answer["Location"]).content.decode()
    assert ("made from the file that you send" if content is None else "That is not the file") in told


@pytest.mark.parametrize("rows", [3, 200])
def test_the_copy_costs_the_same_however_long_the_file(
    rows: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    content = a_csv([line | {"age": "200"} for line in referral_lines(rows)])
    with django_assert_num_queries(8):
        copy_of(client, content)


def a_years_file() -> tuple[bytes, Restatement]:
    year = FinancialYear(2015)
    lines = [
        {**line, "referral_id": f"{quarter.number}{line['referral_id']}", "locality": "Salisbry"}
        for quarter in year.quarters
        for line in referral_lines(3, quarter)
    ]
    content = a_csv(lines)
    receipt = receive_year(
        files=SentFile(content, "year.csv"),
        return_type=RETURN_TYPES["referrals"],
        supplier=an_agency("CSC"),
        year=year,
        by=None,
    )
    assert receipt.restatement
    return content, receipt.restatement


def test_a_quarter_of_a_years_file_is_made_from_the_whole_file(client: Client) -> None:
    content, year = a_years_file()
    second = year.returns.get(quarter_ordinal=Quarter(2015, 2).ordinal)
    copy = send(client, reverse("returns:annotated_version", args=[second.public_id]), content)
    rows = list(csv.DictReader(io.StringIO(copy.content.decode("utf-8-sig"))))
    assert [row["referral_id"] for row in rows] == ["2R00001", "2R00002", "2R00003"]
    assert all("Salisbry" in row["Findings"] for row in rows)


def test_another_years_file_is_refused(client: Client) -> None:
    content, year = a_years_file()
    first = year.returns.get(quarter_ordinal=Quarter(2015, 1).ordinal)
    answer = send(client, reverse("returns:annotated_version", args=[first.public_id]), content + b"\n")
    assert answer.status_code == 302


def test_a_file_is_read_by_the_names_it_came_with_though_they_were_forgotten(client: Client) -> None:
    by, kind = a_user(Role.DATA_OFFICER, "CSC"), RETURN_TYPES["referrals"]
    theirs = {column.name: f"Field {place} x" for place, column in enumerate(kind.columns)}
    remember_names(supplier=an_agency("CSC"), return_type=kind, theirs_of=theirs, by=by)
    content = a_csv(
        [{theirs[name]: cell for name, cell in line.items()} for line in referral_lines()], [*theirs.values()]
    )
    version = an_accepted_return(content)
    for name in theirs.values():
        forget_name(supplier=an_agency("CSC"), return_type=kind, theirs=name, by=by)
    copy = send(client, reverse("returns:annotated_version", args=[version.public_id]), content)
    assert copy.status_code == 200 and theirs["referral_id"] in copy.content.decode("utf-8-sig")
