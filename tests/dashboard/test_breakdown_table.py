"""The table of a measure's parts: counts are printed as counts, and say so."""

from dataclasses import replace

from dashboard.presenters import breakdown_table
from dataset.definitions import Kind, State
from dataset.derivation import MeasureValue
from dataset.measures import BREAKDOWNS, MEASURES
from tests.dashboard.readings import conferences

WHOLE = conferences().value
RATE = next(one for one in MEASURES.values() if one.kind is Kind.RATE)


def part(number: float, *, of: int | None = None) -> MeasureValue:
    counted = int(number if of is None else number * of / 100)
    return replace(WHOLE, value=number, numerator=counted, denominator=of, lower=None, upper=None, state=State.REPORTED)


def test_where_the_whole_is_not_split_the_parts_are_counts_and_the_caption_says_of_what() -> None:
    table = breakdown_table(RATE, "gender", {"M": part(1234), "F": part(41)}, BREAKDOWNS["gender"])
    assert table is not None
    assert table["caption"].endswith(f"by gender: numbers of {RATE.unit}")
    assert [row[:2] for row in table["rows"]] == [["Male", "1,234"], ["Female", "41"]]


def test_where_the_whole_is_split_too_the_parts_are_shares_of_it() -> None:
    measure = MEASURES["CP03"]
    table = breakdown_table(measure, "gender", {"M": part(75.0, of=40)}, BREAKDOWNS["gender"])
    assert table is not None
    assert "numbers of" not in table["caption"]
    assert table["rows"] == [["Male", "75.0%", "30 of 40"]]
