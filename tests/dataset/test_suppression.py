"""The primary rule: no small count of people leaves the restricted audience, in any of its forms."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.definitions import Counts, Measure, State
from dataset.derivation import MeasureValue, derive
from dataset.periods import Window
from dataset.status import Judgement, direction, judge
from dataset.suppression import Audience, mask, mask_figure
from tests.dataset.examples import (
    ENGLAND,
    POPULATION,
    Q4,
    THRESHOLD,
    count,
    figure,
    figures,
    item,
    measure,
    rate,
    value,
)

OUTSIDE = [Audience.EXECUTIVE, Audience.PUBLIC]
EVENTS = {"in_time": item("in_time"), "held": item("held"), "episodes": item("episodes", Counts.PEOPLE)}
MEETINGS = {code: item(code, Counts.THINGS) for code in ("in_time", "held")}
NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "known")


def numbers_of(found: MeasureValue) -> set[float | None]:
    return {getattr(found, name) for name in NUMBERS}


@pytest.mark.parametrize("audience", OUTSIDE)
@given(st.integers(0, 40).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_percentage_goes_with_any_small_part(audience: Audience, parts: tuple[int, int]) -> None:
    found = mask(measure(), value(*parts), EVENTS, audience)
    if any(1 <= part <= 5 for part in parts):
        assert numbers_of(found) == {None}
        assert not found.state.is_number
    else:
        assert (found.numerator, found.denominator) == parts


@pytest.mark.parametrize(
    ("episodes", "state"), [(0, State.REPORTED), (1, State.CONFIDENTIAL), (5, State.CONFIDENTIAL), (6, State.REPORTED)]
)
def test_counts_from_one_to_five_are_hidden_and_nought_is_shown(episodes: int, state: State) -> None:
    found = derive(count(), figures({"episodes": {Q4: episodes}}), Q4, Window.QUARTER)
    assert mask(count(), found, EVENTS, Audience.PUBLIC).state is state
    assert mask(count(), found, EVENTS, Audience.RESTRICTED) == found


def test_a_rate_goes_with_its_count_and_not_with_its_population() -> None:
    admissions = rate(per=100_000)
    items = {"received": item("received"), "population_0_17": item("population_0_17", Counts.THINGS)}
    for number, is_hidden in ((4, True), (40, False)):
        found = derive(admissions, figures({"received": {Q4: number}}), Q4, Window.QUARTER, POPULATION)
        assert (mask(admissions, found, items, Audience.PUBLIC).value is None) == is_hidden


def test_things_are_never_hidden() -> None:
    assert mask(measure(), value(3, 4), MEETINGS, Audience.PUBLIC) == value(3, 4)


def test_an_item_nobody_knows_is_taken_for_people() -> None:
    assert mask(measure(), value(3, 40), {}, Audience.PUBLIC).state is State.CONFIDENTIAL


def test_the_maximum_is_a_setting() -> None:
    assert mask(measure(), value(9, 40), EVENTS, Audience.PUBLIC, maximum=9).state is State.CONFIDENTIAL


@pytest.mark.parametrize("known_only", [True, False])
def test_few_known_answers_hide_the_value(known_only: bool) -> None:
    decided = measure(known_only=known_only)
    stored = {("in_time", Q4, Window.QUARTER): figure(0, known=4), ("held", Q4, Window.QUARTER): figure(40)}
    assert numbers_of(mask(decided, derive(decided, stored, Q4, Window.QUARTER), EVENTS, Audience.PUBLIC)) == {None}


def test_a_part_beside_a_state_is_hidden_too() -> None:
    part_alone = derive(measure(), figures({"in_time": {Q4: 3}}), Q4, Window.QUARTER)
    masked = mask(measure(), part_alone, EVENTS, Audience.PUBLIC)
    assert (masked.state, masked.numerator) == (State.NOT_RETURNED, None)


@pytest.mark.parametrize("counts", [Counts.PEOPLE, Counts.EVENTS])
def test_a_figure_is_hidden_alone(counts: Counts) -> None:
    small = figure(3, known=3, note="three children", sources=("a",))
    hidden = mask_figure(item("x", counts), small, Audience.EXECUTIVE)
    assert hidden == figure(None, State.CONFIDENTIAL, sources=("a",))
    assert mask_figure(item("x", counts), small, Audience.RESTRICTED) == small
    assert mask_figure(item("x", Counts.THINGS), small, Audience.PUBLIC) == small
    assert mask_figure(item("x", counts), figure(0), Audience.PUBLIC) == figure(0)


class TestNothingLeaksIntoWords:
    def test_a_hidden_value_has_no_status_no_direction_and_no_number_in_its_reason(self) -> None:
        hidden = mask(measure(), value(4, 60), EVENTS, Audience.PUBLIC)
        status = judge(measure(), hidden, THRESHOLD, ENGLAND, hidden)
        assert (status.judgement, status.children, status.certain) == (Judgement.HIDDEN, None, None)
        assert not any(letter.isdigit() for letter in status.reason)
        travel = direction(measure(), hidden, value(30, 60, quarter=Q4 - 4))
        assert (travel.movement, travel.judgement, travel.certain) == (None, None, None)

    def test_a_small_number_of_children_worked_out_is_not_told(self) -> None:
        shown = mask(measure(), value(57, 60), EVENTS, Audience.PUBLIC)
        status = judge(measure(), shown, THRESHOLD, None)
        assert status.children is None
        assert "3 children" not in status.reason
        assert "between 1 and 5 children waited longer" in status.reason
        assert judge(measure(), value(57, 60), THRESHOLD, None).children == 3

    def test_notes_that_quote_numbers_stay_inside(self) -> None:
        decided: Measure = measure(known_only=True)
        stored = {("in_time", Q4, Window.QUARTER): figure(30, known=57), ("held", Q4, Window.QUARTER): figure(60)}
        found = derive(decided, stored, Q4, Window.QUARTER)
        assert found.notes
        assert not mask(decided, found, EVENTS, Audience.PUBLIC).notes

    def test_every_field_of_a_value_is_either_hidden_or_no_number_of_children(self) -> None:
        told = {field.name for field in fields(MeasureValue)} - set(NUMBERS) - {"notes"}
        assert told == {
            *("measure", "quarter", "window", "state", "missing", "months"),
            *("population_year", "as_of", "sources", "hides_up_to", "causes"),
        }
