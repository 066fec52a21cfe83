"""Readings as words and numbers on a page."""

from dataclasses import replace

import pytest

from dashboard import presenters
from dashboard.trend import describe, trend_of
from dataset.comparison import BenchmarkValue, compare_neighbours
from dataset.definitions import Breakdown, Kind, Polarity, State
from dataset.measures import ITEMS, MEASURES
from dataset.readings import Awaited
from dataset.suppression import Audience
from tests.dashboard.readings import CONFERENCES, LAST, conferences

READING = conferences()
MEMBERS = (("E1", "One"), ("E2", "Two"), ("E3", "Three"))
NEIGHBOURS = compare_neighbours(
    "set",
    MEMBERS,
    [
        BenchmarkValue(name, code, "2016-17", value, State.REPORTED)
        for (code, name), value in zip(MEMBERS, (80.0, 60.0, 75.0), strict=True)
    ],
    "2016-17",
    Polarity.HIGH,
)  # fmt: skip


def test_a_value_is_shown_with_its_parts_and_its_interval() -> None:
    shown = presenters.shown(CONFERENCES, READING.value)
    assert (shown.text, shown.parts, shown.interval) == ("75.0%", "45 of 60", "62.8 to 84.2")
    assert shown.is_number and shown.brief == "75.0%"


def test_a_number_over_a_thousand_has_its_comma_and_a_rate_its_sign() -> None:
    measure = replace(CONFERENCES, kind=Kind.RATE, per=10_000)
    value = replace(READING.value, numerator=1_360, denominator=103_549)
    assert presenters.parts(measure, value) == "1,360 ÷ 103,549"


def test_a_value_that_is_none_is_its_state_in_words_and_never_nought() -> None:
    for state in State:
        if not state.is_number:
            value = replace(READING.value, value=None, numerator=None, lower=None, upper=None, state=state)
            shown = presenters.shown(CONFERENCES, value)
            assert (shown.is_number, shown.state, shown.parts, shown.interval) == (False, state.label, "", "")
            assert shown.brief == (state.letter or state.label)


def test_a_count_says_no_parts_and_rounds_its_limits() -> None:
    measure = replace(CONFERENCES, kind=Kind.COUNT, denominator="")
    value = replace(READING.value, denominator=None, value=45.0, lower=32.8, upper=60.2)
    shown = presenters.shown(measure, value)
    assert (shown.text, shown.parts, shown.interval) == ("45", "", "33 to 60")


def test_a_comparator_names_its_year_and_a_withheld_one_its_state() -> None:
    england = READING.england
    assert england is not None
    assert presenters.beside(CONFERENCES, england) == presenters.Beside("England", "77.2%", "year to March 2017")
    withheld = replace(england, value=None, state=State.CONFIDENTIAL)
    assert presenters.beside(CONFERENCES, withheld) == presenters.Beside(
        "England", "", "year to March 2017", "hidden to protect children"
    )
    assert presenters.beside(CONFERENCES, None) is None


def test_neighbours_say_how_many_their_mean_is_of() -> None:
    shown = presenters.beside_neighbours(CONFERENCES, NEIGHBOURS)
    assert shown is not None
    assert (shown.name, shown.text) == ("Statistical neighbours (mean of 3)", "71.7%")
    assert presenters.beside_neighbours(CONFERENCES, replace(NEIGHBOURS, mean=None)) is None


@pytest.mark.parametrize(
    ("polarity", "names"),
    [
        (Polarity.HIGH, ["One", "Ours", "Three", "Two"]),
        (Polarity.LOW, ["Two", "Ours", "Three", "One"]),
        (Polarity.NONE, ["One", "Ours", "Three", "Two"]),
    ],
)
def test_the_bars_stand_best_first_with_ours_before_its_equals(polarity: Polarity, names: list[str]) -> None:
    reading = replace(
        READING, measure=replace(CONFERENCES, polarity=polarity), neighbours=NEIGHBOURS, beside=READING.value
    )
    bars = presenters.ranked(reading, "Ours")
    assert [bar.name for bar in bars] == names
    assert [bar.name for bar in bars if bar.ours] == ["Ours"]


