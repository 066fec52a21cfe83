"""The data dictionary says what the definitions say."""

from datetime import date
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset.measures import ITEMS, MEASURES
from dataset.returns import RETURN_TYPES
from tests.builders import a_client, a_user, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return a_client(a_user(Role.EXECUTIVE, "CSC"))


def test_the_dictionary_names_every_return_item_and_measure(client: Client) -> None:
    page = unescape(client.get("/returns/dictionary/").content.decode())
    assert all(f"/returns/dictionary/{code}/" in page for code in RETURN_TYPES)
    assert all(f'id="item-{code}"' in page for code in ITEMS)
    assert all(f'id="measure-{code}"' in page for code in MEASURES)


def test_finding_leaves_what_speaks_of_every_word(client: Client) -> None:
    page = client.get("/returns/dictionary/?q=rereferrals").content.decode()
    assert 'id="item-rereferrals"' in page
    assert 'id="item-assessments_completed"' not in page


def test_finding_nothing_says_so_and_escapes_what_was_asked(client: Client) -> None:
    page = client.get("/returns/dictionary/?q=<b>unicorn").content.decode()
    assert "0 data items and 0 measures speak of “&lt;b&gt;unicorn”" in page


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_a_returns_page_tells_every_column_and_every_code(client: Client, code: str) -> None:
    page = unescape(client.get(f"/returns/dictionary/{code}/").content.decode())
    for column in RETURN_TYPES[code].columns:
        assert f'id="column-{column.name}"' in page
        assert column.description in page
        assert all(one.label in page for one in column.codes)


def test_an_unknown_return_is_not_found(client: Client) -> None:
    assert client.get("/returns/dictionary/pets/").status_code == 404


@pytest.mark.parametrize("address", ["/returns/dictionary/", "/returns/dictionary/referrals/"])
def test_who_has_no_role_yet_is_shown_nothing(address: str) -> None:
    assert a_client(a_user()).get(address).status_code == 403


def test_a_returns_page_offers_its_template_for_a_quarter(client: Client) -> None:
    with on(date(2017, 5, 24)):
        page = client.get("/returns/dictionary/referrals/").content.decode()
    assert 'action="/returns/templates/referrals.xlsx"' in page
    assert 'formaction="/returns/templates/referrals.csv"' in page
    assert '<option value="2016-17-Q4" selected>' in page and '<option value="2017-18-Q1">' in page
    assert 'name="supplier"' not in page


def test_the_page_of_the_counts_return_offers_the_template_of_each_agency(client: Client) -> None:
    page = client.get("/returns/dictionary/partner_counts/").content.decode()
    assert '<option value="CSC" selected>' in page and '<option value="POL">' in page
    assert '<option value="MISS">' not in page  # owes rows alone


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_the_pages_lead_to_what_programs_read(client: Client, code: str) -> None:
    assert '"/returns/dictionary.json"' in client.get("/returns/dictionary/").content.decode()
    page = client.get(f"/returns/dictionary/{code}/").content.decode()
    assert f'"/returns/dictionary/{code}.csvw.json"' in page
    assert f'"/returns/dictionary/{code}.schema.json"' in page


def test_a_code_of_some_years_says_which(client: Client) -> None:
    page = client.get("/returns/dictionary/assessments/").content.decode()
    assert "<td>to 2015-16</td>" in page and "<td>from 2017-18</td>" in page


def test_the_dictionary_is_made_without_asking_the_database_for_more_than_names(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        client.get("/returns/dictionary/")
    with django_assert_num_queries(4):
        client.get("/returns/dictionary/partner_counts/")
