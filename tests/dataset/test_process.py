"""Process limits and special causes: the reference implementation's cases, then what it does not cover."""

import csv
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.definitions import Polarity
from dataset.process import Assurance, Display, Process, Rule, Variation, how_shown, limits_of, read_process

VECTORS = Path(__file__).parent.parent / "vectors"
DIRECTIONS = {"increase": Polarity.HIGH, "decrease": Polarity.LOW, "neutral": Polarity.NONE}
RULE_OF_LABEL = {
    "Common Cause": None,
    "Above UCL": Rule.OUTSIDE,
    "Below LCL": Rule.OUTSIDE,
    "7 Point Trend (Increasing)": Rule.TREND,
    "7 Point Trend (Decreasing)": Rule.TREND,
    "2 in 3 Above CL": Rule.TWO_OF_THREE,
    "2 in 3 Below CL": Rule.TWO_OF_THREE,
    "7 Points Above CL": Rule.SHIFT,
    "7 Points Below CL": Rule.SHIFT,
}
VARIATION_OF_TYPE = {
    "common_cause": Variation.COMMON,
    "special_cause_improvement": Variation.IMPROVEMENT,
    "special_cause_concern": Variation.CONCERN,
    "special_cause_neutral_high": Variation.NEUTRAL_HIGH,
    "special_cause_neutral_low": Variation.NEUTRAL_LOW,
}
ASSURANCE_OF_TEXT = {
    "": None,
    "consistent_pass": Assurance.PASSES,
    "consistent_fail": Assurance.FAILS,
    "inconsistent": Assurance.HIT_AND_MISS,
}


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


POINTS = {key: list(group) for key, group in groupby(rows("process_limits_points.csv"), lambda r: r["series_id"])}
UNSCREENED = {key: list(group) for key, group in groupby(rows("process_limits_unscreened.csv"), lambda r: r["series"])}
SUMMARIES = {row["series_id"]: row for row in rows("process_limits_summary.csv")}


def reference_process(summary: dict[str, str]) -> Process:
    process = read_process(
        [float(row["y"]) for row in POINTS[summary["series_id"]]],
        DIRECTIONS[summary["direction"]],
        rebases=[int(summary["rebase_at_index"]) - 1] if summary["rebase_at_index"] else [],
        fix_after=int(summary["fix_after"]) if summary["fix_after"] else None,
        target=float(summary["target"]) if summary["target"] else None,
        screened=summary["screen_outliers"] == "TRUE",
    )
    assert process is not None
    return process


@pytest.mark.parametrize("series", SUMMARIES)
def test_points_agree_with_the_reference(series: str) -> None:
    process = reference_process(SUMMARIES[series])
    expected = POINTS[series]
    assert [point.rule for point in process.points] == [RULE_OF_LABEL[row["special_cause"]] for row in expected]
    assert [point.variation for point in process.points] == [VARIATION_OF_TYPE[row["point_type"]] for row in expected]
    assert [point.segment for point in process.points] == [int(row["rebase_group"]) for row in expected]
    for point, row in zip(process.points, expected, strict=True):
        assert point.limits.mean == pytest.approx(float(row["mean"]), abs=1e-9)
        if row["lpl"] not in ("", "NA"):
            assert point.limits.lower == pytest.approx(float(row["lpl"]), abs=1e-9)
            assert point.limits.upper == pytest.approx(float(row["upl"]), abs=1e-9)


@pytest.mark.parametrize("series", SUMMARIES)
def test_the_last_point_and_assurance_agree_with_the_reference(series: str) -> None:
    process, summary = reference_process(SUMMARIES[series]), SUMMARIES[series]
    assert process.variation == VARIATION_OF_TYPE[summary["variation_last"]]
    assert process.points[-1].rule == RULE_OF_LABEL[summary["rule_last"]]
    assert process.assurance == ASSURANCE_OF_TEXT[summary["assurance"]]


@pytest.mark.parametrize("series", UNSCREENED)
def test_unscreened_is_the_default_and_agrees(series: str) -> None:
    expected = UNSCREENED[series]
    process = read_process([float(row["value"]) for row in expected], DIRECTIONS[expected[0]["direction"]])
    assert process is not None
    assert [point.rule or "" for point in process.points] == [row["rule"] for row in expected]
    assert [point.variation for point in process.points] == [row["kind"] for row in expected]
    for point, row in zip(process.points, expected, strict=True):
        assert point.limits.mean == pytest.approx(float(row["mean"]), abs=1e-12)
        assert point.limits.lower == pytest.approx(float(row["lower"]), abs=1e-12)
        assert point.limits.upper == pytest.approx(float(row["upper"]), abs=1e-12)


def read(values: Sequence[float | None], polarity: Polarity = Polarity.HIGH, **options: Any) -> Process:
    process = read_process(values, polarity, **options)
    assert process is not None
    return process


SOME_SERIES = st.lists(st.integers(0, 100).map(float), min_size=2, max_size=30)


