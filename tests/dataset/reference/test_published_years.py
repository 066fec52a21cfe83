from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.periods import FinancialYear, PeriodError
from dataset.reference.published_years import is_by_habit, is_period, year_of


@pytest.mark.parametrize(
    ("period", "identifier"),
    [
        ("2017", "Reporting year"),
        ("2017", "Calendar year"),
        ("2017", "March"),
        ("2017", "As at 31 March"),
        ("201617", "Financial year"),
        ("201617", "financial_year"),
        ("2016-17", ""),
        ("2016/17", ""),
        ("2016-2017", ""),
        ("2016–17", ""),
        ("2017", ""),
        ("2017.0", ""),
        ("31 March 2017", ""),
        ("at 31 March 2017", ""),
        ("2017-03-31", ""),
        ("31/03/2017", ""),
        ("Year ending March 2017", ""),
        ("year to 31 March 2017", ""),
    ],
)
def test_one_year_is_written_in_many_ways(period: str, identifier: str) -> None:
    assert year_of(period, identifier) == FinancialYear(2016)


@pytest.mark.parametrize(
    ("period", "identifier", "says"),
    [
        ("201617", "Academic year", "academic year"),
        ("201617", "Autumn term", "academic year"),
        ("201617", "Financial year Q1", "is a quarter"),
        ("2017", "October", "is of October"),
        ("2017", "Week 12", "is of Week 12"),
        ("2017", "Fortnight", "“Fortnight” is not one that is read"),
        ("2017", "Financial year", "is not a financial year like 201617"),
        ("201618", "Financial year", "“201618” is not"),
        ("17", "Reporting year", "“17” is not a year"),
        ("", "Reporting year", "“” is not a year"),
        ("9999", "Reporting year", "not a year that figures are published for"),
        ("2016-17 Q4", "", "“2016-17 Q4” is not"),
        ("30 June 2017", "", "“30 June 2017” is not"),
    ],
)
def test_what_is_no_year_to_march_is_refused_by_name(period: str, identifier: str, says: str) -> None:
    with pytest.raises(PeriodError, match=says):
        year_of(period, identifier)


@given(st.integers(1950, 2150))
def test_every_way_of_writing_a_year_comes_to_the_same(start: int) -> None:
    year = FinancialYear(start)
    ways = [(str(start + 1), "Reporting year"), (f"{start}{(start + 1) % 100:02}", "Financial year"), (str(year), "")]
    assert {year_of(*way) for way in ways} == {year}


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_text_ends_in_anything_but_a_year_or_a_sentence(period: str, identifier: str) -> None:
    with suppress(PeriodError):
        assert 1900 < year_of(period, identifier).start_year < 2200


def test_a_year_named_by_one_number_is_one_to_look_at() -> None:
    assert is_by_habit("2017", "Calendar year")
    assert is_by_habit("2017")
    assert not is_by_habit("2017", "Reporting year")
    assert not is_by_habit("2016-17")


def test_a_column_is_a_year_where_its_name_is() -> None:
    assert is_period("2016-17")
    assert not is_period("Values")
