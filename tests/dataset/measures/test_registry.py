"""The registry walk: every item and measure is whole, and what they name exists."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dataset import measures
from dataset.definitions import Counts, Kind, Measure, Polarity, Theme, Timing
from dataset.measures import BENCHMARK_SERIES, BREAKDOWNS, ITEMS, MEASURES, THEMES
from dataset.models import RECORD_MODELS
from dataset.narrative import round_half_up
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

REFERENCE = Path(__file__).parents[3] / "fixtures" / "reference"
RECORD_ITEMS = [item for item in ITEMS.values() if item.source in RECORD_MODELS]
OTHER_SOURCES = {"partner_counts", "reference", "system"}


def test_no_code_is_used_twice() -> None:
    assert len(ITEMS) == sum(len(file.ITEMS) for file in measures._FILES) == 170
    assert len(MEASURES) == sum(len(file.MEASURES) for file in measures._FILES) == 132
    assert not set(ITEMS) & set(MEASURES)


def test_titles_and_short_names_are_told_apart() -> None:
    for names in (
        [item.title for item in ITEMS.values()],
        [measure.title for measure in MEASURES.values()],
        [measure.short for measure in MEASURES.values()],
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_sixteen_measures_lead_the_summary() -> None:
    assert sum(measure.tier == 1 for measure in MEASURES.values()) == 16


def test_every_theme_has_its_measures_in_its_own_file() -> None:
    assert list(THEMES) == list(Theme)
    for theme, file in zip(Theme, measures._FILES, strict=True):
        assert THEMES[theme] == file.MEASURES


def test_an_item_has_one_source_that_exists() -> None:
    for item in ITEMS.values():
        assert (item.source in RETURN_TYPES) != (item.source in OTHER_SOURCES - {"partner_counts"}), item.code
        assert bool(item.owner) == (item.source not in ("reference", "system")), item.code
        assert item.how_counted, item.code


def test_an_item_is_part_of_a_measure() -> None:
    for item in ITEMS.values():
        assert any(item.code in measure.items for measure in MEASURES.values()), item.code


def test_only_records_are_counted() -> None:
    for item in ITEMS.values():
        if item not in RECORD_ITEMS:
            assert (item.where, item.sums, item.needs, item.known, item.at_least) == (None, "", "", None, 1), item.code


def test_an_item_counts_fields_that_its_records_have() -> None:
    for item in RECORD_ITEMS:
        rows = RECORD_MODELS[item.source]._default_manager.all()
        for where in filter(None, (item.where, item.known)):
            assert str(rows.filter(where(Quarter(2016, 4))).query), item.code
        for name in (item.sums, *(BREAKDOWNS[name].column for name in item.breakdowns)):
            assert not name or rows.model._meta.get_field(name), item.code


def test_an_item_needs_only_columns_that_a_file_may_leave_out() -> None:
    for item in RECORD_ITEMS:
        assert not item.needs or not RETURN_TYPES[item.source].column(item.needs).required, item.code


def test_distinct_items_count_children() -> None:
    for item in RECORD_ITEMS:
        distinct = item.timing is Timing.DISTINCT_YEAR_TO_DATE
        assert distinct or item.at_least == 1, item.code
        assert not distinct or (item.counts is Counts.PEOPLE and item.source == "missing_episodes"), item.code


def test_an_item_is_split_only_as_a_breakdown_says() -> None:
    for item in ITEMS.values():
        assert set(item.breakdowns) <= set(BREAKDOWNS), item.code


def test_a_measure_is_made_of_items_that_exist() -> None:
    for measure in MEASURES.values():
        assert measure.numerator in ITEMS, measure.code
        assert (measure.denominator in ITEMS) == (measure.kind is not Kind.COUNT), measure.code
        assert {Kind.COUNT: {1}, Kind.PERCENTAGE: {100}, Kind.RATE: {10_000, 100_000}}[measure.kind] >= {measure.per}, (
            measure.code
        )


def test_a_measure_is_timed_as_its_numerator_is() -> None:
    for measure in MEASURES.values():
        assert measure.timing is ITEMS[measure.numerator].timing, measure.code


def test_a_measure_says_why_it_matters_and_what_to_ask() -> None:
    for measure in MEASURES.values():
        assert re.fullmatch(r"[A-Z].+[.?]", measure.why_it_matters), measure.code
        assert re.fullmatch(r"[A-Z].+\?", measure.question), measure.code


@pytest.mark.parametrize("words", ["why_it_matters", "question"])
def test_reasons_and_questions_are_each_measure_s_own(words: str) -> None:
    """A count and its rate may share theirs; nothing is said three times."""
    said = Counter(getattr(measure, words) for measure in MEASURES.values())
    assert max(said.values()) <= 2
    assert sum(times == 2 for times in said.values()) <= 4


def test_a_measure_with_a_good_direction_says_who_is_affected() -> None:
    for measure in MEASURES.values():
        assert bool(measure.affected) == (measure.polarity is not Polarity.NONE), measure.code
        assert not measure.affected or re.fullmatch(r"[a-z].*[a-z]", measure.affected), measure.code


def test_a_clause_on_those_affected_fits_one_as_well_as_many() -> None:
    for measure in MEASURES.values():
        assert not re.search(r"\b(were|was|are|is|have|has|their|they)\b", measure.affected), measure.code


def test_a_short_name_fits_a_tile() -> None:
    for measure in MEASURES.values():
        assert 0 < len(measure.short) <= 40, measure.code
        assert measure.unit == measure.unit.strip() != "", measure.code


def test_children_looked_after_are_never_an_abbreviation() -> None:
    text = " ".join(
        f"{m.title} {m.short} {m.unit} {m.affected} {m.why_it_matters} {m.question}" for m in MEASURES.values()
    )
    assert not re.search(r"\b(LAC|CLA|CiN|KPI)\b", text)


def test_every_published_series_is_a_measure_s_or_declared() -> None:
    with (REFERENCE / "benchmarks.csv").open(encoding="utf-8-sig", newline="") as file:
        published = {row["benchmark"] for row in csv.DictReader(file)}
    used = {measure.benchmark for measure in MEASURES.values() if measure.benchmark}
    assert not used & set(BENCHMARK_SERIES)
    assert published == used | set(BENCHMARK_SERIES)


def test_every_target_is_of_a_measure_with_a_good_direction() -> None:
    with (REFERENCE / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            measure = MEASURES[row["measure"]]
            green, red = float(row["green_edge"]), float(row["red_edge"])
            assert (green > red) == (measure.polarity is Polarity.HIGH), measure.code
            assert (green < red) == (measure.polarity is Polarity.LOW), measure.code


@pytest.mark.parametrize(
    "measure", [m for m in MEASURES.values() if re.search(r"\d ?/ ?\d", m.published_parts)], ids=lambda m: m.code
)
def test_a_printed_percentage_follows_from_its_printed_parts(measure: Measure) -> None:
    above, below = (sum(map(int, part.split("+"))) for part in measure.published_parts.split("/"))
    places = len(measure.published_2016_17.partition(".")[2])
    assert str(round_half_up(100 * above / below, places)) == measure.published_2016_17


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("MI10", {"not_in_quarter": True}),
        ("FD05", {"known_only": True}),
        ("CR03", {"footprint": "Wiltshire and Swindon"}),
        ("LA02", {"benchmark_places": 0}),
        ("LA03", {"benchmark_places": 0}),
        ("FD04", {"benchmark_places": 1}),
    ],
)
def test_the_oddities_of_single_measures(code: str, fields: dict[str, Any]) -> None:
    assert {name: getattr(MEASURES[code], name) for name in fields} == fields
