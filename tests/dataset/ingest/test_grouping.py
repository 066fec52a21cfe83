"""Many findings that say the same are told once, with their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.ingest.findings import Finding, error, query
from dataset.ingest.grouping import STRETCHES_SHOWN, TEXTS_SHOWN, group_findings, tell_lines


def not_a_date(line: int, found: str = "spring") -> Finding:
    return error("not_a_date", f"“{found}” is not a date.", line=line, column="referral_date", found=found)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((4,), "4"),
        ((4, 5), "4, 5"),
        ((4, 5, 6), "4–6"),
        ((4, 7), "4 and 7"),
        ((4, 7, 8, 9, 12), "4, 7–9 and 12"),
        ((), ""),
    ],
)
def test_lines_are_told_in_stretches(lines: tuple[int, ...], told: str) -> None:
    assert tell_lines(lines) == told


def test_more_stretches_than_are_shown_are_counted_by_line() -> None:
    lines = tuple(range(2, 2 + 2 * STRETCHES_SHOWN, 2))
    assert tell_lines((*lines, 100, 101, 102)).endswith("24 and 3 more")


def test_ten_thousand_findings_of_one_sort_are_one_group() -> None:
    (group,) = group_findings([not_a_date(line) for line in range(2, 10_002)])
    assert (group.count, group.where) == (10_000, "2–10001")
    assert (group.message, group.sort) == ("“spring” is not a date.", "")
    assert [text.found for text in group.texts] == ["spring"]


def test_different_texts_of_one_sort_say_what_they_have_in_common_and_the_most_frequent_first() -> None:
    found = [not_a_date(line, f"text {line}") for line in range(2, 22)] + [not_a_date(line) for line in (30, 40)]
    (group,) = group_findings(found)
    assert group.sort == "The cell is not a date."
    assert (group.texts[0].found, group.texts[0].where) == ("spring", "30 and 40")
    assert (len(group.texts), group.texts_left_out) == (TEXTS_SHOWN, 21 - TEXTS_SHOWN)


def test_errors_come_before_queries_and_the_whole_file_before_its_lines() -> None:
    found = [
        query("unknown_locality", "odd", line=2, column="locality"),
        not_a_date(3),
        error("missing_column", "missing", column="outcome"),
    ]
    assert [one.code for one in group_findings(found)] == ["missing_column", "not_a_date", "unknown_locality"]


@given(st.lists(st.tuples(st.integers(2, 30), st.sampled_from("abc")), max_size=40))
def test_no_finding_is_lost_and_none_is_told_twice(cells: list[tuple[int, str]]) -> None:
    groups = group_findings([not_a_date(line, found) for line, found in cells])
    assert sum(group.count for group in groups) == len(cells)
    assert {line for group in groups for line in group.lines} == {line for line, _ in cells}
    assert all(sum(len(text.lines) for text in group.texts) == group.count for group in groups)
