"""The calendar: how each due return stands on a day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from dataset.due import DueReturn, Standing, due_returns
from dataset.models import Obligation
from dataset.periods import Quarter
from dataset.setting_up import ensure_obligations
from tests.builders import QUARTER, a_csv, a_standing_board, an_accepted_return, an_agency, on, referral_lines

pytestmark = pytest.mark.django_db
DUE = date(2017, 4, 30)  # thirty days after 31 March


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def referrals_on(day: date, quarter: Quarter = QUARTER) -> DueReturn:
    return next(one for one in due_returns([quarter], as_at=day) if one.return_type == "referrals")


@pytest.mark.parametrize(
    ("day", "standing", "over"),
    [
        (date(2017, 3, 31), Standing.NOT_OVER, 0),
        (date(2017, 4, 1), Standing.DUE, 0),
        (DUE, Standing.DUE, 0),
        (date(2017, 5, 1), Standing.OVERDUE, 1),
        (date(2017, 5, 24), Standing.OVERDUE, 24),
    ],
)
def test_what_has_not_come(day: date, standing: Standing, over: int) -> None:
    found = referrals_on(day)
    assert (found.standing, found.days_over, found.due_on, found.current) == (standing, over, DUE, None)


@pytest.mark.parametrize(
    ("day", "hour", "standing"),
    [(date(2017, 4, 10), 12, Standing.RECEIVED), (DUE, 23, Standing.RECEIVED), (date(2017, 5, 1), 0, Standing.LATE)],
)
def test_what_has_come(day: date, hour: int, standing: Standing) -> None:
    with on(day, hour):
        version = an_accepted_return()
    found = referrals_on(date(2017, 5, 24))
    assert (found.standing, found.received_on, found.current) == (standing, day, version)
    assert found.standing.is_in


def test_a_nil_return_is_in() -> None:
    with on(DUE):
        an_accepted_return(b"", nil=True)
    assert referrals_on(DUE).standing is Standing.NIL


def test_a_return_with_queries_says_so() -> None:
    lines = referral_lines()
    lines[0]["locality"] = "Nowhere"
    with on(DUE):
        an_accepted_return(a_csv(lines))
    assert referrals_on(DUE).standing is Standing.QUERIED


def test_what_came_on_time_and_was_corrected_later_stays_on_time() -> None:
    with on(DUE):
        an_accepted_return()
    with on(date(2017, 5, 20)):
        corrected = an_accepted_return(a_csv(referral_lines(5)))
    found = referrals_on(date(2017, 5, 24))
    assert (found.standing, found.received_on, found.current) == (Standing.RECEIVED, DUE, corrected)


def test_what_came_late_and_was_corrected_stays_late() -> None:
    with on(date(2017, 5, 2)):
        an_accepted_return()
    an_accepted_return(b"", nil=True)
    assert (referrals_on(date(2017, 5, 24)).standing, referrals_on(date(2017, 5, 24)).days_over) == (Standing.LATE, 2)


def test_a_past_day_shows_what_had_come_by_then() -> None:
    with on(date(2017, 5, 10)):
        an_accepted_return()
    assert referrals_on(date(2017, 5, 9)).standing is Standing.OVERDUE
    assert referrals_on(date(2017, 5, 10)).standing is Standing.LATE


def test_nothing_is_owed_before_the_first_quarter_or_after_the_last() -> None:
    Obligation.objects.filter(return_type="referrals").update(
        first_quarter=QUARTER.ordinal, last_quarter=QUARTER.ordinal
    )
    owed = due_returns([QUARTER - 1, QUARTER, QUARTER + 1])
    assert [one.quarter for one in owed if one.return_type == "referrals"] == [QUARTER]


def test_only_the_suppliers_asked_for() -> None:
    found = due_returns([QUARTER], suppliers=[an_agency("POL")])
    assert [(one.supplier.code, one.return_type) for one in found] == [
        ("POL", "marac_cases"), ("POL", "partner_counts"),
    ]  # fmt: skip


def test_the_calendar_costs_two_queries_however_long(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    an_accepted_return()
    for quarters in ([QUARTER], QUARTER.back(8)):
        with django_assert_num_queries(2):
            due_returns(quarters)


def test_obligations_are_made_once() -> None:
    before = Obligation.objects.count()
    assert ensure_obligations(QUARTER) == 0
    an_agency("CAMHS")
    assert ensure_obligations(QUARTER) == 1
    assert Obligation.objects.count() == before + 1
