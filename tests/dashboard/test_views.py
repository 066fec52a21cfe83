"""The pages: a fixed number of queries, an answer to every address, and to each reader what they may see."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset.definitions import Theme
from dataset.measures import MEASURES
from dataset.periods import Quarter
from tests.builders import (
    QUARTER,
    a_benchmark,
    a_client,
    a_csv,
    a_neighbour_set,
    a_place,
    a_standing_board,
    a_threshold,
    a_user,
    an_accepted_return,
    counts_file,
    marac_lines,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
SUMMARY, THEME, MEASURE = "/", "/dashboard/front_door/", "/measures/fd04/"
# Who is asking (session, person, memberships), the newest quarter and the one to open on (two, unless the address
# names one), what is known (nine); the summary's calendar, and that of the measure of returns on time.
QUERIES = {SUMMARY: 19, THEME: 15, MEASURE: 16, f"{MEASURE}?quarter=2016-17-Q4": 14}


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key") as area:
        england, near = a_place("E92000001", "England", "national"), a_place("E06000001", "One")
        for place, value in ((england, 21.9), (near, 18.0)):
            a_benchmark("re_referral_pct", place, value)
        a_neighbour_set(area, [near], "nearest")
        yield


@pytest.fixture
def client() -> Client:
    return a_client(a_user(Role.MANAGER, "BOARD"))


def referrals(quarter: Quarter, again: int) -> bytes:
    lines = referral_lines(40, quarter)
    for line in lines[:again]:
        line["previous_referral_date"] = f"{(quarter - 1).start:%d/%m/%Y}"
    return a_csv(lines)


def a_quarter(quarter: Quarter = QUARTER, again: int = 10) -> None:
    """Forty referrals with `again` repeats, and a return of each other kind."""
    an_accepted_return(referrals(quarter, again), quarter=quarter)
    an_accepted_return(marac_lines(quarter=quarter), return_type="marac_cases", supplier="POL", quarter=quarter)
    an_accepted_return(
        missing_file(["C1", "C1", "C2"], quarter), return_type="missing_episodes", supplier="MISS", quarter=quarter
    )
    an_accepted_return(counts_file("POL", quarter), return_type="partner_counts", supplier="POL", quarter=quarter)


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


# Queries -----------------------------------------------------------------------------------------------


def test_a_page_costs_the_same_queries_with_one_quarter_of_returns_and_with_six(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_quarter()
    for quarters in (1, 6):
        for address, queries in QUERIES.items():
            with django_assert_num_queries(queries, info=f"{address} with {quarters} quarters"):
                assert client.get(address).status_code == 200
        for quarter in (QUARTER - 1).back(5):
            if quarters == 1:
                a_quarter(quarter)


# Addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [SUMMARY, THEME, MEASURE])
def test_before_the_first_return_the_page_says_so(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert "Nothing has been returned" in words(response)


@pytest.mark.parametrize("address", [SUMMARY, THEME, MEASURE])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "quarter=2019-20-Q1",
            "Nothing has been returned for 2019-20 Q1 yet. 2016-17 Q4, the newest quarter, is shown.",
        ),
        ("quarter=9998-99-Q4", "“9998-99-Q4” is not a quarter"),
        ("quarter=0001-02-Q1", "“0001-02-Q1” is not a quarter"),
        ("window=fortnight", "There is no window “fortnight”"),
        ("neighbours=ours", "There is no neighbour set “ours”. The sets are: nearest."),
        ("as_at=2012-01-01", "Nothing had been returned by 1 January 2012."),
        ("as_at=0001-01-01", "Nothing had been returned by 1 January 1."),
        ("as_at=9999-12-31", "31 December 9999 is still to come."),
        ("as_at=never", "“never” is not a date like 2017-05-24."),
        ("quarter=<script>alert(1)</script>", "“<script>alert(1)</script>” is not a quarter"),
        ("neighbours=<b>x</b>", "There is no neighbour set “<b>x</b>”."),
        ("quarter=%00&window=%F0%9F%98%80", "There is no window “😀”"),
    ],
)
def test_a_bad_address_is_answered_with_a_page_that_says_so(
    client: Client, address: str, query: str, told: str
) -> None:
    an_accepted_return()
    response = client.get(f"{address}?{query}")
    assert response.status_code == 200
    html = response.content.decode()
    assert "<script>alert" not in html and "<b>x</b>" not in html
    assert told in unescape(html)


@pytest.mark.parametrize("quarter", ["1900-01-Q1", "2005-06-Q3"])
@pytest.mark.parametrize("address", [SUMMARY, THEME, MEASURE])
def test_a_quarter_before_there_was_a_board_owes_nothing(client: Client, address: str, quarter: str) -> None:
    an_accepted_return()
    response = client.get(f"{address}?quarter={quarter}")
    assert response.status_code == 200
    told = words(response)
    assert "still owed" not in told and "has not come" not in told
    assert "not available" in told.lower()


def test_a_breakdown_that_there_is_not_is_told(client: Client) -> None:
    an_accepted_return()
    told = words(client.get(f"{MEASURE}?breakdown=shoe+size"))
    assert "is not split by “shoe size”. It is split by" in told


@pytest.mark.parametrize("code", ["FD04", "fd04", "Fd04"])
def test_a_code_may_be_written_in_any_case(client: Client, code: str) -> None:
    an_accepted_return()
    assert client.get(f"/measures/{code}/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/measures/xx99/", "/measures/%3Cb%3E/", "/dashboard/nonsense/", "/dashboard/FRONT_DOOR/"]
)
def test_what_there_is_not_is_not_found(client: Client, address: str) -> None:
    an_accepted_return()
    assert client.get(address).status_code == 404


def test_every_measure_and_theme_has_its_page_in_every_window(client: Client) -> None:
    a_quarter()
    for place, code in enumerate(MEASURES):
        window = ("quarter", "year_to_date", "rolling_year")[place % 3]
        assert client.get(f"/measures/{code.lower()}/?window={window}").status_code == 200, code
    for theme in Theme:
        assert client.get(f"/dashboard/{theme}/").status_code == 200, theme


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("address", [SUMMARY, THEME, MEASURE, "/dashboard/", "/about/"])
def test_pages_are_only_read(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


# What they show ----------------------------------------------------------------------------------------


def test_a_past_day_shows_the_figures_of_that_day(client: Client) -> None:
    with on(date(2017, 4, 20)):
        an_accepted_return(referrals(QUARTER, 10))
    an_accepted_return(referrals(QUARTER, 20))
    before, after = words(client.get(f"{MEASURE}?as_at=2017-04-20")), words(client.get(MEASURE))
    assert "10 of 40" in before and "20 of 40" not in before
    assert "20 of 40" in after and "10 of 40" not in after


def test_the_concerns_stand_in_their_order(client: Client) -> None:
    """FD04 is clearly red and comes before whatever else there is."""
    a_quarter(again=30)
    a_threshold("FD04", 15, 20)
    response = client.get(f"{SUMMARY}?window=quarter")
    ranks = [(concern.rank, concern.reading.measure.code) for concern, _ in response.context["concerns"]]
    assert ranks == sorted(ranks, key=lambda one: one[0])
    assert ranks[0] == (0, "FD04")
    told = words(response)
    concerns = told[told.index("Areas of concern") : told.index("What has improved")]
    assert "75.0%" in concerns and "30 of 40" in concerns


def test_a_small_number_is_shown_to_those_who_may_see_it_and_to_nobody_else() -> None:
    a_quarter(again=3)
    address = f"{MEASURE}?window=quarter"
    officer, executive = (a_client(a_user(role, "CSC")) for role in (Role.DATA_OFFICER, Role.EXECUTIVE))
    assert "3 of 40" in words(officer.get(address))
    hidden = words(executive.get(address))
    assert "Hidden to protect children" in hidden
    assert "3 of 40" not in hidden and "7.5%" not in hidden


def test_what_has_not_come_is_named_with_its_day(client: Client) -> None:
    an_accepted_return()
    told = words(client.get(SUMMARY))
    assert "Police : marac cases for 2016-17 Q4 was due on 30 April 2017, 24 days ago." in told


def test_the_measures_page_says_where_its_figures_came_from(client: Client) -> None:
    an_accepted_return()
    an_accepted_return(a_csv(referral_lines(30)))
    told = words(client.get(f"{MEASURE}?window=quarter"))
    assert "Children's social care 2016-17 Q4 2 24 May 2017" in told
    assert "Ledger reference FD04-1617Q4-Q-" in told
