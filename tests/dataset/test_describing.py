"""The words for columns, and the values that columns take."""

import re
from datetime import date

import pytest

from dataset.definitions import Code, Column, ColumnKind, ReturnType
from dataset.describing import (
    bounds_in_words,
    days_taken,
    example_of,
    example_row,
    key_columns,
    numbers_taken,
    one_of,
    values_taken,
    whether_it_must_be_there,
    years_in_words,
)
from dataset.owing import owed_items
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

QUARTER = Quarter(2016, 4)


def column(kind: ColumnKind = ColumnKind.INTEGER, **more: object) -> Column:
    return Column("a_column", kind, "What it holds.", "", (), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "Every cell must be filled"),
        ({"may_be_blank": True}, "The column must be there; a cell may be blank"),
        ({"required": False, "may_be_blank": True}, "The column may be left out"),
    ],
)
def test_whether_a_column_must_be_there(facts: dict[str, bool], says: str) -> None:
    assert whether_it_must_be_there(column(**facts)) == says


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, ""),
        ({"minimum": -1, "maximum": 25}, "−1 or more; 25 or less"),
        ({"maximum": 30_000}, "30,000 or less"),
        ({"unique": True}, "different on every line"),
        ({"in_quarter": True}, "in the return’s quarter"),
    ],
)
def test_what_bounds_a_column(facts: dict[str, object], says: str) -> None:
    assert bounds_in_words(column(**facts)) == says


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (None, None, "all"),
        (2016, None, "from 2016-17"),
        (None, 2015, "to 2015-16"),
        (2014, 2015, "2014-15 to 2015-16"),
    ],
)
def test_the_years_of_a_code(first: int | None, last: int | None, says: str) -> None:
    assert years_in_words(Code("x", "", first_year=first, last_year=last)) == says


def test_a_column_takes_the_codes_of_the_quarters_year() -> None:
    coded = column(ColumnKind.CODE, codes=(Code("a", "A"), Code("b", "B", first_year=2017)))
    assert values_taken(coded, QUARTER, {}) == (("a", "A"),)
    assert values_taken(coded, None, {}) == (("a", "A"), ("b", "B"))


def test_a_column_without_codes_takes_what_is_listed_under_its_name() -> None:
    assert values_taken(column(), QUARTER, {"a_column": [("x", "X")]}) == (("x", "X"),)
    assert values_taken(column(), QUARTER, {"another": [("x", "X")]}) == ()


def test_days_are_those_of_the_quarter_or_as_far_as_the_check_reads() -> None:
    assert days_taken(column(ColumnKind.DATE, in_quarter=True), QUARTER) == (date(2017, 1, 1), date(2017, 3, 31))
    assert days_taken(column(ColumnKind.DATE), QUARTER) == (date(1985, 1, 1), date(2018, 3, 31))


def test_numbers_without_bounds_are_those_that_can_be_kept() -> None:
    assert numbers_taken(column(minimum=0)) == (0, 999_999_999)
    assert numbers_taken(column(minimum=-1, maximum=25)) == (-1, 25)


def test_a_pattern_of_values_takes_each_whole_and_literally() -> None:
    pattern = one_of(["a.b", "c+", "children's services", "(d)"])
    assert all(re.fullmatch(pattern, text) for text in ("a.b", "c+", "children's services", "(d)"))
    assert not any(re.fullmatch(pattern, text) for text in ("aXb", "cc", "d", "a.b|c+"))


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        (Quarter(2016, 4), "31/01/2017"),
        (Quarter(2016, 3), "31/10/2016"),
        (Quarter(2017, 1), "30/04/2017"),
        (Quarter(2017, 4), "31/01/2018"),
    ],
)
def test_the_days_of_examples_move_with_the_quarter(quarter: Quarter, day: str) -> None:
    assert example_of(Column("began", ColumnKind.DATE, "", "31/01/2017", ()), quarter) == day


def test_the_example_of_a_counts_return_is_the_total_of_an_item_that_is_owed() -> None:
    owed = owed_items("POL", QUARTER)
    row = example_row(RETURN_TYPES["partner_counts"], QUARTER, owed)
    assert (row["item"], row["breakdown"], row["category"], row["state"]) == (owed[0].title, "", "", "")
    assert row["value"].isdigit()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (RETURN_TYPES["referrals"], ("referral_id",)),
        (RETURN_TYPES["training_attendance"], ("session_id", "sector")),
        (RETURN_TYPES["looked_after_children"], ()),
    ],
    ids=lambda one: getattr(one, "code", ""),
)
def test_what_tells_a_row_from_every_other(kind: ReturnType, key: tuple[str, ...]) -> None:
    assert key_columns(kind) == key
