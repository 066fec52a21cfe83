"""Answering queries on the pages: by group, by tick, and who may."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from dataset.ingest.answering import READY_ANSWERS
from dataset.models import QuarterlyReturn
from dataset.views.queries import A_PAGE
from tests.builders import a_candidate, a_client, a_csv, a_standing_board, a_user, an_accepted_return, referral_lines

pytestmark = pytest.mark.django_db
LOCALITY = {"code": "unknown_locality", "column": "locality"}
CHECKED = READY_ANSWERS[0]


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


def queried(odd: int = 3, rows: int = 5) -> bytes:
    lines = referral_lines(rows)
    for line in lines[:odd]:
        line["locality"] = "Salisbry"
    return a_csv(lines)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(client: Client, version: QuarterlyReturn, **query: Any) -> str:
    return text_of(client.get(reverse("returns:queries", args=[version.public_id]), query))


def send(client: Client, version: QuarterlyReturn, **fields: Any) -> Any:
    return client.post(reverse("returns:answer", args=[version.public_id]), fields, follow=True)


@pytest.mark.parametrize("make", [a_candidate, an_accepted_return])
def test_a_group_is_answered_with_one_press_on_the_page_of_the_return(make: Any, client: Client, officer: User) -> None:
    version = make(queried())
    before = text_of(client.get(f"/returns/{version.public_id}/"))
    assert "0 of 3 answered." in before and f'name="ready" value="{CHECKED}"' in before
    answer = send(client, version, ready=CHECKED, **LOCALITY)
    after = text_of(answer)
    assert answer.redirect_chain[-1][0] == f"/returns/{version.public_id}/#findings"
    assert "3 queries answered. Every query of this return has its answer." in after
    assert "3 of 3 answered." in after
    assert f"“{CHECKED}”" in after and f"{officer}, 24 May 2017" in after
    assert 'name="ready"' not in after


def test_single_queries_are_answered_in_ones_own_words(client: Client) -> None:
    version = an_accepted_return(queried())
    keys = [one.pk for one in version.findings.filter(line__in=(2, 4))]
    answer = send(client, version, which="ticked", only=keys, answer="It was Salisbury.", own="1", back="queries",
                  **LOCALITY)  # fmt: skip
    assert answer.redirect_chain[-1][0].startswith(f"/returns/{version.public_id}/queries/?code=unknown_locality")
    assert "2 queries answered. 1 of 3 still waits for an answer." in text_of(answer)
    assert list(version.findings.values_list("answer", flat=True)) == ["It was Salisbury.", "", "It was Salisbury."]


def test_an_answer_that_names_somebody_comes_back_with_what_was_ticked(client: Client) -> None:
    version = an_accepted_return(queried())
    one = version.findings.get(line=3)
    answer = send(client, version, which="ticked", only=[one.pk], answer="Jane Smith says so", **LOCALITY)
    shown = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Error: Queries" in shown and 'href="#queries-answer"' in shown
    assert f'id="query-{one.pk}" checked' in shown
    assert 'value="Jane Smith says so"' in shown
    assert not version.findings.exclude(answer="").exists()


def test_ticking_nothing_is_told(client: Client) -> None:
    answer = send(client, an_accepted_return(queried()), which="ticked", ready=CHECKED, **LOCALITY)
    assert answer.status_code == 422
    assert "Tick the queries that the answer is for." in text_of(answer)


def test_a_group_that_is_not_there_is_not_found(client: Client) -> None:
    version = an_accepted_return(queried())
    address = reverse("returns:queries", args=[version.public_id])
    assert client.get(address, {"code": "no_such"}).status_code == 404
    assert client.get(address, {"page": "nonsense"}).status_code == 200


def test_an_agency_lead_answers_and_an_auditor_reads(client: Client) -> None:
    version = an_accepted_return(queried())
    auditor = a_client(a_user(Role.AUDITOR, "BOARD"))
    shown = page(auditor, version)
    assert "Salisbry" in shown and 'name="ready"' not in shown and 'type="checkbox"' not in shown
    assert send(auditor, version, ready=CHECKED, **LOCALITY).status_code == 403
    lead = a_client(a_user(Role.AGENCY_LEAD, "CSC"))
    assert "3 queries answered." in text_of(send(lead, version, ready=CHECKED, **LOCALITY))


def test_another_agencys_queries_are_not_there() -> None:
    version = an_accepted_return(queried())
    police = a_client(a_user(Role.DATA_OFFICER, "POL"))
    assert police.get(reverse("returns:queries", args=[version.public_id])).status_code == 404
    assert send(police, version, ready=CHECKED, **LOCALITY).status_code == 404
    assert not version.findings.exclude(answer="").exists()


def test_an_answer_carried_over_says_from_which_version(client: Client) -> None:
    first = an_accepted_return(queried())
    send(client, first, ready=CHECKED, **LOCALITY)
    second = an_accepted_return(queried(rows=6))
    assert "carried over from version 1" in page(client, second)
    assert "3 of 3 answered." in text_of(client.get(f"/returns/{second.public_id}/"))


def test_a_page_holds_so_many_and_leads_to_the_next(client: Client) -> None:
    version = an_accepted_return(queried(odd=A_PAGE + 5, rows=A_PAGE + 10))
    first, second = page(client, version, **LOCALITY), page(client, version, page=2, **LOCALITY)
    assert first.count('name="only"') == A_PAGE and second.count('name="only"') == 5
    assert "page=2" in first
    assert f"All {A_PAGE + 5} of this sort that are open" in second


@pytest.mark.parametrize("odd", [3, 400])
def test_the_page_costs_the_same_however_many_queries(
    odd: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = an_accepted_return(queried(odd=odd, rows=odd + 2))
    address = reverse("returns:queries", args=[version.public_id])
    with django_assert_num_queries(8):
        client.get(address, LOCALITY)
