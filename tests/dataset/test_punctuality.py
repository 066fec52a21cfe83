"""Returns due and on time, beside a slow reading of the calendar's own words."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dataset import boardtime
from dataset.definitions import State
from dataset.derivation import FigureValue
from dataset.ingest.withdrawing import withdraw_return
from dataset.measures import MEASURES
from dataset.models import Obligation, QuarterlyReturn
from dataset.owing import owed_items
from dataset.periods import Quarter, Window
from dataset.punctuality import calendar_figures
from dataset.scheduling import end_owing, set_days
from dataset.selectors import load_evidence
from tests.builders import (
    QUARTER,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    counts_file,
    marac_lines,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
TODAY = date(2017, 5, 24)
QUARTERS = QUARTER.back(3)


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def figure(item: str, day: date = TODAY, quarter: Quarter = QUARTER) -> FigureValue:
    return calendar_figures([quarter], boardtime.end_of(day))[0][(item, quarter, Window.QUARTER)]


def numbers(day: date = TODAY, quarter: Quarter = QUARTER) -> tuple[int | None, int | None]:
    return figure("returns_on_time", day, quarter).value, figure("returns_due", day, quarter).value


def slowly(day: date, quarter: Quarter) -> tuple[int, int]:
    """Each owed return by itself: its due day, and the day of its lowest version that had not been withdrawn."""
    on_time = due = 0
    moment = boardtime.end_of(day)
    for owed in Obligation.objects.select_related("supplier"):
        if not owed.first_quarter <= quarter.ordinal:
            continue
        if owed.return_type == "partner_counts" and not owed_items(owed.supplier.code, quarter):
            continue
        last_day = quarter.end + timedelta(days=owed.days_after_quarter_end)
        if last_day >= day:
            continue
        due += 1
        versions = [
            one
            for one in QuarterlyReturn.objects.filter(
                return_type=owed.return_type, supplier=owed.supplier, quarter_ordinal=quarter.ordinal
            ).order_by("version")
            if one.accepted_at and one.accepted_at <= moment and not (one.withdrawn_at and one.withdrawn_at <= moment)
        ]
        if versions and versions[0].accepted_at and versions[0].accepted_at.date() <= last_day:
            on_time += 1
    return on_time, due


def test_a_return_by_its_day_is_on_time_and_one_after_it_is_not() -> None:
    with on(date(2017, 4, 30)):
        an_accepted_return()
    with on(date(2017, 5, 1)):
        an_accepted_return(marac_lines(), return_type="marac_cases", supplier="POL")
    assert numbers()[0] == 1


def test_a_correction_after_the_day_leaves_the_return_on_time() -> None:
    with on(date(2017, 4, 20)):
        an_accepted_return()
    with on(date(2017, 5, 20)):
        an_accepted_return(a_csv(referral_lines(4)))
    assert numbers()[0] == 1


def test_a_return_withdrawn_is_owed_and_no_longer_on_time() -> None:
    with on(date(2017, 4, 20)):
        version = an_accepted_return()
    with on(date(2017, 5, 20)):
        withdraw_return(version=version, by=None, reason="wrong quarter")
    assert (numbers(date(2017, 5, 19))[0], numbers(date(2017, 5, 21))[0]) == (1, 0)


def test_before_the_first_due_day_it_is_not_due() -> None:
    before = figure("returns_due", date(2017, 4, 30))
    assert (before.value, before.state) == (None, State.NOT_DUE)
    assert before.cause == "The first returns for 2016-17 Q4 fall due on 30 April 2017."


def test_a_quarter_for_which_nothing_was_owed_is_not_available() -> None:
    assert figure("returns_on_time", quarter=Quarter(2014, 4)).state is State.NOT_AVAILABLE


def test_a_supplier_with_more_days_is_counted_when_its_own_day_has_passed() -> None:
    whole = numbers()[1]
    assert whole is not None
    Obligation.objects.filter(return_type="referrals").update(days_after_quarter_end=80)
    assert numbers()[1] == whole - 1


@pytest.mark.parametrize("seed", range(5))
def test_whatever_came_when_it_is_the_slow_reading(seed: int) -> None:
    chance = random.Random(seed)
    files = {
        ("referrals", "CSC"): lambda quarter: a_csv(referral_lines(chance.randrange(1, 4), quarter)),
        ("marac_cases", "POL"): lambda quarter: marac_lines(chance.randrange(1, 4), quarter),
        ("partner_counts", "POL"): lambda quarter: counts_file("POL", quarter),
    }
    for quarter in QUARTERS:
        for (return_type, supplier), content in files.items():
            if chance.random() < 0.75:
                with on(min(quarter.end + timedelta(days=chance.randrange(1, 70)), TODAY)):
                    version = an_accepted_return(
                        content(quarter), return_type=return_type, supplier=supplier, quarter=quarter
                    )
                if chance.random() < 0.3:
                    withdraw_return(version=version, by=None, reason="sent too early")
    days = [date(2017, 5, 1), TODAY, *(TODAY - timedelta(days=chance.randrange(1, 90)) for _ in range(4))]
    for quarter in QUARTERS:
        for day in days:
            on_time, due = numbers(day, quarter)
            assert (on_time or 0, due or 0) == slowly(day, quarter)


def test_the_measure_is_read_as_at_a_moment_and_by_agency() -> None:
    with on(date(2017, 4, 20)):
        an_accepted_return()
    now, then = (
        load_evidence([MEASURES["PA02"]], QUARTER, as_at=moment, breakdown="agency")
        for moment in (None, boardtime.end_of(date(2017, 4, 30)))
    )
    assert now is not None and then is not None
    assert now.figures[("returns_on_time", QUARTER, Window.QUARTER)].value == 1
    assert then.figures[("returns_on_time", QUARTER, Window.QUARTER)].state is State.NOT_DUE
    parts = now.breakdowns[("returns_on_time", QUARTER, "agency")]
    assert {agency: part.value for agency, part in parts.items()} == {"CSC": 1, "MISS": 0, "POL": 0}


def test_other_measures_do_not_pay_for_it(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(8):  # type: ignore[operator]
        load_evidence([MEASURES["FD04"]], QUARTER)
    with django_assert_num_queries(9):  # type: ignore[operator]
        load_evidence([MEASURES["PA02"]], QUARTER)


def as_at_figures(moment: datetime) -> dict[str, int | None]:
    evidence = load_evidence([MEASURES["PA02"]], QUARTER, as_at=moment)
    assert evidence is not None
    return {
        item: evidence.figures[(item, QUARTER, Window.QUARTER)].value for item in ("returns_due", "returns_on_time")
    }


def test_what_was_due_at_a_moment_is_not_rewritten_by_a_later_change_of_the_calendar() -> None:
    moment = boardtime.now()
    before = as_at_figures(moment)
    terms: dict[str, Any] = {
        "return_type": "referrals",
        "supplier": an_agency("CSC"),
        "first": QUARTER,
        "by": a_user("manager", "BOARD"),
    }
    with on(date(2017, 6, 20)):
        set_days(days=100, **terms)
        assert as_at_figures(moment) == before != as_at_figures(boardtime.now())
    with on(date(2017, 6, 21)):
        end_owing(**terms)
        assert as_at_figures(moment) == before


def test_a_moment_knows_nothing_of_what_was_withdrawn_later_on_its_day() -> None:
    with on(date(2017, 4, 10)):
        version = an_accepted_return()
    with on(TODAY, 9):
        moment = boardtime.now()
    with on(TODAY, 15):
        withdraw_return(version=version, by=None, reason="wrong quarter")
        assert as_at_figures(moment)["returns_on_time"] == 1
        assert as_at_figures(boardtime.now())["returns_on_time"] == 0
