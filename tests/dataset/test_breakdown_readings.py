"""Parts of a total that did not all come: nought only where a return could have named them."""

import pytest

from dataset.definitions import State
from dataset.derivation import FigureValue
from dataset.evidence import Evidence, Place
from dataset.measures import MEASURES
from dataset.periods import Quarter, Window
from dataset.readings import read_breakdown
from dataset.suppression import Audience

YEAR = Quarter(2016, 4).quarters_in(Window.YEAR_TO_DATE)
Q4 = YEAR[-1]
ITEM = "referrals_received"
Read = dict[str, tuple[float | None, State]]


def parts(totals: list[FigureValue], split: list[dict[str, int]], window: Window = Window.YEAR_TO_DATE) -> Read:
    """The categories of the year's referrals, given each quarter's total and the parts that came with it."""
    found = Evidence(
        area=Place("E06000054", "Wiltshire"),
        figures={(ITEM, quarter, Window.QUARTER): total for quarter, total in zip(YEAR, totals, strict=True)},
        breakdowns={
            (ITEM, quarter, "age band"): {name: FigureValue(number, State.REPORTED) for name, number in one.items()}
            for quarter, one in zip(YEAR, split, strict=True)
            if one
        },
        sources={}, populations={}, benchmarks={}, neighbour_lists=(), thresholds={},
    )  # fmt: skip
    read = read_breakdown(MEASURES["FD02"], found, Q4, window, "age band", audience=Audience.RESTRICTED)
    return {name: (value.value, value.state) for name, value in read.items()}


TEN = FigureValue(10, State.REPORTED)


def test_a_total_without_its_parts_makes_each_category_not_available() -> None:
    found = parts([TEN] * 4, [{"1-4": 4, "5-9": 6}] * 3 + [{}])
    assert found == {"1-4": (None, State.NOT_AVAILABLE), "5-9": (None, State.NOT_AVAILABLE)}


def test_a_category_that_a_quarters_parts_do_not_name_is_nought_there() -> None:
    found = parts([TEN] * 4, [{"1-4": 4, "5-9": 6}] * 3 + [{"1-4": 10}])
    assert found == {"1-4": (22, State.REPORTED), "5-9": (18, State.REPORTED)}


def test_a_total_of_nought_has_parts_of_nought() -> None:
    found = parts([TEN] * 3 + [FigureValue(0, State.REPORTED)], [{"1-4": 10}] * 3 + [{}])
    assert found == {"1-4": (30, State.REPORTED)}


@pytest.mark.parametrize("state", [State.NOT_AVAILABLE, State.CONFIDENTIAL])
def test_a_total_that_is_no_number_gives_its_state_to_its_parts(state: State) -> None:
    found = parts([TEN] * 3 + [FigureValue(None, state)], [{"1-4": 10}] * 3 + [{}])
    assert found == {"1-4": (None, state)}
