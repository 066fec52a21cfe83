"""The interactive chart's figure, on its fields; the scale, the text and the trend behind both drawings."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import payload, trend_chart
from dashboard.trend import Line, Point, Trend, describe, scale_of, shared_scales, spread_labels, trend_of
from tests.dashboard.readings import conferences
from tests.dashboard.trends import level, trend

LINES = (
    level("target", "Target", 80, 4),
    level("england", "England", 77.2, 4),
    level("neighbours", "Neighbours", 76, 4),
)


def traces(drawn: Trend) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for trace in payload(drawn)["figure"]["data"]:
        found.setdefault(trace["name"], []).append(trace)
    return found


def test_a_gap_is_null_and_is_not_joined() -> None:
    (ours,) = traces(trend(10, None, 30))["Reviews on time"]
    assert ours["y"] == [10, None, 30]
    assert ours["connectgaps"] is False


def test_a_gap_is_marked_with_its_reason() -> None:
    notes = payload(trend(10, None, 30))["figure"]["layout"]["annotations"]
    assert [note["hovertext"] for note in notes if "hovertext" in note] == ["period 1: not returned"]


def test_the_band_is_drawn_for_each_run_and_never_over_a_gap() -> None:
    bands = traces(trend(10, 20, None, 30, 40))["What chance allows (95%)"]
    assert [band["x"] for band in bands] == [[0, 1, 1, 0], [3, 4, 4, 3]]
    assert bands[0]["y"] == [15, 25, 15, 5]


def test_lines_to_compare_with_are_stepped_dashed_apart_and_named_at_their_end() -> None:
    found = traces(trend(70, 72, 74, 75, lines=LINES))
    assert {name: found[name][0]["line"]["dash"] for name in ("Target", "England", "Neighbours")} == {
        "Target": "dash",
        "England": "solid",
        "Neighbours": "dot",
    }
    assert found["England"][0]["line"]["shape"] == "hvh"
    layout = payload(trend(70, 72, 74, 75, lines=LINES))["figure"]["layout"]
    assert layout["showlegend"] is False
    assert [note["text"] for note in layout["annotations"]] == [
        "75.0%",
        "Target 80.0",
        "England 77.2",
        "Neighbours 76.0",
    ]


def test_a_point_says_its_value_parts_and_interval() -> None:
    (ours,) = traces(trend(75))["Reviews on time"]
    assert ours["text"] == ["period 0: 75.0%<br>75 of 100<br>could be 70.0% to 80.0%"]


def test_the_figure_is_plain_json_without_a_template() -> None:
    sent = payload(trend(70, None, 74, 75, lines=LINES))
    text = json.dumps(sent, allow_nan=False)
    assert "bdata" not in text
    assert "template" not in sent["figure"]["layout"]
    assert json.loads(text) == sent
    assert len(text) < 12_000


def test_nothing_of_a_hidden_value_is_sent() -> None:
    hidden = Trend(
        "Deaths", (Point("P0", 12.0), Point("P1", None, missing="hidden to protect children"), Point("P2", 14.0))
    )
    sent = payload(hidden)["figure"]
    assert [trace["y"] for trace in sent["data"]] == [[12.0, None, 14.0]]
    assert sent["data"][0]["text"][1] == ""


def test_the_text_of_the_chart_is_that_of_the_trend() -> None:
    drawn = trend(70, 72, 74, 75, lines=LINES)
    assert trend_chart(drawn).text == describe(drawn)


def test_the_narrow_drawing_leaves_values_out_and_keeps_the_names() -> None:
    narrow = payload(trend(70, 72, 74, 75, lines=LINES))["narrow"]
    assert [note["text"] for note in narrow["annotations"]] == ["75.0%", "Target", "England", "Neighbours"]
    assert narrow["xaxis"]["tickvals"][-1] == 3


# The scale ---------------------------------------------------------------------------------------------


def test_a_scale_starts_at_nought() -> None:
    scale = scale_of([trend(30, 60)])
    assert scale.low == 0
    assert not scale.is_cut


def test_a_line_that_would_be_flat_starts_higher_and_says_so() -> None:
    scale = scale_of([trend(4000, 4050, 4100, unit="", spread=10)])
    assert scale.is_cut
    assert scale.low > 3000


def test_percentages_never_pass_a_hundred() -> None:
    scale = scale_of([trend(97, 60, spread=20)])
    assert scale.high == 100
    assert scale.ticks[-1] == 100


@given(
    st.lists(st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=20), min_size=1, max_size=4),
    st.sampled_from(["", "per 10,000"]),
)
def test_every_value_is_on_the_shared_scale(values: list[list[float | None]], unit: str) -> None:
    scale = scale_of([trend(*one, unit=unit) for one in values])
    assert scale.low <= min((v for one in values for v in one if v is not None), default=0) + 1e-6
    assert max((v for one in values for v in one if v is not None), default=0) <= scale.high * (1 + 1e-6)
    assert scale.ticks[0] == pytest.approx(scale.low)
    assert scale.ticks[-1] == pytest.approx(scale.high)
    assert 2 <= len(scale.ticks) <= 8


def test_like_is_drawn_beside_like() -> None:
    high, higher, low, count = trend(60), trend(90), trend(9), trend(4000, unit="")
    scales = shared_scales([high, low, count, higher])
    assert scales[0] == scales[3]
    assert scales[0].high == 100
    assert scales[1].high < 30
    assert scales[2].high >= 4000


# The words ---------------------------------------------------------------------------------------------


def test_the_text_says_the_value_the_change_the_range_and_the_comparators() -> None:
    drawn = trend(80, 70, None, 72, 75, lines=(level("england", "England", 77.2, 5),))
    assert describe(drawn) == (
        "Reviews on time: 75.0% in period 4; down from 80.0% in period 0; between 70.0% and 80.0% over 5 quarters; "
        "England 77.2% (year to March 2017). Gaps: period 2 not returned."
    )


def test_a_change_too_small_to_print_is_no_change() -> None:
    assert "; the same as in period 0;" in describe(trend(75.01, 70, 71, 72, 75.04))


def test_a_measure_without_figures_says_so() -> None:
    assert describe(trend(None, None)) == "Reviews on time: no figures yet. Gaps: period 0, period 1 not returned."


def test_a_line_must_have_a_value_a_point() -> None:
    with pytest.raises(ValueError, match="3 values for 2 points"):
        Trend("T", (Point("a", 1.0), Point("b", 2.0)), (Line("target", "Target", (1.0, 1.0, 1.0)),))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5, unique=True))
def test_labels_moved_apart_do_not_touch_and_keep_their_order(positions: list[float]) -> None:
    placed = [
        place for _, place in sorted(zip(positions, spread_labels(positions, gap=10, low=0, high=100), strict=True))
    ]
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in placed)
    assert all(above - below >= 10 - 1e-9 for below, above in pairwise(placed))


# From a reading ----------------------------------------------------------------------------------------


def test_a_reading_becomes_a_trend_with_its_gaps_and_lines() -> None:
    drawn = trend_of(conferences())
    assert [point.value for point in drawn.points] == [None, 60.0, None, 75.0]
    assert drawn.points[2].missing == "not returned by CSC"
    assert drawn.points[3].parts == "45 of 60"
    assert drawn.unit == "%"
    assert {line.kind: line.last for line in drawn.lines} == {"target": 80.0, "england": 77.2}
