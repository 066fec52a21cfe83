"""Published figures beside ours: which year, which neighbours, mean, median, best and rank."""

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.comparison import BenchmarkValue, compare_neighbours, latest_period, pick_comparator
from dataset.definitions import Polarity, State
from dataset.periods import Quarter

YEARS = ["2014-15", "2015-16", "2016-17", "2017-18"]
DAYS = ["2016-03-31", "2017-03-31", "2018-03-31"]
SET = [("E1", "Avon"), ("E2", "Brent"), ("E3", "Camel"), ("E4", "Dart")]


def published(code: str, value: float | None, period: str = "2016-17", state: State = State.REPORTED) -> BenchmarkValue:
    name = dict(SET).get(code, code)
    return BenchmarkValue(name, code, period, value, state if value is not None else State.NOT_AVAILABLE)


class TestWhichYear:
    @pytest.mark.parametrize(
        ("quarter", "year", "day"),
        [
            (Quarter(2016, 4), "2016-17", "2017-03-31"),
            (Quarter(2016, 3), "2015-16", "2016-03-31"),
            (Quarter(2017, 1), "2016-17", "2017-03-31"),
            (Quarter(2013, 4), None, None),
        ],
    )
    def test_the_latest_that_had_ended(self, quarter: Quarter, year: str | None, day: str | None) -> None:
        assert latest_period(YEARS, quarter) == year
        assert latest_period(DAYS, quarter) == day

    def test_a_year_and_its_last_day_are_one_end(self) -> None:
        assert latest_period(["2015-16", "2017-03-31"], Quarter(2016, 4)) == "2017-03-31"

    def test_a_withheld_year_is_not_replaced_by_an_older_one(self) -> None:
        values = [published("E1", 20, "2015-16"), published("E1", None, "2016-17")]
        found = pick_comparator(values, Quarter(2016, 4))
        assert found is not None
        assert (found.value, found.period, found.state) == (None, "2016-17", State.NOT_AVAILABLE)
        assert not found.is_number

    def test_the_year_is_named_as_people_say_it(self) -> None:
        year = pick_comparator([published("E1", 20)], Quarter(2016, 4), name="England", places=0)
        day = pick_comparator([published("E1", 20, "2017-03-31")], Quarter(2017, 2))
        assert year is not None
        assert day is not None
        assert (year.name, year.period_label, year.places) == ("England", "year to March 2017", 0)
        assert (day.name, day.period_label) == ("Avon", "31 March 2017")

    def test_nothing_published_by_then_is_nothing(self) -> None:
        assert pick_comparator([published("E1", 20, "2017-18")], Quarter(2016, 4)) is None


class TestNeighbours:
    values = (published("E1", 20), published("E2", None), published("E3", 26), published("E4", 17))

    def test_one_without_a_value_is_left_out_and_counted(self) -> None:
        found = compare_neighbours("nfer_2014", SET, self.values, "2016-17", Polarity.LOW, 19.2)
        assert (found.mean, found.median, found.n, found.of) == (21, 20, 3, 4)
        assert found.left_out == ("Brent",)
        assert [value.area for value in found.values] == ["Avon", "Camel", "Dart"]

    @pytest.mark.parametrize(
        ("polarity", "best", "rank"),
        [(Polarity.LOW, "Dart", 2), (Polarity.HIGH, "Camel", 3), (Polarity.NONE, "", None)],
    )
    def test_best_and_rank_follow_the_good_direction(self, polarity: Polarity, best: str, rank: int | None) -> None:
        found = compare_neighbours("nfer_2014", SET, self.values, "2016-17", polarity, 19.2)
        assert (found.best_name, found.rank) == (best, rank)

    def test_ties_take_the_lowest_rank_at_the_published_rounding(self) -> None:
        values = [published("E1", 17), published("E3", 17), published("E4", 18)]
        found = compare_neighbours("set", SET, values, "2016-17", Polarity.LOW, 17.4, places=0)
        assert found.rank == 1
        assert compare_neighbours("set", SET, values, "2016-17", Polarity.LOW, 17.4, places=1).rank == 3

    def test_other_years_and_other_areas_are_passed_over(self) -> None:
        values = [published("E1", 20), published("E9", 99), published("E3", 50, "2015-16")]
        found = compare_neighbours("set", SET, values, "2016-17", Polarity.LOW)
        assert (found.mean, found.n, found.rank) == (20, 1, None)

    def test_no_value_at_all_has_neither_mean_nor_best(self) -> None:
        found = compare_neighbours("set", SET, [], "2016-17", Polarity.LOW, 20)
        assert (found.mean, found.median, found.n, found.best, found.rank) == (None, None, 0, None, None)

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=4), st.integers(0, 500))
    def test_against_plain_counting(self, tenths: list[int], ours: int) -> None:
        numbers = [tenth / 10 for tenth in tenths]
        values = [published(code, number) for (code, _), number in zip(SET, numbers, strict=False)]
        found = compare_neighbours("set", SET, values, "2016-17", Polarity.HIGH, ours / 10)
        assert found.mean == pytest.approx(mean(numbers))
        assert found.median == median(numbers)
        assert found.best == max(numbers)
        assert found.rank == sorted([*tenths, ours], reverse=True).index(ours) + 1