@given(SOME_SERIES)
def test_limits_are_the_mean_and_the_moving_range(values: list[float]) -> None:
    ranges = [abs(values[i] - values[i - 1]) for i in range(1, len(values))]
    mean, spread = sum(values) / len(values), 2.66 * sum(ranges) / len(ranges)
    limits = limits_of(values)
    assert (limits.mean, limits.lower, limits.upper) == pytest.approx((mean, mean - spread, mean + spread))
    assert limits.near_upper - limits.mean == pytest.approx(spread * 2 / 3)


@given(SOME_SERIES, st.booleans())
def test_a_mirrored_series_has_the_mirrored_meaning(values: list[float], screened: bool) -> None:
    one = read(values, Polarity.HIGH, screened=screened)
    other = read([-value for value in values], Polarity.LOW, screened=screened)
    assert [point.rule for point in one.points] == [point.rule for point in other.points]
    assert [point.variation for point in one.points] == [point.variation for point in other.points]
    assert one.variation == other.variation


@given(SOME_SERIES, st.integers(0, 29))
def test_a_gap_changes_nothing_but_the_places(values: list[float], place: int) -> None:
    gap = min(place, len(values))
    with_gap = read([*values[:gap], None, *values[gap:]])
    without = read(values)
    assert [point.value for point in with_gap.points] == values
    assert [point.rule for point in with_gap.points] == [point.rule for point in without.points]
    assert gap not in [point.index for point in with_gap.points]


def test_a_steady_series_has_no_special_cause() -> None:
    assert {point.rule for point in read([100 / 3] * 9).points} == {None}


def test_six_strict_steps_are_a_trend_and_five_are_not() -> None:
    waves: list[float | None] = [50.0, 40.0, 60.0, 40.0, 60.0, 50.0]
    rising: list[float | None] = [47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0]
    rules = [point.rule for point in read([*waves, *rising, 40.0, 60.0]).points]
    assert rules[6:13] == [Rule.TREND] * 7
    with_a_pause = [*rising[:3], 49.0, *rising[4:]]
    assert Rule.TREND not in [point.rule for point in read([*waves, *with_a_pause, 40.0, 60.0]).points]


def test_a_point_on_the_mean_breaks_a_run_on_one_side() -> None:
    def is_shift(values: list[float | None]) -> list[bool]:
        return [(Rule.SHIFT, 1) in point.signals for point in read(values).points]

    seven_below: list[float | None] = [9.0] * 7
    assert is_shift([*[11.0] * 7, *seven_below])[:7] == [True] * 7
    with_the_mean: list[float | None] = [11.0, 11.0, 11.0, 10.0, 11.0, 11.0, 11.0, 11.0]
    assert not any(is_shift([*with_the_mean, *seven_below]))


def test_concern_wins_where_both_apply_to_the_last_point() -> None:
    falling: list[float | None] = [20.0, 21.0, 20.0, 21.0, 60.0, 59.0, 58.0, 57.0, 56.0, 55.0, 54.0]
    process = read(falling)
    causes = process.points[-1].signals
    assert (Rule.TREND, -1) in causes
    assert (Rule.SHIFT, 1) in causes
    assert process.variation is Variation.CONCERN
    assert read(falling, Polarity.LOW).variation is Variation.CONCERN


def test_a_rebase_starts_limits_and_runs_anew() -> None:
    low: list[float | None] = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0]
    high: list[float | None] = [30.0, 31.0, 30.0, 31.0, 30.0, 31.0]
    process = read([*low, *high], rebases=[7])
    assert {point.rule for point in process.points} == {None}
    assert [point.segment for point in process.points] == [0] * 7 + [1] * 6
    assert process.points[-1].limits.mean == 30.5


def test_fixed_limits_do_not_move_with_later_points() -> None:
    settled: list[float | None] = [10.0, 12.0] * 6
    process = read([*settled, 90.0], fix_after=12)
    assert process.points[-1].limits.mean == 11
    assert process.points[-1].rule is Rule.OUTSIDE


def test_assurance_needs_a_target_and_a_good_direction() -> None:
    values: list[float | None] = [90.0, 91.0, 90.0, 91.0]
    assert read(values).assurance is None
    assert read(values, Polarity.NONE, target=80).assurance is None
    assert read(values, target=80).assurance is Assurance.PASSES
    assert read(values, Polarity.LOW, target=80).assurance is Assurance.FAILS
    assert read(values, target=90.5).assurance is Assurance.HIT_AND_MISS


@pytest.mark.parametrize(
    ("points", "display"),
    [(1, Display.LINE), (5, Display.LINE), (6, Display.TRIAL), (12, Display.TRIAL), (13, Display.FULL)],
)
def test_what_is_shown_grows_with_the_points(points: int, display: Display) -> None:
    assert how_shown(points) is display
    assert read([float(i % 3) for i in range(points)]).display is display


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="12 points or more, not 11"):
        read_process([1.0] * 20, Polarity.HIGH, fix_after=11)
    with pytest.raises(ValueError, match="outside a series of 20"):
        read_process([1.0] * 20, Polarity.HIGH, rebases=[20])
    assert read_process([None, None], Polarity.HIGH) is None
