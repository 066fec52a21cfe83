"""Every measure of the registry says its sentence, in every window and every state, and its thresholds can judge it."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dataset.comparison import Comparator
from dataset.definitions import Measure, State
from dataset.derivation import Figures, FigureValue, derive
from dataset.measures import ITEMS, MEASURES
from dataset.periods import Window
from dataset.status import Threshold, check_threshold, direction, judge
from tests.dataset.examples import Q4

PEOPLE = {"population_0_17": {2015: 103_000, 2016: 103_549}, "population_women_16_plus": {2015: 190_000}}
TARGETS = Path(__file__).parents[2] / "fixtures" / "reference" / "targets.csv"
BROKEN = re.compile(r"None|nan|  |\.\.|\{|[;,:]\.|\bchildren children\b")


def thresholds() -> dict[str, Threshold]:
    with TARGETS.open(newline="", encoding="utf-8") as file:
        return {
            row["measure"]: Threshold(
                row["measure"],
                date.fromisoformat(row["valid_from"]),
                float(row["green_edge"]),
                float(row["red_edge"]),
                row["inclusive"],
            )
            for row in csv.DictReader(file)
        }


THRESHOLDS = thresholds()


def stored(measure: Measure, numerator: int, denominator: int, state: State = State.REPORTED) -> Figures:
    found = {}
    for code, number in ((measure.denominator, denominator), (measure.numerator, numerator)):
        for quarter in Q4.back(8):
            for window in Window:
                found[(code, quarter, window)] = FigureValue(number if state.is_number else None, state)
    return found


@pytest.mark.parametrize("parts", [(0, 40), (1, 40), (73, 90), (3, 8), (0, 0)])
def test_every_measure_says_its_sentence(parts: tuple[int, int]) -> None:
    for measure in MEASURES.values():
        for text in sentences(measure, stored(measure, *parts)):
            assert text.endswith(".")
            assert not BROKEN.search(text), text


def sentences(measure: Measure, figures: Figures) -> Iterator[str]:
    """The reasons and directions in each window, with and without a threshold and England."""
    england = Comparator("England", 31.5, "2016-17", "year to March 2017", measure.benchmark_places)
    ours = derive(measure, figures, Q4, Window.ROLLING_YEAR, PEOPLE, items=ITEMS)
    for window in Window:
        value = derive(measure, figures, Q4, window, PEOPLE, items=ITEMS)
        before = derive(measure, figures, Q4 - 4, window, PEOPLE, items=ITEMS)
        yield direction(measure, value, before).sentence
        for threshold in {THRESHOLDS.get(measure.code), None}:
            yield judge(measure, value, threshold, england, ours).reason
            yield judge(measure, value, threshold, None, ours).reason


@pytest.mark.parametrize("state", [state for state in State if not state.is_number])
def test_every_measure_says_why_it_has_no_number(state: State) -> None:
    for measure in MEASURES.values():
        value = derive(measure, stored(measure, 0, 0, state), Q4, Window.YEAR_TO_DATE, {}, items=ITEMS)
        text = judge(measure, value, THRESHOLDS.get(measure.code), None).reason
        assert text.endswith(".")
        assert not BROKEN.search(text), text


def test_the_demonstration_thresholds_can_judge_their_measures() -> None:
    for code, threshold in THRESHOLDS.items():
        assert check_threshold(threshold, MEASURES[code])
