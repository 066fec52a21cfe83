"""Direction of travel: movement, judgement and chance, each by itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.definitions import Measure, Polarity, State, Timing
from dataset.derivation import MeasureValue, derive
from dataset.intervals import newcombe
from dataset.periods import Quarter, Window
from dataset.status import direction
from tests.dataset.examples import POPULATION, Q4, count, figures, measure, rate, value

BEFORE = Q4 - 4
parts = st.integers(1, 300).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def counted(number: int, quarter: Quarter, chosen: Measure | None = None) -> MeasureValue:
    return derive(chosen or count(), figures({"episodes": {quarter: number}}), quarter, Window.QUARTER)


@given(parts, parts, st.sampled_from(list(Polarity)))
def test_the_three_facts_of_a_percentage(now: tuple[int, int], then: tuple[int, int], polarity: Polarity) -> None:
    chosen = measure(polarity=polarity)
    found = direction(chosen, value(*now, chosen), value(*then, chosen, quarter=BEFORE))
    rise = now[0] * then[1] - then[0] * now[1]
    assert found.movement == ("up" if rise > 0 else "down" if rise < 0 else "same")
    good = {Polarity.HIGH: rise, Polarity.LOW: -rise, Polarity.NONE: 0}[polarity]
    assert found.judgement == ("better" if good > 0 else "worse" if good < 0 else "none")
    lower, upper = newcombe(*now, *then)
    assert found.certain == (None if rise == 0 else lower > 0 or upper < 0)


@pytest.mark.parametrize(
    ("now", "then", "certain"), [(1360, 1200, True), (1210, 1200, False), (0, 5, False), (0, 6, True)]
)
def test_counts_are_tested_as_events_of_equal_time(now: int, then: int, certain: bool) -> None:
    assert direction(count(), counted(now, Q4), counted(then, BEFORE)).certain is certain


def test_rates_are_tested_over_their_people_and_months() -> None:
    stored = figures({"received": {Q4: 100, BEFORE: 100}})
    people = {"population_0_17": {2015: 50_000, 2016: 100_000}}
    now = derive(rate(), stored, Q4, Window.QUARTER, people)
    then = derive(rate(), stored, BEFORE, Window.QUARTER, people)
    found = direction(rate(), now, then)
    assert (found.movement, found.judgement, found.certain) == ("down", "none", True)


def test_a_snapshot_is_set_beside_the_same_day() -> None:
    chosen = rate(timing=Timing.AT_QUARTER_END)
    stored = figures({"received": {Q4: 443, BEFORE: 420}})
    now, then = (derive(chosen, stored, quarter, Window.QUARTER, POPULATION) for quarter in (Q4, BEFORE))
    assert direction(chosen, now, then).sentence == (
        "Up from 40.8 per 10,000 at 31 March 2016: chance alone could explain it."
    )


def test_the_sentence_keeps_the_facts_apart() -> None:
    told = direction(measure(), value(30, 60), value(50, 60, quarter=BEFORE)).sentence
    assert told == "Down from 83.3% in January to March 2016: worse, and more than chance would explain."
    told = direction(measure(), value(46, 60), value(45, 60, quarter=BEFORE)).sentence
    assert told == "Up from 75.0% in January to March 2016: better, but chance alone could explain it."
    told = direction(count(), counted(1360, Q4), counted(1200, BEFORE)).sentence
    assert told == "Up from 1,200 in January to March 2016: more than chance would explain."
    told = direction(measure(), value(45, 60), value(90, 120, quarter=BEFORE)).sentence
    assert told == "The same as a year before: 75.0% in January to March 2016."


def test_a_change_too_small_to_show_is_not_told_as_a_change_of_numbers() -> None:
    found = direction(measure(), value(75_001, 100_000), value(75_000, 100_000, quarter=BEFORE))
    assert found.movement == "up"
    assert found.sentence.startswith("A little up, but by less than can be shown, from 75.0%")


@pytest.mark.parametrize("state", [state for state in State if not state.is_number])
def test_without_a_number_there_is_none_of_the_three(state: State) -> None:
    nothing = replace(value(45, 60), state=state, value=None, numerator=None, denominator=None)
    for now, then in ((nothing, value(45, 60)), (value(45, 60), nothing), (value(45, 60), None)):
        found = direction(measure(), now, then)
        assert (found.movement, found.judgement, found.certain) == (None, None, None)
        assert found.sentence.startswith("No direction of travel:")


def test_a_carried_value_is_not_set_beside_itself() -> None:
    chosen = measure(timing=Timing.ANNUAL)
    stored = figures({"in_time": {BEFORE: 45}, "held": {BEFORE: 60}})
    now, then = (derive(chosen, stored, quarter, Window.QUARTER) for quarter in (Q4, BEFORE))
    assert "no newer figure than that returned for 2015-16 Q4" in direction(chosen, now, then).sentence


def test_a_break_or_another_length_of_time_is_not_compared() -> None:
    broken = replace(value(45, 60), state=State.BREAK_IN_SERIES)
    assert direction(measure(), broken, value(40, 60, quarter=BEFORE)).movement is None
    shorter = replace(counted(900, Q4), months=9)
    assert direction(count(), replace(counted(900, Q4), months=12), shorter).movement is None


def test_an_estimate_of_population_moves_without_a_test() -> None:
    chosen = count(numerator="population_0_17", timing=Timing.ANNUAL)
    now, then = (derive(chosen, {}, quarter, Window.QUARTER, POPULATION) for quarter in (Q4, BEFORE))
    found = direction(chosen, now, then)
    assert (found.movement, found.certain) == ("up", None)
    assert found.sentence == "Up from 103,000 by the mid-2015 estimate."
