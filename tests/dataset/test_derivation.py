"""Values from figures: every timing in every window, missing quarters, and what is no number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.definitions import Kind, Measure, State, Timing
from dataset.derivation import FigureValue, Owed, derive, due
from dataset.intervals import poisson, wilson
from dataset.parts import Term
from dataset.periods import Quarter, Window
from tests.dataset import oracles
from tests.dataset.examples import POPULATION, Q4, count, figure, figures, item, measure, rate, value

Q1, Q2, Q3 = Quarter(2016, 1), Quarter(2016, 2), Quarter(2016, 3)
YEAR, ROLLING, QUARTER = Window.YEAR_TO_DATE, Window.ROLLING_YEAR, Window.QUARTER
SNAPSHOT, ANNUAL, DISTINCT = Timing.AT_QUARTER_END, Timing.ANNUAL, Timing.DISTINCT_YEAR_TO_DATE

numbers_of_nine_quarters = st.dictionaries(
    st.tuples(st.sampled_from(["in_time", "held"]), st.sampled_from(Q4.back(9))),
    st.integers(0, 300),
    max_size=18,
)
any_measure = st.sampled_from(
    [
        measure(),
        measure(timing=SNAPSHOT),
        count(numerator="held"),
        count(numerator="held", timing=SNAPSHOT),
        rate(numerator="held"),
        rate(numerator="held", timing=SNAPSHOT),
    ]
)


@given(any_measure, numbers_of_nine_quarters, st.sampled_from(Q4.back(5)), st.sampled_from(list(Window)))
def test_values_equal_exact_fractions(
    chosen: Measure, numbers: dict[tuple[str, Quarter], int], quarter: Quarter, window: Window
) -> None:
    stored = {(code, when, QUARTER): figure(number) for (code, when), number in numbers.items()}
    people = POPULATION["population_0_17"]
    found = derive(chosen, stored, quarter, window, POPULATION)
    expected = oracles.exact_value(chosen, numbers, quarter, window, people)
    assert found.is_number == (expected is not None)
    assert found.value == (None if expected is None else float(expected))
    if found.value is not None and found.lower is not None and found.upper is not None:
        assert 0 <= found.lower <= found.value <= found.upper


@given(numbers_of_nine_quarters, st.sampled_from([YEAR, ROLLING]), st.sampled_from(Q4.back(5)))
def test_every_missing_quarter_is_named(
    numbers: dict[tuple[str, Quarter], int], window: Window, quarter: Quarter
) -> None:
    stored = {(code, when, QUARTER): figure(number) for (code, when), number in numbers.items()}
    found = derive(measure(), stored, quarter, window)
    absent = {q for q in quarter.quarters_in(window) for code in ("in_time", "held") if (code, q) not in numbers}
    assert set(found.missing) == absent
    assert (found.state is State.NOT_RETURNED) == bool(absent)
    assert list(found.missing) == sorted(found.missing)


def test_a_year_to_date_is_the_ratio_of_sums() -> None:
    stored = figures({"in_time": {Q1: 10, Q2: 90}, "held": {Q1: 20, Q2: 100}})
    found = derive(measure(), stored, Q2, YEAR)
    assert (found.numerator, found.denominator, found.value, found.months) == (100, 120, 100 * 100 / 120, 6)


def test_intervals_are_wilson_for_percentages_and_scaled_poisson_for_rates() -> None:
    lower, upper = wilson(45, 60)
    assert (value(45, 60).lower, value(45, 60).upper) == (100 * lower, 100 * upper)
    found = derive(rate(), figures({"received": {Q4: 978}}), Q4, QUARTER, POPULATION)
    low, high = poisson(978)
    scale = 10_000 * 12 / 3 / 103_549
    assert (found.lower, found.upper) == pytest.approx((low * scale, high * scale), rel=1e-12)


def test_a_count_has_the_poisson_interval_of_the_count() -> None:
    found = derive(count(), figures({"episodes": {Q4: 7}}), Q4, QUARTER)
    assert (found.value, found.lower, found.upper) == (7.0, *poisson(7))


def test_a_mean_has_no_interval() -> None:
    found = value(90, 60, measure(kind=Kind.MEAN))
    assert (found.value, found.lower, found.upper) == (1.5, None, None)


class TestSnapshots:
    def test_every_window_is_the_last_day(self) -> None:
        stored = figures({"episodes": {Q3: 300, Q4: 397}})
        for window in Window:
            found = derive(count(timing=SNAPSHOT), stored, Q4, window)
            assert (found.value, found.months) == (397.0, 0)

    def test_an_earlier_day_never_stands_in(self) -> None:
        found = derive(count(timing=SNAPSHOT), figures({"episodes": {Q3: 300}}), Q4, YEAR)
        assert (found.state, found.missing) == (State.NOT_RETURNED, (Q4,))

    def test_rates_are_never_annualised(self) -> None:
        found = derive(rate(timing=SNAPSHOT), figures({"received": {Q4: 443}}), Q4, QUARTER, POPULATION)
        assert found.value == 10_000 * 443 / 103_549


class TestDistinctChildren:
    def stored(self) -> dict[tuple[str, Quarter, Window], FigureValue]:
        by_quarter = figures({"episodes": {Q1: 200, Q2: 150, Q3: 180, Q4: 190}})
        return by_quarter | figures({"episodes": {Q4: 513}}, YEAR) | figures({"episodes": {Q4: 513}}, ROLLING)

    def test_a_year_is_counted_again_not_summed(self) -> None:
        assert derive(count(timing=DISTINCT), self.stored(), Q4, YEAR).value == 513
        assert derive(count(timing=DISTINCT), self.stored(), Q4, QUARTER).value == 190

    def test_a_count_over_a_gap_is_not_returned(self) -> None:
        stored = {key: found for key, found in self.stored().items() if key[1] != Q2}
        found = derive(count(timing=DISTINCT), stored, Q4, YEAR)
        assert (found.state, found.missing, found.value) == (State.NOT_RETURNED, (Q2,), None)

    def test_one_quarter_may_have_no_meaning(self) -> None:
        found = derive(count(timing=DISTINCT, not_in_quarter=True), self.stored(), Q4, QUARTER)
        assert found.state is State.NOT_APPLICABLE


class TestAnnualValues:
    settings = measure(timing=ANNUAL)
    last_year = figures({"in_time": {Quarter(2015, 4): 292}, "held": {Quarter(2015, 4): 348}})

    @pytest.mark.parametrize("window", [QUARTER, ROLLING])
    @pytest.mark.parametrize("quarter", [Quarter(2015, 4), Q1, Q2, Q3, Q4])
    def test_the_last_value_is_carried_with_its_date(self, quarter: Quarter, window: Window) -> None:
        found = derive(self.settings, self.last_year, quarter, window)
        assert (found.numerator, found.denominator, found.as_of) == (292, 348, Quarter(2015, 4))

    def test_a_later_value_that_is_overdue_is_said_beside_it(self) -> None:
        assert "2016-17 Q4" in derive(self.settings, self.last_year, Q4, QUARTER).notes[0]
        assert not derive(self.settings, self.last_year, Q3, QUARTER).notes

    @pytest.mark.parametrize(("quarter", "state"), [(Q3, State.NOT_DUE), (Q4, State.NOT_RETURNED)])
    def test_a_year_to_date_is_that_year_alone(self, quarter: Quarter, state: State) -> None:
        assert derive(self.settings, self.last_year, quarter, YEAR).state is state

    def test_it_is_not_due_before_its_first_time_and_not_returned_after(self) -> None:
        owed = {code: Owed((Term(Quarter(2016, 1)),)) for code in ("in_time", "held")}
        assert derive(self.settings, {}, Q3, QUARTER, owed=owed).state is State.NOT_DUE
        assert derive(self.settings, {}, Q4, QUARTER, owed=owed).state is State.NOT_RETURNED
        after = derive(self.settings, {}, Quarter(2017, 1), QUARTER, owed=owed)
        assert (after.state, after.missing) == (State.NOT_RETURNED, (Q4,))

    def test_the_due_quarter_is_the_items_own(self) -> None:
        items = {code: item(code, timing=ANNUAL, due_quarter=2) for code in ("in_time", "held")}
        assert derive(self.settings, {}, Q1, QUARTER, items=items).state is State.NOT_DUE
        assert derive(self.settings, {}, Q2, QUARTER, items=items).state is State.NOT_RETURNED
        assert [due(items["held"], quarter) for quarter in (Q1, Q2, Q3, Q4)] == [False, True, False, False]

    def test_parts_of_two_years_are_not_divided(self) -> None:
        stored = self.last_year | figures({"in_time": {Q4: 300}})
        assert derive(self.settings, stored, Q4, QUARTER).state is State.NOT_AVAILABLE

    def test_a_carried_rate_keeps_the_population_of_its_year(self) -> None:
        admissions = rate(timing=ANNUAL, per=100_000)
        found = derive(admissions, figures({"received": {Quarter(2015, 4): 50}}), Q2, QUARTER, POPULATION)
        assert (found.population_year, found.value) == (2015, 100_000 * 50 / 103_000)


class TestPopulation:
    def test_a_year_to_march_takes_the_mid_year_before_or_the_latest_there_is(self) -> None:
        stored = figures({"received": {Q4: 10, Quarter(2018, 1): 10, Quarter(2013, 4): 10}})
        assert derive(rate(), stored, Q4, QUARTER, POPULATION).population_year == 2016
        assert derive(rate(), stored, Quarter(2018, 1), QUARTER, POPULATION).population_year == 2016
        assert derive(rate(), stored, Quarter(2013, 4), QUARTER, POPULATION).state is State.NOT_AVAILABLE

    def test_it_can_be_a_measure_itself(self) -> None:
        found = derive(count(numerator="population_0_17", timing=ANNUAL), {}, Q4, YEAR, POPULATION)
        assert (found.value, found.lower, found.population_year) == (103_549.0, None, 2016)

    def test_one_not_loaded_is_not_available(self) -> None:
        found = derive(rate(denominator="population_women_16_plus"), figures({"received": {Q4: 9}}), Q4, QUARTER, {})
        assert found.state is State.NOT_AVAILABLE


class TestWhatIsNoNumber:
    @pytest.mark.parametrize("part", [0, 5])
    def test_nothing_to_divide_by(self, part: int) -> None:
        found = value(part, 0)
        assert (found.state, found.value, found.lower) == (State.NO_DENOMINATOR, None, None)

    def test_nought_is_a_value(self) -> None:
        assert (value(0, 60).state, value(0, 60).value, value(0, 60).lower) == (State.REPORTED, 0.0, 0.0)

    def test_a_part_above_its_whole_says_so(self) -> None:
        found = value(65, 60)
        assert (found.state, found.value) == (State.NOT_AVAILABLE, None)
        assert "65" in found.notes[0]
        assert "60" in found.notes[0]

    @given(st.sampled_from(list(State)), st.sampled_from(list(State)))
    def test_two_parts_have_the_worse_state(self, one: State, other: State) -> None:
        stored = {
            ("in_time", Q4, QUARTER): figure(6 if one.is_number else None, one),
            ("held", Q4, QUARTER): figure(60 if other.is_number else None, other),
        }
        found = derive(measure(), stored, Q4, QUARTER)
        assert found.state is max(one, other, key=lambda state: state.severity)

    def test_a_number_needs_a_number(self) -> None:
        with pytest.raises(ValueError, match="needs a number"):
            FigureValue(None, State.REPORTED)

    def test_an_item_before_its_codes_came_in_is_not_applicable(self) -> None:
        items = {"episodes": item("episodes", first_year=2016)}
        assert derive(count(), {}, Quarter(2015, 4), QUARTER, items=items).state is State.NOT_APPLICABLE
        assert derive(count(), {}, Q1, QUARTER, items=items).state is State.NOT_RETURNED


class TestSums:
    def test_nil_with_numbers_is_a_number_and_all_nil_is_nil(self) -> None:
        nil = {("episodes", quarter, QUARTER): figure(0, State.NIL) for quarter in (Q1, Q2)}
        assert derive(count(), nil, Q2, YEAR).state is State.NIL
        mixed = nil | figures({"episodes": {Q3: 4}})
        assert (derive(count(), mixed, Q3, YEAR).state, derive(count(), mixed, Q3, YEAR).value) == (State.REPORTED, 4)

    def test_a_quarter_in_which_nothing_was_due_is_left_out_and_named(self) -> None:
        stored = figures({"in_time": {Q1: 7, Q3: 6}, "held": {Q1: 10, Q3: 10}})
        stored |= {(code, Q2, QUARTER): figure(None, State.NOT_DUE) for code in ("in_time", "held")}
        found = derive(measure(), stored, Q3, YEAR)
        assert (found.value, found.months, found.notes) == (65.0, 6, ("Nothing was due for 2016-17 Q2.",))

    def test_a_quarter_due_for_one_part_alone_spoils_the_ratio(self) -> None:
        stored = figures({"in_time": {Q1: 7}, "held": {Q1: 10, Q2: 10}})
        stored[("in_time", Q2, QUARTER)] = figure(None, State.NOT_DUE)
        assert derive(measure(), stored, Q2, YEAR).state is State.NOT_AVAILABLE

    def test_the_sources_of_both_parts_are_listed_once(self) -> None:
        stored = {
            ("in_time", Q1, QUARTER): figure(1, sources=("a", "b")),
            ("in_time", Q2, QUARTER): figure(1, sources=("c",)),
            ("held", Q1, QUARTER): figure(30, sources=("a",)),
            ("held", Q2, QUARTER): figure(30, sources=("d",)),
        }
        assert derive(measure(), stored, Q2, YEAR).sources == ("a", "b", "c", "d")


class TestKnownOnly:
    decided = measure(known_only=True)

    def test_it_divides_by_the_rows_that_have_an_answer(self) -> None:
        stored = {("in_time", Q4, QUARTER): figure(30, known=40), ("held", Q4, QUARTER): figure(50)}
        found = derive(self.decided, stored, Q4, QUARTER)
        assert (found.numerator, found.denominator, found.value, found.known) == (30, 40, 75.0, 40)
        assert found.notes == ("The answer is known for 40 of 50.",)

    def test_known_rows_are_summed(self) -> None:
        stored = {("in_time", q, QUARTER): figure(30, known=40) for q in (Q1, Q2)}
        stored |= figures({"held": {Q1: 50, Q2: 50}})
        assert derive(self.decided, stored, Q2, YEAR).value == float(Fraction(6000, 80))

    def test_totals_that_do_not_say_are_divided_by_all(self) -> None:
        stored = figures({"in_time": {Q4: 30}, "held": {Q4: 50}})
        assert derive(self.decided, stored, Q4, QUARTER).value == 60.0
