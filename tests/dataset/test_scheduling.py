"""Changing what is owed: from a quarter on, and never what was due before."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Event
from dataset.due import Standing, due_returns
from dataset.models import Obligation
from dataset.scheduling import ScheduleRefused, end_owing, set_days
from tests.builders import QUARTER, a_client, a_standing_board, a_user, an_accepted_return, an_agency, on

pytestmark = pytest.mark.django_db
NEXT = QUARTER + 1


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def due_days() -> list[date]:
    """When the referrals of four quarters around the change are due."""
    due = due_returns([QUARTER - 1, QUARTER, NEXT, NEXT + 1], as_at=date(2017, 12, 31))
    return [one.due_on for one in sorted(due, key=lambda one: one.quarter.ordinal) if one.return_type == "referrals"]


def change(days: int = 10, **how: object) -> Obligation:
    how = {
        "return_type": "referrals",
        "supplier": an_agency("CSC"),
        "first": NEXT,
        "by": a_user("manager", "BOARD"),
        **how,
    }
    return set_days(days=days, **how)  # type: ignore[arg-type]


def test_quarters_before_keep_the_day_they_had() -> None:
    before = due_days()
    change()
    assert due_days() == [*before[:2], date(2017, 7, 10), date(2017, 10, 10)]


def test_a_second_change_of_the_same_quarter_takes_the_place_of_the_first() -> None:
    change(10)
    change(20)
    assert due_days()[2:] == [date(2017, 7, 20), date(2017, 10, 20)]


def test_ended_it_is_owed_no_more() -> None:
    end_owing(return_type="referrals", supplier=an_agency("CSC"), first=NEXT, by=a_user("manager", "BOARD"))
    assert len(due_days()) == 2
    change(30, first=NEXT + 1)
    assert len(due_days()) == 3


def test_ending_what_was_never_owed_is_refused() -> None:
    with pytest.raises(ScheduleRefused, match="does not owe"):
        end_owing(
            return_type="looked_after_children", supplier=an_agency("POL"), first=NEXT, by=a_user("manager", "BOARD")
        )


def test_a_return_goes_to_its_owner_alone() -> None:
    with pytest.raises(ScheduleRefused, match="owed by CSC, not by"):
        change(supplier=an_agency("POL"))


@pytest.mark.parametrize("days", [0, -1, 201])
def test_days_that_cannot_be_are_refused(days: int) -> None:
    with pytest.raises(ScheduleRefused):
        change(days)


def test_a_change_is_one_event() -> None:
    change(12)
    assert Event.objects.get(verb="calendar.changed").detail == {"type": "referrals", "days": 12, "from": str(NEXT)}


# The pages ---------------------------------------------------------------------------------------------


def test_a_manager_changes_the_days_on_the_page() -> None:
    manager = a_client(a_user("manager", "BOARD"))
    form = {"what": "CSC:referrals", "first": NEXT.slug, "days": "45"}
    page = manager.post(reverse("returns:schedule"), form, follow=True).content.decode()
    assert "is due 45 days after the quarter’s end." in page
    assert due_days()[2] == date(2017, 8, 14)


def test_a_manager_ends_what_is_owed_on_the_page() -> None:
    manager = a_client(a_user("manager", "BOARD"))
    form = {"what": "CSC:referrals", "first": NEXT.slug, "days": "", "ends": "on"}
    page = manager.post(reverse("returns:schedule"), form, follow=True).content.decode()
    assert f"From {NEXT} on" in page and "owes “Referrals” no more" in page
    assert len(due_days()) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"days": "soon"}, "whole number of days"),
        ({"what": ""}, "Choose whose return"),
        ({"first": "2019"}, "not on the list"),
        ({"days": ""}, "Give the days, or tick that it is owed no more."),
        ({"ends": "on"}, "Leave the days blank where the return is owed no more"),
    ],
)
def test_a_bad_change_comes_back_with_a_sentence(change: dict[str, str], says: str) -> None:
    manager = a_client(a_user("manager", "BOARD"))
    page = manager.post(
        reverse("returns:schedule"), {"what": "CSC:referrals", "first": NEXT.slug, "days": "45", **change}
    )
    assert (page.status_code, says in page.content.decode()) == (422, True)


def test_the_grid_counts_what_is_in_and_what_was_in_time(django_assert_num_queries: object) -> None:
    with on(date(2017, 4, 10)):
        an_accepted_return()
    with on(date(2017, 5, 10)):
        an_accepted_return(b"", return_type="marac_cases", supplier="POL", nil=True)
    manager = a_client(a_user("manager", "BOARD"))
    owed = len(due_returns([QUARTER]))
    with django_assert_num_queries(5):  # type: ignore[operator]
        page = manager.get(reverse("returns:grid")).content.decode()
    assert f"2 of {owed} in, 1 on time" in page
    only = manager.get(reverse("returns:grid"), {"standing": Standing.LATE}).content.decode()
    assert "MARAC" in only and ">Referrals<" not in only


def test_an_officer_sees_the_own_row_alone() -> None:
    page = a_client(a_user("data_officer", "CSC")).get(reverse("returns:grid")).content.decode()
    assert 'class="sub">CSC<' in page and 'class="sub">POL<' not in page and "Lock" not in page


def test_the_file_says_what_the_page_does() -> None:
    with on(date(2017, 5, 10)):
        an_accepted_return()
    officer = a_client(a_user("data_officer", "CSC"))
    text = officer.get(reverse("returns:grid_csv"), {"year": "2016-17"}).content.decode("utf-8-sig")
    assert "CSC,Children's social care,referrals,2016-17 Q4,2017-04-30,Received late,2017-05-10,10,1\r\n" in text
    assert "POL" not in text
