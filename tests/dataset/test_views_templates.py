"""The blank templates: for whom, for when, and where they are offered."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset.ingest.workbook_template import NOTES, RETURN
from dataset.owing import owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import a_board, a_client, a_membership, a_user, an_agency, on

pytestmark = pytest.mark.django_db

QUARTER = Quarter(2016, 4)
COUNTS_CSV, COUNTS_XLSX = "/returns/templates/partner_counts.csv", "/returns/templates/partner_counts.xlsx"
RECORDS = [code for code, kind in RETURN_TYPES.items() if kind.table]


@pytest.fixture
def client() -> Iterator[Client]:
    with on(date(2017, 5, 24)):
        yield a_client(a_user(Role.DATA_OFFICER, "CSC"))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def first_column(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))[RETURN]
    return [cell.value for cell in sheet["A"][1:] if cell.value]


@pytest.mark.parametrize("code", RECORDS)
def test_a_csv_template_has_the_columns_and_no_rows(client: Client, code: str) -> None:
    response = client.get(f"/returns/templates/{code}.csv")
    assert rows_of(response.content) == [[column.name for column in RETURN_TYPES[code].columns]]
    assert response["Content-Disposition"] == f'attachment; filename="{code}.csv"'
    assert response["Link"] == (
        f'</returns/dictionary/{code}.csvw.json>; rel="describedby"; type="application/csvm+json"'
    )


@pytest.mark.parametrize("code", RECORDS)
def test_a_workbook_is_named_for_its_quarter(client: Client, code: str) -> None:
    response = client.get(f"/returns/templates/{code}.xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="{code}-2016-17-Q4.xlsx"'
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    named = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(response.content))[RETURN][1]]
    assert named == [column.name for column in RETURN_TYPES[code].columns]


def test_the_counts_templates_list_what_a_supplier_owes_for_the_quarter(client: Client) -> None:
    an_agency("MASH")
    owed = owed_items("MASH", QUARTER)
    asked = "?supplier=MASH&quarter=2016-17-Q4"
    as_csv, as_workbook = client.get(COUNTS_CSV + asked), client.get(COUNTS_XLSX + asked)
    assert [row[0] for row in rows_of(as_csv.content)[1:]] == [item.code for item in owed] != []
    assert first_column(as_workbook.content) == [item.title for item in owed]
    assert "partner_counts-MASH-2016-17-Q4.csv" in as_csv["Content-Disposition"]
    assert "partner_counts-MASH-2016-17-Q4.xlsx" in as_workbook["Content-Disposition"]


def test_annual_items_are_listed_when_they_are_due(client: Client) -> None:
    an_agency("PH")
    assert first_column(client.get(f"{COUNTS_XLSX}?supplier=PH&quarter=2016-17-Q4").content)
    assert not first_column(client.get(f"{COUNTS_XLSX}?supplier=PH&quarter=2016-17-Q1").content)


def test_the_counts_workbook_has_the_ways_in_which_the_suppliers_own_items_are_split(client: Client) -> None:
    a_board()
    an_agency("LADO")

    def shown(supplier: str) -> set[str]:
        content = client.get(f"{COUNTS_XLSX}?supplier={supplier}&quarter=2016-17-Q4").content
        return {
            row[0] for row in openpyxl.load_workbook(io.BytesIO(content))["Allowed values"].iter_rows(values_only=True)
        }

    assert {"sector", "The categories of sector", "faith"} <= shown("LADO")
    assert not {"source group", "locality"} & shown("LADO")
    assert {"source group", "The categories of locality", "Salisbury"} <= shown("CSC")


def test_by_default_they_are_of_ones_own_agency_and_the_last_quarter_that_ended(client: Client) -> None:
    listed = [row[0] for row in rows_of(client.get(COUNTS_CSV).content)[1:]]
    assert listed == [item.code for item in owed_items("CSC", QUARTER)]
    assert 'filename="partner_counts-CSC-2016-17-Q4.xlsx"' in client.get(COUNTS_XLSX)["Content-Disposition"]


def test_who_belongs_to_several_agencies_is_given_the_items_of_none_unless_one_is_named() -> None:
    officer = a_user(Role.DATA_OFFICER, "CSC")
    a_membership(officer, Role.DATA_OFFICER, "POL")
    assert len(rows_of(a_client(officer).get(COUNTS_CSV).content)) == 1


def test_the_workbook_has_the_areas_localities_and_leads_to_the_upload(client: Client) -> None:
    a_board()
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/returns/templates/referrals.xlsx?quarter=2016-17-Q3").content)
    )
    assert {"Salisbury", "Trowbridge"} <= {row[0] for row in book["Allowed values"].iter_rows(values_only=True)}
    links = [cell.hyperlink.target for (cell,) in book[NOTES].iter_rows() if cell.hyperlink]
    assert links == ["http://testserver/returns/upload/?type=referrals&supplier=CSC&quarter=2016-17-Q3"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("query", ["supplier=NOBODY", "quarter=spring", "quarter=1984-85-Q3"])
def test_a_template_for_nobody_or_never_is_refused(client: Client, form: str, query: str) -> None:
    assert client.get(f"/returns/templates/partner_counts.{form}?{query}").status_code == 400


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_unknown_return_is_not_found(client: Client, form: str) -> None:
    assert client.get(f"/returns/templates/pets.{form}").status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_who_has_no_role_yet_is_given_none(form: str) -> None:
    assert a_client(a_user()).get(f"/returns/templates/referrals.{form}").status_code == 403


def test_a_template_costs_few_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        client.get("/returns/templates/referrals.csv")
    with django_assert_num_queries(5):
        client.get(f"{COUNTS_XLSX}?supplier=CSC&quarter=2016-17-Q4")


def links_in(page: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="(/returns/templates/[^"]+)"', page)}


def test_the_page_of_returns_offers_both_forms_of_what_one_sends(client: Client) -> None:
    a_board()
    links = links_in(client.get("/returns/").content.decode())
    assert {f"{COUNTS_XLSX}?supplier=CSC&quarter=2016-17-Q4", f"{COUNTS_CSV}?supplier=CSC&quarter=2016-17-Q4"} <= links
    assert {f"/returns/templates/referrals.{form}?quarter=2016-17-Q4" for form in ("csv", "xlsx")} <= links
    assert f"{COUNTS_XLSX}?supplier=CSC&quarter=2016-17-Q3" in links  # one that is still owed, of an earlier quarter
    assert all(client.get(link).status_code == 200 for link in links)


def test_who_belongs_to_several_agencies_is_offered_the_counts_of_each() -> None:
    a_board()
    officer = a_user(Role.DATA_OFFICER, "CSC")
    a_membership(officer, Role.DATA_OFFICER, "POL")
    with on(date(2017, 5, 24)):
        links = links_in(a_client(officer).get("/returns/").content.decode())
    assert {f"{COUNTS_XLSX}?supplier={one}&quarter=2016-17-Q4" for one in ("CSC", "POL")} <= links


def test_the_upload_page_offers_the_template_of_the_return_that_is_asked_for(client: Client) -> None:
    a_board()
    asked = "type=partner_counts&supplier=CSC&quarter=2016-17-Q3"
    links = links_in(client.get(f"/returns/upload/?{asked}").content.decode())
    assert links == {f"{one}?supplier=CSC&quarter=2016-17-Q3" for one in (COUNTS_CSV, COUNTS_XLSX)}


@pytest.mark.parametrize("asked", ["", "type=pets&supplier=CSC"])
def test_the_upload_page_offers_all_where_it_is_not_known_which(client: Client, asked: str) -> None:
    a_board()
    page = client.get(f"/returns/upload/?{asked}").content.decode()
    assert 'href="/returns/#templates"' in page and not links_in(page)


def test_a_file_that_is_refused_is_offered_its_template(client: Client) -> None:
    a_board()
    page = client.post("/returns/upload/", {"type": "referrals", "supplier": "CSC", "quarter": "2016-17-Q4"})
    assert "/returns/templates/referrals.xlsx?quarter=2016-17-Q4" in links_in(page.content.decode())


def test_the_dictionary_offers_both_forms_of_every_template(client: Client) -> None:
    links = links_in(client.get("/returns/dictionary/").content.decode())
    assert len(links) == 2 * len(RETURN_TYPES)
    assert all(client.get(link).status_code == 200 for link in links)
