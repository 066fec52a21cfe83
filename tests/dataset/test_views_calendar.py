"""What one owes, the calendar, and who sees whose."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from dataset import boardtime
from dataset.models import Obligation
from dataset.periods import Quarter
from tests.builders import (
    a_board,
    a_candidate,
    a_client,
    a_csv,
    a_restatement,
    a_user,
    an_accepted_return,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
HOME = "/returns/"
Q3, Q4 = Quarter(2016, 3), Quarter(2016, 4)


@pytest.fixture(autouse=True)
def _board(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The board on 24 April 2017: 2016-17 Q4 is over, and its returns are due by 30 April."""
    settings.IDENTIFIER_KEY_FILE = tmp_path / "identifier.key"
    a_board(first_quarter=Q3)
    with boardtime.at(datetime(2017, 4, 24, 9, tzinfo=UTC)):
        yield


def page_for(role: Role, agency: str, address: str = HOME) -> str:
    response = a_client(a_user(role, agency)).get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def owed_part(page: str) -> str:
    return re.split('id="(?:last-time|calendar)"', page[page.index('id="owed"') :])[0]


def test_an_officer_sees_first_what_is_owed_with_its_day_and_a_button_each() -> None:
    an_accepted_return(a_csv(referral_lines(3, Q3)), quarter=Q3)
    owed = owed_part(page_for(Role.DATA_OFFICER, "CSC"))
    assert "Referrals, 2016-17 Q4" in owed
    assert "By 30 April 2017." in owed
    assert "Referrals, 2016-17 Q3" not in owed
    assert "Assessments, 2016-17 Q3" in owed
    assert "It was due on 30 January 2017, 84 days ago." in owed
    assert 'href="/returns/upload/?type=referrals&amp;supplier=CSC&amp;quarter=2016-17-Q4"' in owed


def test_nothing_owed_says_so_and_when_the_next_is_due() -> None:
    Obligation.objects.exclude(return_type="referrals").delete()
    for quarter in (Q3, Q4):
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    owed = owed_part(page_for(Role.DATA_OFFICER, "CSC"))
    assert "Nothing is owed" in owed
    assert "The next are for 2017-18 Q1, and the first of them is due by 30 July 2017." in owed


def test_an_officer_reads_what_was_wrong_with_the_last_return_of_each_type() -> None:
    lines = referral_lines(4, Q3)
    for line in lines[:2]:
        line["locality"] = "Atlantis"
    with on(date(2017, 2, 10)):
        an_accepted_return(a_csv(lines), quarter=Q3)
        an_accepted_return(a_csv(referral_lines(4, Q3 - 1)), quarter=Q3 - 1)
    told = page_for(Role.DATA_OFFICER, "CSC")
    told = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", told[told.index('id="last-time"') : told.index('id="calendar"')]))
    assert "Referrals, 2016-17 Q3: 11 days late, and 2 queries, not answered yet." in told
    assert "The locality is not on the area's list (locality), 2 times." in told.replace("&#x27;", "'")
    assert "2016-17 Q2" not in told
    assert "last-time" not in page_for(Role.DATA_OFFICER, "POL")


def test_an_upload_that_awaits_its_officer_is_not_lost() -> None:
    candidate = a_candidate()
    assert f"/returns/{candidate.public_id}/" in page_for(Role.DATA_OFFICER, "CSC")
    assert f"/returns/{candidate.public_id}/" not in page_for(Role.DATA_OFFICER, "POL")
    assert f"/returns/{candidate.public_id}/" not in page_for(Role.AUDITOR, "BOARD")


def test_a_year_that_awaits_its_officer_is_told_once() -> None:
    year = a_restatement()
    page = page_for(Role.DATA_OFFICER, "CSC")
    assert page.count(f"/returns/restatements/{year.public_id}/") == 1
    assert "the year 2015-16</a>" in page
    assert not any(f"/returns/{one.public_id}/" in page for one in year.returns.all())


def test_the_calendar_leads_to_what_came_and_to_what_is_awaited() -> None:
    came = an_accepted_return()
    page = page_for(Role.DATA_OFFICER, "CSC")
    calendar = page[page.index('id="calendar"') :]
    assert f'href="/returns/{came.public_id}/"' in calendar
    assert "type=assessments" in calendar


def test_an_agency_sees_its_own_calendar_alone() -> None:
    page = page_for(Role.AGENCY_LEAD, "POL")
    assert "MARAC cases" in page
    assert "Children&#x27;s social care" not in page
    assert "/returns/upload/" not in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.QUALITY, Role.AUDITOR])
def test_the_boards_own_people_see_every_agency_and_who_is_overdue(role: Role) -> None:
    page = page_for(role, "BOARD")
    assert "Calendar of every agency" in page
    overdue = page[page.index('id="overdue"') : page.index('id="calendar"')]
    assert "<strong>Police</strong>: marac cases for 2016-17 Q3, due on 30 January 2017" in overdue


def test_an_executive_member_is_told_whom_to_ask() -> None:
    response = a_client(a_user(Role.EXECUTIVE, "CSC")).get(HOME)
    assert response.status_code == 403
    assert "ask the board manager" in response.content.decode()


def test_earlier_quarters_are_an_address_away() -> None:
    page = page_for(Role.DATA_OFFICER, "CSC", f"{HOME}?quarter=2015-16-Q4")
    assert "2015-16 Q1 to 2015-16 Q4" in page
    assert "No return was owed in these quarters" in page


@pytest.mark.parametrize("asked", ["2030-31-Q1", "spring", ""])
def test_a_quarter_that_cannot_be_shown_gives_the_latest(asked: str) -> None:
    assert "2016-17 Q1 to 2016-17 Q4" in page_for(Role.DATA_OFFICER, "CSC", f"{HOME}?quarter={asked}")


def test_the_page_costs_the_same_however_many_returns_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = a_client(a_user(Role.MANAGER, "CSC"))
    an_accepted_return(a_csv(referral_lines(3, Q3)), quarter=Q3)
    with django_assert_num_queries(9):
        client.get(HOME)
    an_accepted_return(a_csv(referral_lines(3, Q4)), quarter=Q4)
    a_candidate(a_csv(referral_lines(5)))
    with django_assert_num_queries(9):
        client.get(HOME)
