"""The mask is always safe, as small as the reference's, and makes no more of nothing."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.definitions import Counts, Timing
from dataset.disclosure.audit import audit
from dataset.disclosure.cells import Cell, Role, Tables, canonical
from dataset.disclosure.equations import ALL_RULES, Relation, Rule, Term, build
from dataset.disclosure.hiding import Mask, Reason, hide, small
from dataset.periods import Window
from tests.dataset.disclosure.examples import ITEMS, Q1, cell, counts, grid, item, possible, split, spot

VECTORS = Path(__file__).parents[2] / "vectors" / "suppression_tables.csv"
MAXIMUM = 5
PARTS = [("part", "whole")]
HOSTILE = st.sampled_from([0, 1, 1, 2, 3, 5, 5, 6, 7, 9, 12, 40])
BOUNDED = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def pinned(tables: Tables, mask: Mask) -> set[Cell]:
    """The small counts that the audit finds out, except those that nothing protects."""
    found = {one.cell for one in audit(tables, mask.hidden, small(tables, MAXIMUM), MAXIMUM)}
    return found - mask.exposed


def everything(tables: Tables) -> set[Cell]:
    return {one for one in tables.values if one.role.is_shown and one not in tables.public}


@st.composite
def part_and_whole(draw: st.DrawFn, quarters: int, categories: int) -> dict[Cell, int]:
    wholes = [[draw(HOSTILE) for _ in range(categories)] for _ in range(quarters)]
    parts = [[draw(st.integers(0, number)) for number in row] for row in wholes]
    return split("whole", wholes) | split("part", parts)


@pytest.mark.parametrize(
    "vector", list(csv.DictReader(VECTORS.open(encoding="utf-8"))), ids=lambda one: one["table_id"]
)
def test_no_dearer_than_the_reference(vector: dict[str, str]) -> None:
    tables = grid(vector["rows"])
    mask = hide(tables, MAXIMUM)
    primary = {spot(*map(int, name.split("."))) for name in vector["primary"].split()}
    assert {one for one, reason in mask.hidden.items() if reason is Reason.PRIMARY} == primary
    secondary = [one for one, reason in mask.hidden.items() if reason is Reason.SECONDARY]
    assert len(secondary) <= len(vector["secondary"].split())
    assert sum(tables.values[one] for one in secondary) <= int(vector["cost"])
    assert all(len(values) > 1 for values in possible(tables, mask.hidden, mask.protected, MAXIMUM, 60).values())


@given(st.lists(st.lists(HOSTILE, min_size=3, max_size=3), min_size=1, max_size=3))
@BOUNDED
def test_a_grid_keeps_two_whole_numbers_possible(rows: list[list[int]]) -> None:
    tables = grid(" | ".join(" ".join(map(str, row)) for row in rows))
    mask = hide(tables, MAXIMUM)
    assert not pinned(tables, mask)
    # trying every whole number finds the same as the linear programmes
    found = possible(tables, mask.hidden, mask.protected, MAXIMUM, 130) if len(mask.hidden) < 9 else {}
    assert {one for one, values in found.items() if len(values) == 1} == (set(mask.exposed) if found else set())


@given(st.lists(HOSTILE, min_size=8, max_size=12))
@BOUNDED
def test_windows_do_not_give_a_quarter_back(numbers: list[int]) -> None:
    tables = build(counts("whole", numbers), ITEMS)
    assert not pinned(tables, hide(tables, MAXIMUM))


@given(part_and_whole(quarters=4, categories=3))
@BOUNDED
def test_all_rules_together(figures: dict[Cell, int]) -> None:
    tables = build(figures, ITEMS, PARTS)
    mask = hide(tables, MAXIMUM)
    assert not pinned(tables, mask)
    assert not audit(tables, mask.hidden, mask.protected, MAXIMUM, knows_which=False)
    # what is called exposed is so whatever is hidden
    hopeless = audit(tables, everything(tables), small(tables, MAXIMUM), MAXIMUM)
    assert mask.exposed <= {one.cell for one in hopeless}
    for kept in (mask, Mask(mask.hidden, mask.exposed)):
        assert hide(tables, MAXIMUM, kept).hidden.keys() == mask.hidden.keys()
    assert hide(tables, MAXIMUM) == mask


@given(st.lists(st.integers(6, 90), min_size=4, max_size=9))
@BOUNDED
def test_nothing_is_hidden_where_nothing_is_small(numbers: list[int]) -> None:
    figures = counts("whole", [2 * number for number in numbers]) | counts("part", numbers)
    assert hide(build(figures, ITEMS, PARTS), MAXIMUM) == Mask({}, frozenset(), ())


@given(part_and_whole(quarters=5, categories=2), part_and_whole(quarters=1, categories=2))
@BOUNDED
def test_a_change_is_masked_as_safely_as_the_whole(figures: dict[Cell, int], newest: dict[Cell, int]) -> None:
    before = build(figures, ITEMS, PARTS)
    mask = hide(before, MAXIMUM)
    moved = {one._replace(quarter=Q1 + 4): number for one, number in newest.items()}
    after = build(figures | moved, ITEMS, PARTS)
    new = hide(after, MAXIMUM, mask)
    assert mask.hidden.keys() <= new.hidden.keys()
    found = audit(after, new.hidden, new.protected, MAXIMUM, earlier=mask.hidden)
    assert {one.cell for one in found} <= new.exposed


ONE_ODD = counts("whole", [20, 3, 30, 40, 50, 60, 70, 80])
CASES = {
    Rule.TIME: (ONE_ODD, {}),
    Rule.CATEGORIES: (split("whole", [[3, 20, 30]]), {}),
    Rule.COMPLEMENTS: (counts("whole", [60]) | counts("part", [57]), {"parts": PARTS}),
    Rule.RELATIONS: (
        counts("whole", [30]) | counts("part", [27]) | counts("other", [3]),
        {"relations": [Relation((Term(1, "whole"), Term(-1, "part"), Term(-1, "other")))]},
    ),
    Rule.DISTINCT: (
        {Cell("child", Q1 + step, Window.QUARTER): number for step, number in enumerate([9, 1])}
        | {Cell("child", Q1 + 1, Window.YEAR_TO_DATE): 10},
        {},
    ),
}


@pytest.mark.parametrize("rule", [Rule.TIME, Rule.CATEGORIES, Rule.COMPLEMENTS, Rule.RELATIONS])
def test_every_rule_is_needed(rule: Rule) -> None:
    figures, more = CASES[rule]
    tables = build(figures, ITEMS, **more)
    assert not pinned(tables, hide(tables, MAXIMUM))
    without = hide(build(figures, ITEMS, **more, rules=ALL_RULES - {rule}), MAXIMUM)
    assert pinned(tables, without)


def test_distinct_children_are_bounded_by_their_windows() -> None:
    """Nine children and some more are ten in the half year; those more cannot be fewer than one."""
    items = {"child": item("child", Timing.DISTINCT_YEAR_TO_DATE, Counts.PEOPLE)}
    figures, _ = CASES[Rule.DISTINCT]
    figures[Cell("child", Q1 + 1, Window.QUARTER)] = 5
    figures[Cell("child", Q1 + 1, Window.YEAR_TO_DATE)] = 14
    tables = build(figures, items)
    assert pinned(tables, hide(build(figures, items, rules=ALL_RULES - {Rule.DISTINCT}), MAXIMUM))
    assert not pinned(tables, hide(tables, MAXIMUM))


def test_a_quarter_and_its_only_window_are_one_cell() -> None:
    first, last = Cell("whole", Q1, Window.YEAR_TO_DATE), Cell("whole", Q1 + 3, Window.YEAR_TO_DATE)
    assert canonical(first, Timing.IN_QUARTER).window is Window.QUARTER
    assert canonical(last, Timing.IN_QUARTER).window is Window.ROLLING_YEAR
    assert canonical(last, Timing.AT_QUARTER_END).window is Window.QUARTER


def test_totals_stay_where_categories_can_be_hidden_instead() -> None:
    tables = build(split("whole", [[3, 20, 30], [4, 25, 35]]), ITEMS)
    mask = hide(tables, MAXIMUM)
    assert not [one for one in mask.hidden if one.is_total]


def test_the_parts_that_no_category_names_are_protected() -> None:
    figures = split("whole", [[30, 40]])
    figures[cell()] += 2
    mask = hide(build(figures, ITEMS), MAXIMUM)
    assert Reason.COMPLEMENT in mask.hidden.values()
    assert [reason for one, reason in mask.hidden.items() if one.role is Role.COUNT] == [Reason.SECONDARY]


def test_unknown_answers_are_protected() -> None:
    figures = counts("whole", [60]) | counts("part", [40])
    figures[Cell("part", Q1, Window.QUARTER, role=Role.KNOWN)] = 57
    mask = hide(build(figures, ITEMS, PARTS), MAXIMUM)
    assert any(one.role is not Role.REST for one in mask.hidden)


def test_things_and_noughts_are_never_hidden() -> None:
    items = ITEMS | {"whole": item("whole", counts=Counts.THINGS)}
    tables = build(counts("whole", [4]) | counts("part", [3]) | counts("other", [0]), items, PARTS)
    mask = hide(tables, MAXIMUM)
    assert [one.item for one in mask.hidden if one.role is Role.COUNT] == ["part"]


def test_a_cell_once_hidden_stays_hidden() -> None:
    tables = build(counts("whole", [30, 40]), ITEMS)
    before = {cell(step=1): Reason.PRIMARY}
    mask = hide(tables, MAXIMUM, Mask(before))
    assert mask.hidden[cell(step=1)] is Reason.PRIMARY
    assert len(mask.hidden) > 1
    assert not audit(tables, mask.hidden, mask.protected, MAXIMUM, earlier=before)


def test_parts_that_their_own_smallness_gives_away_are_named() -> None:
    mask = hide(build(split("whole", [[1, 1, 1, 1, 1]]), ITEMS), MAXIMUM)
    assert len(mask.exposed) == 6


def test_what_is_exposed_is_safe_from_who_cannot_tell_which_counts_are_small() -> None:
    tables = build(counts("whole", [30, 1, 1, 1, 2, 40]) | split("part", [[1, 1, 1, 1, 1]]), ITEMS, PARTS)
    mask = hide(tables, MAXIMUM)
    assert mask.exposed
    assert not audit(tables, mask.hidden, mask.protected, MAXIMUM, knows_which=False)


def test_a_maximum_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="2 or more"):
        hide(build({}, ITEMS), 1)
