"""Saying once what one's own system calls a column: on the page of a refused file, and taking it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from dataset.ingest.mapping import remember_names
from dataset.models import ColumnMapping, QuarterlyReturn, ReturnState
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_client, a_csv, a_standing_board, a_user, an_agency, referral_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officer() -> User:
    return a_user(Role.DATA_OFFICER, "CSC")


@pytest.fixture
def client(officer: User) -> Client:
    return a_client(officer)


def named(**renamed: str) -> bytes:
    lines = [{renamed.get(name, name): cell for name, cell in line.items()} for line in referral_lines(3)]
    return a_csv(lines, list(lines[0]))


CONTACT = named(referral_date="Date of contact")


def send(client: Client, address: str, content: bytes | None, **fields: str) -> Any:
    asked: dict[str, Any] = {"type": "referrals", "supplier": "CSC", "quarter": QUARTER.slug, **fields}
    if content is not None:
        asked["file"] = SimpleUploadedFile("referrals.csv", content)
    return client.post(address, asked)


def remember(client: Client, content: bytes | None, **fields: str) -> Any:
    return send(client, "/returns/upload/columns/", content, **fields)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_refused_file_is_asked_what_its_columns_are(client: Client) -> None:
    page = text_of(send(client, "/returns/upload/", CONTACT))
    assert "Does your system name columns otherwise?" in page
    assert 'name="column-referral_date" form="upload-form"' in page
    assert '<option value="Date of contact" selected>' in page


def test_a_column_that_looks_personal_is_not_among_the_choices(client: Client) -> None:
    content = named(outcome="Surname", referral_date="Jane Smith", gender="Sex")
    page = text_of(send(client, "/returns/upload/", content))
    assert '<option value="Sex"' in page
    assert 'value="Surname"' not in page and "Jane" not in page


def test_one_press_remembers_the_name_and_checks_the_file_again(client: Client, officer: User) -> None:
    answer = remember(client, CONTACT, **{"column-referral_date": "Date of contact"})
    assert answer.status_code == 302
    candidate = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert "Your column “Date of contact” was read as referral_date." in text_of(client.get(answer["Location"]))
    assert candidate.row_count == 3
    (saved,) = ColumnMapping.objects.all()
    assert (saved.ours, saved.theirs_as_written, saved.saved_by) == ("referral_date", "Date of contact", officer)


def test_without_the_file_the_name_is_remembered_and_the_file_asked_for(client: Client) -> None:
    answer = remember(client, None, **{"column-referral_date": "Date of contact"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "“Date of contact” is read as referral_date." in page and "Choose the file again" in page
    assert ColumnMapping.objects.count() == 1


def test_one_name_for_two_columns_is_refused_and_asked_again(client: Client) -> None:
    content = named(referral_date="Date of contact", outcome="Result")
    page = text_of(remember(client, content, **{"column-referral_date": "Result", "column-outcome": "Result"}))
    assert "One of your columns was chosen for two of the return’s." in page
    assert 'href="#names"' in page and 'id="names"' in page
    assert not ColumnMapping.objects.exists()


def test_the_names_are_listed_and_taken_back(client: Client) -> None:
    remember(client, CONTACT, **{"column-referral_date": "Date of contact"})
    assert "Date of contact" in text_of(client.get("/returns/columns/"))
    asked = {"supplier": "CSC", "type": "referrals", "theirs": "Date of contact"}
    page = text_of(client.post("/returns/columns/forget/", asked, follow=True))
    assert "“Date of contact” is no longer read as referral_date." in page
    assert not ColumnMapping.objects.exists()
    assert "That name was forgotten already." in text_of(client.post("/returns/columns/forget/", asked, follow=True))


def test_another_agencys_names_are_neither_seen_nor_taken_back(client: Client) -> None:
    remember(client, CONTACT, **{"column-referral_date": "Date of contact"})
    police = a_client(a_user(Role.DATA_OFFICER, "POL"))
    assert "Date of contact" not in text_of(police.get("/returns/columns/"))
    asked = {"supplier": "CSC", "type": "referrals", "theirs": "Date of contact"}
    assert police.post("/returns/columns/forget/", asked).status_code == 403
    assert remember(police, CONTACT, **{"column-referral_date": "Other"}).status_code == 403
    assert ColumnMapping.objects.get().theirs_as_written == "Date of contact"


@pytest.mark.parametrize("number", [1, 6])
def test_the_list_costs_the_same_however_many_names(
    number: int, client: Client, officer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    columns = [column.name for column in RETURN_TYPES["referrals"].columns][:number]
    remember_names(
        supplier=an_agency("CSC"),
        return_type=RETURN_TYPES["referrals"],
        theirs_of={name: f"Field {place}" for place, name in enumerate(columns)},
        by=officer,
    )
    with django_assert_num_queries(4):
        client.get("/returns/columns/")
