from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.definitions import State
from dataset.reference.published import read_cell, total_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21.9", "21.9"),
        ("1,234", "1234"),
        ("1,234,567.5", "1234567.5"),
        ("646120", "646120"),
        ("1 234", "1234"),
        ("1\u00a0234", "1234"),
        ("23%", "23"),
        ("0", "0"),
        ("-1.5", "-1.5"),
        ("−1.5", "-1.5"),
        (".5", "0.5"),
        (" 7 ", "7"),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, number: str) -> None:
    assert read_cell(text) == (Decimal(number), State.REPORTED)


@pytest.mark.parametrize(
    ("mark", "state"),
    [
        ("c", State.CONFIDENTIAL),
        ("C", State.CONFIDENTIAL),
        ("*", State.CONFIDENTIAL),
        ("<5", State.CONFIDENTIAL),
        ("x", State.NOT_AVAILABLE),
        (":", State.NOT_AVAILABLE),
        ("..", State.NOT_AVAILABLE),
        ("", State.NOT_AVAILABLE),
        ("z", State.NOT_APPLICABLE),
        ("k", State.ROUNDS_TO_NOUGHT),
        ("low", State.ROUNDS_TO_NOUGHT),
        ("u", State.LOW_RELIABILITY),
    ],
)
def test_a_mark_is_a_reason_and_never_nought(mark: str, state: State) -> None:
    assert read_cell(mark) == (None, state)


@pytest.mark.parametrize("text", ["n/a", "12,34", "1e5", "NaN", "inf", "1.2.3", "#N/A", "=1+1", "99999999999", "+"])
def test_anything_else_is_neither(text: str) -> None:
    with pytest.raises(ValueError, match="number|larger"):
        read_cell(text)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_keeps_its_value_with_thousands_apart_or_not(number: Decimal) -> None:
    assert read_cell(f"{number:f}")[0] == read_cell(f"{number:,f}")[0] == number


@given(st.text(max_size=15))
def test_no_text_is_read_as_a_number_by_accident(text: str) -> None:
    try:
        number, state = read_cell(text)
    except ValueError:
        return
    assert (number is not None) == (state is State.REPORTED)
    assert number is None or any(one.isdigit() for one in text)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        (("Male", "Female", "Total"), "Total"),
        (("all ages", "1 to 4"), "all ages"),
        (("only one",), "only one"),
        (("Total children", "Boys"), "Total children"),
        (("Total boys", "Total girls"), ""),
        (("Male", "Female"), ""),
    ],
)
def test_a_filter_s_total_is_the_value_that_stands_for_all(values: tuple[str, ...], total: str) -> None:
    assert total_of(values) == total
