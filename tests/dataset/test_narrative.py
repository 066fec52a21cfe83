"""Numbers, periods and pieces of sentences."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset import narrative
from dataset.definitions import Kind, State, Timing
from dataset.periods import Quarter, Window
from tests.dataset.examples import count, measure, rate

FLOW, SNAPSHOT = Timing.IN_QUARTER, Timing.AT_QUARTER_END


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(18.25, 1, "18.3"), (18.35, 1, "18.4"), (0.5, 0, "1"), (1.5, 0, "2"), (2.675, 2, "2.68"), (-0.5, 0, "-1")],
)
def test_halves_go_up(value: float, places: int, expected: str) -> None:
    assert narrative.round_half_up(value, places) == Decimal(expected)


@given(st.integers(0, 4000), st.integers(1, 4000))
def test_a_percentage_rounds_as_its_fraction_does(part: int, whole: int) -> None:
    exact = Fraction(1000 * part, whole)
    tenths = int(exact) + (exact - int(exact) >= Fraction(1, 2))
    assert narrative.round_half_up(100 * part / whole, 1) == Decimal(tenths) / 10


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(1360, 0, "1,360"), (1360.45, 1, "1,360.5"), (0, 0, "0"), (-0.04, 1, "0.0"), (103549.0, 0, "103,549")],
)
def test_thousands_have_commas(value: float, places: int, expected: str) -> None:
    assert narrative.number(value, places) == expected


def test_a_value_carries_its_sign_or_scale() -> None:
    assert narrative.measured(count(), 1360) == "1,360"
    assert narrative.measured(measure(), 75) == "75.0%"
    assert narrative.measured(rate(), 42.78) == "42.8 per 10,000"
    assert narrative.measured(measure(kind=Kind.MEAN), 3.25) == "3.3"
    assert narrative.edge(measure(), 80) == "80%"
    assert narrative.edge(measure(), 8.5) == "8.5%"


def test_an_interval_gets_a_decimal_only_where_it_tells() -> None:
    assert narrative.span(measure(), 62.77, 84.22) == ("63%", "84%")
    assert narrative.span(measure(), 74.47, 80.26, [80, 70]) == ("74.5%", "80.3%")
    assert narrative.span(measure(), 0.4, 1.2) == ("0.4%", "1.2%")
    assert narrative.span(rate(), 38.9, 46.96) == ("39", "47 per 10,000")


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (1, "conferences", "1 conference"),
        (2, "conferences", "2 conferences"),
        (0, "conferences", "0 conferences"),
        (1, "children looked after", "1 child looked after"),
        (1, "section 47 enquiries", "1 section 47 enquiry"),
        (1, "return interviews due", "1 return interview due"),
        (1, "people", "1 person"),
        (1, "children were not seen", "1 child was not seen"),
        (1, "referrals followed an earlier one", "1 referral followed an earlier one"),
        (1, "businesses", "1 business"),
        (1, "status", "1 status"),
        (1360, "missing episodes", "1,360 missing episodes"),
    ],
)
def test_one_is_singular(number: int, unit: str, expected: str) -> None:
    assert narrative.plural(number, unit) == expected


@pytest.mark.parametrize(
    ("quarter", "window", "timing", "expected"),
    [
        (Quarter(2016, 4), Window.QUARTER, FLOW, "January to March 2017"),
        (Quarter(2016, 3), Window.YEAR_TO_DATE, FLOW, "April to December 2016"),
        (Quarter(2016, 1), Window.YEAR_TO_DATE, FLOW, "April to June 2016"),
        (Quarter(2016, 4), Window.YEAR_TO_DATE, FLOW, "year to March 2017"),
        (Quarter(2016, 2), Window.ROLLING_YEAR, FLOW, "year to September 2016"),
        (Quarter(2016, 4), Window.YEAR_TO_DATE, SNAPSHOT, "31 March 2017"),
    ],
)
def test_periods_are_named(quarter: Quarter, window: Window, timing: Timing, expected: str) -> None:
    assert narrative.period(quarter, window, timing) == expected


def test_periods_take_their_preposition() -> None:
    assert narrative.within(Quarter(2016, 4), Window.ROLLING_YEAR, FLOW) == "in the year to March 2017"
    assert narrative.within(Quarter(2016, 4), Window.QUARTER, FLOW) == "in January to March 2017"
    assert narrative.within(Quarter(2016, 4), Window.QUARTER, SNAPSHOT) == "at 31 March 2017"


def test_days_and_published_periods() -> None:
    assert narrative.day(date(2017, 3, 1)) == "1 March 2017"
    assert narrative.benchmark_period("2016-17") == "year to March 2017"
    assert narrative.benchmark_period("2017-03-31") == "31 March 2017"


def test_lists_read_aloud() -> None:
    assert [narrative.listing(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert narrative.quarters([Quarter(2015, 4), Quarter(2016, 2), Quarter(2016, 3)]) == (
        "2015-16 Q4, 2016-17 Q2 and Q3"
    )


@pytest.mark.parametrize("state", [state for state in State if not state.is_number])
def test_every_state_without_a_number_has_a_sentence(state: State) -> None:
    text = narrative.without_number(state, [Quarter(2016, 2)], "in January to March 2017")
    assert text.endswith(".")
    assert text[0].isupper()
    assert "{" not in text
