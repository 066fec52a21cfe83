"""The data dictionary as programs fetch it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset.measures import ITEMS, MEASURES
from dataset.returns import RETURN_TYPES
from tests.builders import a_client, a_user
from tests.dataset.schemas.readers import check_csvw, check_table_schema

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/returns/dictionary.json",
    "/returns/dictionary/referrals.csvw.json",
    "/returns/dictionary/referrals.schema.json",
)


@pytest.fixture
def client() -> Client:
    return a_client(a_user(Role.EXECUTIVE, "CSC"))


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_a_return_is_described_as_csvw(client: Client, code: str) -> None:
    response = client.get(f"/returns/dictionary/{code}.csvw.json")
    assert response["Content-Type"] == "application/csvm+json"
    metadata = response.json()
    check_csvw(metadata)
    assert metadata["url"] == f"http://testserver/returns/templates/{code}.csv"
    assert client.get(metadata["url"].removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize("code", RETURN_TYPES)
def test_a_return_is_described_as_table_schema(client: Client, code: str) -> None:
    response = client.get(f"/returns/dictionary/{code}.schema.json")
    assert response["Content-Type"] == "application/json"
    check_table_schema(response.json())
    assert f'filename="{code}.schema.json"' in response["Content-Disposition"]


def test_a_quarter_in_the_address_bounds_the_days(client: Client) -> None:
    asked = "?quarter=2016-17-Q4"
    metadata = client.get(f"/returns/dictionary/referrals.csvw.json{asked}").json()
    bounds = {one["name"]: one["datatype"] for one in metadata["tableSchema"]["columns"]}["referral_date"]
    assert (bounds["minimum"], bounds["maximum"]) == ("2017-01-01", "2017-03-31")
    fields = client.get(f"/returns/dictionary/referrals.schema.json{asked}").json()["fields"]
    constraints = {one["name"]: one["constraints"] for one in fields}["referral_date"]
    assert (constraints["minimum"], constraints["maximum"]) == ("01/01/2017", "31/03/2017")


def test_the_item_of_a_counts_return_is_any_that_may_come_as_a_total(client: Client) -> None:
    fields = client.get("/returns/dictionary/partner_counts.schema.json").json()["fields"]
    items = fields[0]["constraints"]["enum"]
    assert {"contacts", "referrals_received"} <= set(items) and "population_0_17" not in items


def test_the_whole_dictionary_is_one_file(client: Client) -> None:
    response = client.get("/returns/dictionary.json")
    package = response.json()
    assert (len(package["resources"]), len(package["items"]), len(package["measures"])) == (
        len(RETURN_TYPES),
        len(ITEMS),
        len(MEASURES),
    )
    assert len(response.content) < 500_000


@pytest.mark.parametrize("ending", ["csvw.json", "schema.json"])
def test_an_unknown_return_or_quarter_is_told(client: Client, ending: str) -> None:
    assert client.get(f"/returns/dictionary/pets.{ending}").status_code == 404
    assert client.get(f"/returns/dictionary/referrals.{ending}?quarter=spring").status_code == 400


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_no_role_yet_is_given_nothing(address: str) -> None:
    assert a_client(a_user()).get(address).status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_they_are_made_without_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    with django_assert_num_queries(3):  # session, reader, memberships
        client.get(address)