def test_a_hidden_value_has_no_bar() -> None:
    hidden = replace(READING.value, value=None, state=State.CONFIDENTIAL)
    bars = presenters.ranked(replace(READING, neighbours=NEIGHBOURS, beside=hidden), "Ours")
    assert not any(bar.ours for bar in bars) and len(bars) == 3


def test_the_table_of_a_chart_is_newest_first_with_a_word_in_every_gap() -> None:
    rows = presenters.points(READING)
    assert [(row.quarter, row.value.brief) for row in rows] == [
        ("2016-17 Q4", "75.0%"), ("2016-17 Q3", "not returned"),
        ("2016-17 Q2", "60.0%"), ("2016-17 Q1", "not returned"),
    ]  # fmt: skip
    assert [row.england for row in rows] == ["77.2%", "", "", ""]


def test_the_finding_says_the_value_and_how_it_is_judged() -> None:
    told = presenters.finding(READING)
    assert "75.0%" in told and "near target, not certain" in told


def test_the_finding_of_no_value_says_why() -> None:
    assert "not returned" in presenters.finding(conferences({}))


def test_a_hidden_number_is_in_no_text_of_the_page() -> None:
    hidden = conferences({LAST: (3, 60)}, audience=Audience.EXECUTIVE)
    card = presenters.card(hidden)
    texts = (card.shown, presenters.finding(hidden), presenters.points(hidden), presenters.chart_notes(hidden))
    assert "5.0%" not in str(texts) and "3 of 60" not in str(texts)
    assert card.shown.state == "hidden to protect children"


def test_a_late_supplier_is_named_under_the_chart() -> None:
    late = replace(READING, awaited=(Awaited("CSC", "section47_enquiries", LAST - 1),), series_awaited=())
    (note, *_) = presenters.chart_notes(late)
    assert note == "2016-17 Q3: the return “section 47 enquiries” from CSC has not come."


def test_a_gap_in_the_past_names_whose_return_it_lacks_under_the_chart_and_in_its_text() -> None:
    reading = conferences({LAST: (45, 60)}, points=3)
    (note, *_) = presenters.chart_notes(reading)
    assert note == "2016-17 Q2 and Q3: the return “section 47 enquiries” from CSC has not come."
    assert "Gaps: 2016-17 Q2, 2016-17 Q3 not returned by CSC." in describe(trend_of(reading))


def test_the_rug_has_a_cell_for_every_measure_and_quarter_in_their_order() -> None:
    quarters = [LAST - 1, LAST]
    readings = [{"CP03": conferences({})}, {"CP03": READING}]
    rug = presenters.rug(quarters, readings, [CONFERENCES], "?quarter=2016-17-Q4")
    ((group,), (row,)) = rug["groups"], rug["groups"][0]["rows"]
    assert group["label"] == "Child protection"
    assert row["url"] == "/measures/cp03/?quarter=2016-17-Q4"
    assert [(cell.value, cell.title) for cell in row["cells"]] == [("", ""), ("75.0", "45 of 60")]


def test_a_breakdown_stands_in_the_order_of_its_labels_with_what_has_none_last() -> None:
    split = Breakdown("gender", "gender", {"M": "boys", "F": "girls"})
    found = {"unknown": READING.value, "F": READING.value, "M": READING.value}
    table = presenters.breakdown_table(CONFERENCES, "gender", found, split)
    assert table is not None
    assert [row[0] for row in table["rows"]] == ["Boys", "Girls", "Unknown"]
    assert presenters.breakdown_table(CONFERENCES, "gender", {}, split) is None


@pytest.mark.parametrize("code", list(MEASURES))
def test_every_measure_has_a_whole_definition(code: str) -> None:
    measure = MEASURES[code]
    entries = presenters.definition(measure, {item: ITEMS[item].title for item in measure.items}, ("CSC",))
    assert all(term and text for term, text in entries)
    assert {"Why it matters", "Standing question", "How it is made", "Counted", "Good direction"} <= dict(
        entries
    ).keys()
