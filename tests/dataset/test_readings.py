"""Evidence → readings: what one reader may see of a measure, and nothing of what they may not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dataset.comparison import BenchmarkValue
from dataset.definitions import Counts, Kind, Polarity, State
from dataset.derivation import FigureValue
from dataset.evidence import Evidence, NeighbourList, Place, ReturnSource
from dataset.measures import ITEMS, MEASURES
from dataset.periods import Quarter, Window
from dataset.readings import Awaited, Reading, read_breakdown, read_measures
from dataset.status import JudgementRules, Threshold
from dataset.suppression import Audience

Q4 = Quarter(2016, 4)
QUARTERS = Q4.back(24)
ENGLAND, REGION, OURS = "E92000001", "E12000009", "E06000054"
NEIGHBOURS = tuple((f"E0600010{place}", f"Neighbour {place}") for place in range(5))
LABEL = "returns CSC 2016-17 Q4 v1"
SOURCE = ReturnSource(LABEL, "returns", "CSC", "Social care", Q4, 1, "id", datetime(2017, 4, 20, tzinfo=UTC))
POPULATIONS = {code: {2010: 100_000} for code in ("population_0_17", "population_women_16_plus")}
PUBLISHED = [f"{year}-{(year + 1) % 100:02d}" for year in range(2010, 2017)]


def evidence(numbers: Mapping[str, int], *, now: Mapping[str, int] | None = None, **more: object) -> Evidence:
    """Each item at the same number in every quarter and window, but for the last quarter's own (`now`)."""
    figures = {
        (item, quarter, window): FigureValue(
            (now or {}).get(item, number) if quarter == Q4 else number, State.REPORTED, sources=(LABEL,)
        )
        for item, number in numbers.items()
        for quarter in QUARTERS
        for window in Window
    }
    fields: dict[str, object] = {
        "figures": figures,
        "sources": {LABEL: SOURCE},
        "populations": POPULATIONS,
        "benchmarks": {},
        "neighbour_lists": (),
        "thresholds": {},
    }
    return Evidence(area=Place(OURS, "Wiltshire"), **{**fields, **more})  # type: ignore[arg-type]


def published(key: str, value: float = 60.0) -> dict[tuple[str, str], dict[str, BenchmarkValue]]:
    """England, the region, ourselves and five neighbours with figures of every year."""
    names = {ENGLAND: "England", REGION: "South West", OURS: "Wiltshire", **dict(NEIGHBOURS)}
    return {
        (key, code): {period: BenchmarkValue(name, code, period, value + place, State.REPORTED) for period in PUBLISHED}
        for place, (code, name) in enumerate(names.items())
    }


def read(
    code: str,
    found: Evidence,
    audience: Audience = Audience.RESTRICTED,
    window: Window = Window.QUARTER,
    model: str = "",
    quarter: Quarter = Q4,
) -> Reading:
    measure = MEASURES[code]
    return read_measures(
        [measure], found, quarter, window,
        audience_for=lambda _: audience, rules=JudgementRules(), region_code=REGION, points=8, neighbour_model=model,
    )[code]  # fmt: skip


# What is hidden ----------------------------------------------------------------------------------------

PART = "conferences_in_15_days"
NOT_RESTRICTED = (Audience.EXECUTIVE, Audience.PUBLIC)
LISTS = (NeighbourList("now", date(2014, 1, 1), None, NEIGHBOURS),)


def of_conferences(in_time: int, held: int = 60, before: int = 45) -> Evidence:
    """CP03 with every comparator and a threshold."""
    return evidence(
        {"conferences_in_15_days": before, "conferences_held": held},
        now={"conferences_in_15_days": in_time},
        benchmarks=published(MEASURES["CP03"].benchmark),
        neighbour_lists=LISTS,
        thresholds={"CP03": (Threshold("CP03", date(2013, 4, 1), 80, 70),)},
    )


@pytest.mark.parametrize("audience", NOT_RESTRICTED)
@pytest.mark.parametrize("window", list(Window))
def test_no_reader_can_tell_one_small_number_from_another(audience: Audience, window: Window) -> None:
    """Value, parts, interval, status, direction, rank, series and reference: all the same from 1 to 5."""
    readings = [read("CP03", of_conferences(number, before=0), audience, window) for number in (1, 2, 3, 4, 5)]
    assert all(reading == readings[0] for reading in readings)
    assert read("CP03", of_conferences(6, before=0), audience, window) != readings[0]


