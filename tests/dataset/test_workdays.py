from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset import workdays

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2017, 3, day) for day in (10, 11, 12, 13))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, MONDAY, 1),
        (SATURDAY, MONDAY, 1),
        (SATURDAY, SUNDAY, 0),
        (MONDAY, FRIDAY, -1),
        (date(2016, 12, 23), date(2016, 12, 28), 1),  # Christmas Day on a Sunday, so Tuesday is its bank holiday
        (date(2016, 3, 24), date(2016, 3, 29), 1),  # Good Friday and Easter Monday
        (date(2012, 6, 1), date(2012, 6, 6), 1),  # the jubilee, with the spring holiday moved to it
        (date(2022, 9, 16), date(2022, 9, 20), 1),  # the day of the Queen's funeral
    ],
)
def test_working_days_leave_out_weekends_bank_holidays_and_the_day_of_the_start(
    start: date, end: date, days: int
) -> None:
    assert workdays.working_days_between(start, end) == days


def test_scotland_s_holidays_are_working_days() -> None:
    assert workdays.is_working_day(date(2017, 1, 3))
    assert not workdays.is_working_day(date(2017, 1, 2))


@given(DAYS, st.integers(0, 400))
def test_columns_count_as_single_dates_do(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    day_by_day = sum(workdays.is_working_day(start + timedelta(days=step)) for step in range(1, length + 1))
    column = workdays.count_working_days(pd.Series([start, None]), pd.Series([end, end]))
    assert column.tolist() == [day_by_day, pd.NA]
    assert workdays.working_days_between(start, end) == day_by_day


@given(DAYS, st.integers(1, 60))
def test_adding_working_days_is_the_way_back_from_counting_them(start: date, days: int) -> None:
    end = workdays.add_working_days(start, days)
    assert workdays.is_working_day(end)
    assert workdays.working_days_between(start, end) == days


@given(DAYS)
def test_the_next_working_day_of_a_column(day: date) -> None:
    following = workdays.next_working_day(pd.Series([day, None]))
    assert following[0].date() == workdays.add_working_days(day, 1)
    assert pd.isna(following[1])


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 2, 29), 24, date(2018, 2, 28)),
        (date(2015, 2, 28), 12, date(2016, 2, 28)),
        (date(2016, 11, 30), 3, date(2017, 2, 28)),
        (date(2017, 3, 31), 3, date(2017, 6, 30)),
        (date(2017, 3, 31), -1, date(2017, 2, 28)),
        (date(2016, 12, 31), 1, date(2017, 1, 31)),
        (date(2014, 9, 30), 30, date(2017, 3, 30)),
    ],
)
def test_months_end_where_a_month_is_shorter(day: date, months: int, expected: date) -> None:
    assert workdays.months_after(day, months) == expected
    assert workdays.shift_months(pd.Series([day]), months)[0].date() == expected


@pytest.mark.parametrize(
    ("earlier", "later", "within"),
    [
        (date(2016, 3, 1), date(2017, 3, 1), True),
        (date(2016, 2, 29), date(2017, 3, 1), False),
        (date(2015, 2, 28), date(2016, 2, 29), True),
        (date(2015, 2, 27), date(2016, 2, 29), False),
        (date(2017, 3, 2), date(2017, 3, 1), False),
        (date(2017, 3, 1), date(2017, 3, 1), True),
    ],
)
def test_within_a_year_is_on_or_after_the_same_day_a_year_before(earlier: date, later: date, within: bool) -> None:
    assert workdays.is_within_a_year(earlier, later) is within
    assert workdays.within_a_year(pd.Series([earlier]), pd.Series([later])).tolist() == [within]


@given(DAYS, DAYS)
def test_within_a_year_agrees_for_columns_and_dates(earlier: date, later: date) -> None:
    column = workdays.within_a_year(pd.Series([earlier, None]), pd.Series([later, later]))
    assert column.tolist() == [workdays.is_within_a_year(earlier, later), False]
