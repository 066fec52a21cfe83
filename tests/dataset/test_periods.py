from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.periods import FinancialYear, PeriodError, Quarter, Window, a_year_before

quarters = st.builds(Quarter, st.integers(1990, 2090), st.integers(1, 4))


@pytest.mark.parametrize("text", ["2016-17 Q3", "2016-17-Q3", "2016/17 q3", " 2016-2017 Q3 "])
def test_a_quarter_is_read_from_the_forms_people_write(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2016, 3)


@pytest.mark.parametrize("text", ["", "2016-18 Q3", "2016-17 Q5", "2016-17", "Q3 2016-17", "2016-17 Q3; DROP"])
def test_what_is_not_a_quarter_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PeriodError, match="2016-17 Q3"):
        Quarter.parse(text)


def test_the_fourth_quarter_lies_in_the_next_calendar_year() -> None:
    assert (Quarter(2016, 4).start, Quarter(2016, 4).end) == (date(2017, 1, 1), date(2017, 3, 31))


@given(quarters)
def test_a_quarter_reads_back_from_each_form_it_is_written_in(quarter: Quarter) -> None:
    assert (
        Quarter.parse(str(quarter)) == Quarter.parse(quarter.slug) == Quarter.from_ordinal(quarter.ordinal) == quarter
    )


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_lies_in_its_quarter_and_year(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.start <= day <= quarter.end
    assert FinancialYear.of(day) == quarter.year


@given(quarters, quarters)
def test_a_correction_reaches_exactly_the_windows_that_hold_the_quarter(corrected: Quarter, other: Quarter) -> None:
    reached = set(corrected.windows_holding())
    for window in Window:
        assert ((other, window) in reached) == (corrected in other.quarters_in(window))


def test_a_year_to_date_grows_and_a_rolling_year_is_always_four() -> None:
    assert [len(Quarter(2016, n).quarters_in(Window.YEAR_TO_DATE)) for n in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert all(len(Quarter(2016, n).quarters_in(Window.ROLLING_YEAR)) == 4 for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2016, 2, 29), date(2015, 2, 28)),
        (date(2017, 2, 28), date(2016, 2, 28)),
        (date(2016, 5, 1), date(2015, 5, 1)),
    ],
)
def test_a_year_before_is_the_same_day_or_the_last_of_february(day: date, before: date) -> None:
    assert a_year_before(day) == before