@pytest.mark.parametrize("audience", NOT_RESTRICTED)
def test_a_hidden_value_leaves_nothing_of_itself(audience: Audience) -> None:
    reading = read("CP03", of_conferences(3), audience)
    value = reading.value
    assert value.state is State.CONFIDENTIAL
    assert {value.value, value.numerator, value.denominator, value.lower, value.upper, value.known} == {None}
    assert (reading.status.tone, reading.status.children) == ("grey", None)
    assert (reading.direction.movement, reading.direction.judgement) == (None, None)
    assert reading.series[-1].state is State.CONFIDENTIAL
    assert reading.series[-2].value == 75.0


def test_next_years_reader_gets_no_direction_from_a_number_hidden_a_year_before() -> None:
    found = []
    for before in (1, 5):
        known = of_conferences(45)
        past = {key: FigureValue(before, State.REPORTED) for key in known.figures if key[:2] == (PART, Q4 - 4)}
        found.append(read("CP03", replace(known, figures={**known.figures, **past}), Audience.EXECUTIVE))
    assert found[0] == found[1]
    assert (found[0].value.value, found[0].direction.movement) == (75.0, None)


@pytest.mark.parametrize(("number", "is_shown"), [(0, True), (1, False), (5, False), (6, True)])
def test_nought_and_what_is_over_the_maximum_are_shown(number: int, is_shown: bool) -> None:
    reading = read("CP03", of_conferences(number), Audience.EXECUTIVE)
    assert (reading.value.numerator == number) is is_shown


def test_a_small_denominator_hides_too() -> None:
    assert read("CP03", of_conferences(0, held=4, before=4), Audience.EXECUTIVE).value.state is State.CONFIDENTIAL


def test_the_restricted_reader_sees_the_small_number() -> None:
    assert read("CP03", of_conferences(3)).value.numerator == 3


def counted_people(code: str) -> set[str]:
    """The items of a measure that are counted, where any of them is of people; populations are estimates."""
    items = MEASURES[code].items
    is_of_people = any(ITEMS[item].counts is not Counts.THINGS for item in items)
    return {item for item in items if is_of_people and item not in POPULATIONS}


@pytest.mark.parametrize("code", [code for code in MEASURES if counted_people(code)])
def test_of_every_measure_no_small_count_of_people_reaches_an_executive(code: str) -> None:
    window = Window.YEAR_TO_DATE if MEASURES[code].not_in_quarter else Window.QUARTER
    found = evidence(dict.fromkeys(counted_people(code), 1))
    assert read(code, found, Audience.EXECUTIVE, window).value.state is State.CONFIDENTIAL
    assert read(code, found, window=window).value.is_number


def test_a_category_with_a_small_count_is_hidden() -> None:
    figures = {"1-4": FigureValue(3, State.REPORTED), "5-9": FigureValue(40, State.REPORTED)}
    found = evidence({"referrals_received": 43}, breakdowns={("referrals_received", Q4, "age band"): figures})
    for audience, states in (
        (Audience.EXECUTIVE, [State.CONFIDENTIAL, State.REPORTED]),
        (Audience.RESTRICTED, [State.REPORTED, State.REPORTED]),
    ):
        parts = read_breakdown(MEASURES["FD02"], found, Q4, Window.QUARTER, "age band", audience=audience)
        assert [part.state for part in parts.values()] == states


# Red, amber and green ----------------------------------------------------------------------------------


def judged(code: str, number: int, whole: int, england: float) -> Reading:
    """The measure with a threshold and published figures whether or not it may be judged by them."""
    measure = MEASURES[code]
    numbers = {item: (number if item == measure.numerator else whole) for item in measure.items}
    found = evidence(
        numbers,
        benchmarks=published(measure.benchmark, england) if measure.benchmark else {},
        neighbour_lists=LISTS,
        thresholds={code: (Threshold(code, date(2013, 4, 1), 80, 70),)},
    )
    return read(code, found, window=Window.YEAR_TO_DATE)


