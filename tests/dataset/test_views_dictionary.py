"""The data dictionary and the templates say what the definitions say."""

import csv
import io
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset.measures import ITEMS, MEASURES
from dataset.owing import owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import a_client, a_user, an_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return a_client(a_user(Role.EXECUTIVE, "CSC"))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


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


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_a_template_has_the_columns_and_no_rows(client: Client, code: str) -> None:
    response = client.get(f"/returns/templates/{code}.csv")
    assert rows_of(response.content) == [[column.name for column in RETURN_TYPES[code].columns]]
    assert response["Content-Disposition"] == f'attachment; filename="{code}.csv"'


def test_the_counts_template_lists_what_a_supplier_owes_for_the_quarter(client: Client) -> None:
    an_agency("MASH")
    response = client.get("/returns/templates/partner_counts.csv?supplier=MASH&quarter=2016-17-Q4")
    listed = [row[0] for row in rows_of(response.content)[1:]]
    assert listed == [item.code for item in owed_items("MASH", Quarter(2016, 4))] != []
    assert "partner_counts-MASH-2016-17-Q4.csv" in response["Content-Disposition"]


@pytest.mark.parametrize("query", ["supplier=NOBODY&quarter=2016-17-Q4", "supplier=CSC&quarter=spring"])
def test_a_template_for_nobody_or_never_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/returns/templates/partner_counts.csv?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/returns/dictionary/pets/", "/returns/templates/pets.csv"])
def test_an_unknown_return_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/returns/dictionary/", "/returns/templates/referrals.csv"])
def test_who_has_no_role_yet_is_shown_nothing(address: str) -> None:
    assert a_client(a_user()).get(address).status_code == 403


def test_the_dictionary_is_made_without_asking_the_database_for_more_than_names(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        client.get("/returns/dictionary/")
