"""The reading door: what stands, as at a moment."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dataset import boardtime
from dataset.definitions import State
from dataset.derivation import FigureValue, derive
from dataset.evidence import Evidence
from dataset.ingest.storing import accept_return
from dataset.measures import ITEMS, MEASURES
from dataset.models import Figure
from dataset.periods import Quarter, Window
from dataset.selectors import latest_quarter, load_evidence
from tests.builders import (
    QUARTER,
    a_benchmark,
    a_candidate,
    a_csv,
    a_neighbour_set,
    a_place,
    a_standing_board,
    a_threshold,
    an_accepted_return,
    counts_file,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
QUERIES = 9
MAY, APRIL = date(2017, 5, 1), date(2017, 4, 20)


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def evidence(*codes: str, as_at: date | None = None, quarter: Quarter = QUARTER, breakdown: str = "") -> Evidence:
    moment = boardtime.end_of(as_at) if as_at else None
    measures = [MEASURES[code] for code in codes or ("FD02", "FD04")]
    found = load_evidence(measures, quarter, as_at=moment, breakdown=breakdown)
    assert found is not None
    return found


def received(found: Evidence, quarter: Quarter = QUARTER) -> FigureValue | None:
    return found.figures.get(("referrals_received", quarter, Window.QUARTER))


def number(found: Evidence, quarter: Quarter = QUARTER) -> int | None:
    figure = received(found, quarter)
    return figure.value if figure else None


def referrals(number: int) -> bytes:
    return a_csv(referral_lines(number))


# As at a moment ----------------------------------------------------------------------------------------


def test_a_correction_changes_today_and_not_what_a_past_day_saw() -> None:
    with on(APRIL):
        an_accepted_return(referrals(3))
    with on(MAY):
        an_accepted_return(referrals(5))
    assert [number(evidence(as_at=day)) for day in (date(2017, 4, 19), APRIL, date(2017, 4, 30), MAY, None)] == [
        None, 3, 3, 5, 5,
    ]  # fmt: skip


def test_a_recounted_year_is_as_it_was_before_the_correction() -> None:
    first = QUARTER - 3
    for quarter, children in ((first, "ab"), (first + 1, "bc")):
        with on(APRIL):
            an_accepted_return(
                missing_file(children, quarter), return_type="missing_episodes", supplier="MISS", quarter=quarter
            )
    with on(MAY):
        an_accepted_return(missing_file("abdef", first), return_type="missing_episodes", supplier="MISS", quarter=first)
    key = ("children_missing", first + 1, Window.YEAR_TO_DATE)
    codes = [m.code for m in MEASURES.values() if "children_missing" in m.items]
    found = [evidence(*codes, as_at=day, quarter=first + 1).figures[key] for day in (APRIL, None)]
    assert [figure.value for figure in found] == [3, 6]
    assert [figure.sources for figure in found] == [
        ("missing_episodes MISS 2016-17 Q1 v1", "missing_episodes MISS 2016-17 Q2 v1"),
        ("missing_episodes MISS 2016-17 Q1 v2", "missing_episodes MISS 2016-17 Q2 v1"),
    ]


def test_an_item_counted_later_is_not_seen_by_an_earlier_day() -> None:
    with on(APRIL):
        an_accepted_return()
    Figure.objects.filter(item="referrals_received").update(counted_at=boardtime.end_of(MAY))
    assert number(evidence(as_at=APRIL)) is None
    assert number(evidence()) == 3


def test_the_latest_quarter_is_the_newest_that_was_returned_by_then() -> None:
    with on(MAY):
        an_accepted_return()
    with on(APRIL):
        an_accepted_return(a_csv(referral_lines(3, QUARTER - 1)), quarter=QUARTER - 1)
    days = (date(2017, 4, 19), APRIL, MAY)
    assert [latest_quarter(boardtime.end_of(day)) for day in days] == [None, QUARTER - 1, QUARTER]
    assert latest_quarter() == QUARTER


# Which of two sources ----------------------------------------------------------------------------------


def counts() -> bytes:
    bands = [
        {"item": "referrals_received", "value": value, "breakdown": "age band", "category": category}
        for category, value in (("1-4", "3"), ("16-17", "5"))
    ]
    return counts_file("CSC", QUARTER, bands, referrals_received=8, rereferrals=2)


def test_records_stand_over_a_total_of_the_same_item_and_the_total_where_there_are_none() -> None:
    an_accepted_return(counts(), return_type="partner_counts")
    assert number(evidence()) == 8
    an_accepted_return()
    found = received(evidence())
    assert found is not None
    assert (found.value, found.sources) == (3, ("referrals CSC 2016-17 Q4 v1",))


def test_the_parts_of_a_total_give_way_with_it() -> None:
    """Otherwise a category that the records do not have would be added to theirs."""
    an_accepted_return(counts(), return_type="partner_counts")
    key = ("referrals_received", QUARTER, "age band")
    assert {name: part.value for name, part in evidence(breakdown="age band").breakdowns[key].items()} == {
        "1-4": 3, "16-17": 5,
    }  # fmt: skip
    an_accepted_return()
    assert {name: part.value for name, part in evidence(breakdown="age band").breakdowns[key].items()} == {"5-9": 3}


def test_records_stand_also_over_a_total_that_is_accepted_after_them() -> None:
    """It was checked before the records had come."""
    waiting = a_candidate(counts(), return_type="partner_counts")
    an_accepted_return()
    accept_return(candidate=waiting, by=None)
    found = evidence(breakdown="age band")
    assert number(found) == 3
    assert set(found.breakdowns[("referrals_received", QUARTER, "age band")]) == {"5-9"}


def test_an_answer_that_was_not_given_keeps_its_state() -> None:
    an_accepted_return(counts_file("POL", QUARTER, cse_disruptions="c"), return_type="partner_counts", supplier="POL")
    figure = evidence("EX03").figures[("cse_disruptions", QUARTER, Window.QUARTER)]
    assert (figure.value, figure.state) == (None, State.CONFIDENTIAL)


def test_a_window_with_a_quarter_missing_is_not_returned_and_names_it() -> None:
    for quarter in (QUARTER - 3, QUARTER - 1, QUARTER):
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    found = evidence()
    value = derive(MEASURES["FD04"], found.figures, QUARTER, Window.YEAR_TO_DATE, found.populations, items=ITEMS)
    assert (value.state, value.value, value.missing) == (State.NOT_RETURNED, None, (QUARTER - 2,))


# Reference data ----------------------------------------------------------------------------------------

ENGLAND = "E92000001"


def test_a_published_figure_is_the_one_recorded_by_the_moment() -> None:
    england = a_place(ENGLAND, "England", "national")
    a_benchmark("re_referral_pct", england, 21.9)
    a_benchmark("re_referral_pct", england, 22.3, recorded_at=datetime(2017, 5, 10, tzinfo=UTC))
    values = [
        evidence(as_at=day).benchmarks[("re_referral_pct", ENGLAND)]["2016-17"].value
        for day in (date(2017, 5, 9), date(2017, 5, 10), None)
    ]
    assert values == [21.9, 22.3, 22.3]


def test_a_figure_withdrawn_is_withdrawn_and_not_the_old_one() -> None:
    england = a_place(ENGLAND, "England", "national")
    a_benchmark("re_referral_pct", england, 21.9)
    a_benchmark("re_referral_pct", england, None, recorded_at=datetime(2017, 5, 10, tzinfo=UTC))
    found = evidence().benchmarks[("re_referral_pct", ENGLAND)]["2016-17"]
    assert (found.value, found.state) == (None, State.NOT_AVAILABLE)


def test_the_neighbours_are_those_of_the_set_in_force_or_of_the_set_named() -> None:
    ours, first, second = a_place("E06000054", "Wiltshire"), a_place("E06000001", "One"), a_place("E06000002", "Two")
    a_neighbour_set(ours, [first], "old", date(2007, 1, 1), valid_to=date(2013, 12, 31))
    a_neighbour_set(ours, [second, first], "new", date(2014, 1, 1))
    a_neighbour_set(first, [second], "of another", date(2015, 1, 1))
    found = evidence()
    names = {
        question: [name for _, name in chosen.members] if chosen else None
        for question, chosen in {
            "2013": found.neighbours_in_force(date(2013, 12, 31)),
            "2014": found.neighbours_in_force(date(2014, 1, 1)),
            "2000": found.neighbours_in_force(date(2000, 1, 1)),
            "old": found.neighbours_in_force(date(2017, 3, 31), "old"),
            "unknown": found.neighbours_in_force(date(2017, 3, 31), "unknown"),
        }.items()
    }
    assert names == {"2013": ["One"], "2014": ["Two", "One"], "2000": None, "old": ["One"], "unknown": None}


def test_a_set_corrected_later_is_the_old_one_as_at_before() -> None:
    ours, first, second = a_place("E06000054", "Wiltshire"), a_place("E06000001", "One"), a_place("E06000002", "Two")
    a_neighbour_set(ours, [first])
    a_neighbour_set(ours, [second], recorded_at=datetime(2017, 5, 10, tzinfo=UTC))
    lists = [evidence(as_at=day).neighbour_lists for day in (date(2017, 5, 9), None)]
    assert [[one.members[0][1] for one in found] for found in lists] == [["One"], ["Two"]]


def test_a_threshold_is_the_one_recorded_by_the_moment() -> None:
    a_threshold("FD04", 20, 25)
    a_threshold("FD04", 18, 22, recorded_at=datetime(2017, 5, 10, tzinfo=UTC))
    edges = [[one.green_edge for one in evidence(as_at=day).thresholds["FD04"]] for day in (date(2017, 5, 9), None)]
    assert edges == [[20.0], [18.0]]


def test_before_set_up_there_is_no_evidence(settings: Any) -> None:
    settings.BOARD_AREA_CODE = "E06000999"
    assert load_evidence(list(MEASURES.values()), QUARTER) is None


def test_the_evidence_costs_the_same_queries_whatever_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ours = a_place("E06000054", "Wiltshire")
    a_neighbour_set(ours, [a_place("E06000001", "One")])
    an_accepted_return()
    for quarter in (QUARTER - 1, QUARTER - 2):
        an_accepted_return(a_csv(referral_lines(9, quarter)), quarter=quarter)
    of_calendar = 2  # asked only where a measure is made of the calendar of returns
    for measures, quarters, queries in (
        ([MEASURES["FD04"]], 1, QUERIES),
        (list(MEASURES.values()), 24, QUERIES + of_calendar),
    ):
        with django_assert_num_queries(queries):
            load_evidence(measures, QUARTER, quarters=quarters, breakdown="locality")