@pytest.mark.parametrize("code", list(MEASURES))
def test_what_has_no_good_direction_is_never_red_amber_or_green(code: str) -> None:
    has_direction = MEASURES[code].polarity is not Polarity.NONE
    tones = set()
    for number, england in ((30, 1.0), (30, 99.0), (290, 1.0), (290, 99.0)):
        reading = judged(code, number, 300, england)
        tones.add(reading.status.tone)
        if not has_direction:
            assert reading.direction.judgement in (None, "none")
            assert reading.neighbours is None or (reading.neighbours.rank is None and reading.neighbours.best is None)
    assert bool(tones & {"red", "amber", "green"}) is has_direction


@pytest.mark.parametrize("code", [code for code, m in MEASURES.items() if m.kind is Kind.COUNT])
def test_a_count_never_meets_another_area(code: str) -> None:
    reading = judged(code, 30, 300, 60.0)
    assert (reading.england, reading.region, reading.neighbours) == (None, None, None)
    assert reading.status.standard != "England"
    assert set(reading.england_series) | set(reading.neighbour_series) <= {None}


# Beside others -----------------------------------------------------------------------------------------


def test_a_published_year_is_set_beside_twelve_months_and_never_a_later_year() -> None:
    reading = read("CP03", of_conferences(45), quarter=Quarter(2016, 3))
    assert reading.england is not None
    assert (reading.beside.window, reading.england.period) == (Window.ROLLING_YEAR, "2015-16")


def test_a_neighbour_without_a_figure_is_left_out_and_counted() -> None:
    found = of_conferences(45)
    benchmarks = {key: value for key, value in found.benchmarks.items() if key[1] != NEIGHBOURS[0][0]}
    neighbours = read("CP03", replace(found, benchmarks=benchmarks)).neighbours
    assert neighbours is not None
    assert (neighbours.n, neighbours.of, neighbours.left_out) == (4, 5, ("Neighbour 0",))
    assert neighbours.mean == pytest.approx((64 + 65 + 66 + 67) / 4)


def test_the_set_is_that_in_force_or_the_one_named() -> None:
    lists = (NeighbourList("old", date(2007, 1, 1), date(2013, 12, 31), NEIGHBOURS[:2]), *LISTS)
    found = replace(of_conferences(45), neighbour_lists=lists)
    sets = [read("CP03", found, model=model, quarter=quarter).neighbours for model, quarter in (
        ("", Q4), ("old", Q4), ("", Quarter(2012, 4)),
    )]  # fmt: skip
    assert [one and (one.set_name, one.of) for one in sets] == [("now", 5), ("old", 2), ("old", 2)]


# What it came from -------------------------------------------------------------------------------------


def test_the_reference_changes_with_the_versions_and_not_with_the_number() -> None:
    same = {read("CP03", of_conferences(number)).reference for number in (3, 45)}
    assert len(same) == 1
    assert same.pop().startswith("CP03-1617Q4-Q-")
    found = of_conferences(45)
    corrected = {key: replace(figure, sources=("returns CSC 2016-17 Q4 v2",)) for key, figure in found.figures.items()}
    assert read("CP03", replace(found, figures=corrected)).reference != read("CP03", found).reference


def test_what_is_awaited_is_named_by_supplier_return_and_quarter() -> None:
    found = of_conferences(45)
    gone = {key: figure for key, figure in found.figures.items() if key[1] != Q4 - 2}
    reading = read("CP03", replace(found, figures=gone), window=Window.YEAR_TO_DATE)
    assert (reading.value.state, reading.value.missing) == (State.NOT_RETURNED, (Q4 - 2,))
    assert reading.awaited == (Awaited("CSC", "section47_enquiries", Q4 - 2),)
    assert reading.status.tone == "grey"


def test_the_parts_of_a_percentage_are_each_over_their_own_whole() -> None:
    breakdowns = {
        ("rereferrals", Q4, "gender"): {"F": FigureValue(10, State.REPORTED)},
        ("referrals_received", Q4, "gender"): {
            "F": FigureValue(40, State.REPORTED), "M": FigureValue(60, State.REPORTED),
        },
    }  # fmt: skip
    found = evidence({"rereferrals": 10, "referrals_received": 100}, breakdowns=breakdowns)
    parts = read_breakdown(MEASURES["FD04"], found, Q4, Window.QUARTER, "gender", audience=Audience.RESTRICTED)
    assert {name: (part.value, part.numerator, part.denominator) for name, part in parts.items()} == {
        "F": (25.0, 10, 40), "M": (0.0, 0, 60),
    }  # fmt: skip
