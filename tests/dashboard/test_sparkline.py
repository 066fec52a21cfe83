"""The drawings made on the server: gaps stay gaps, everything has a name, nothing leaves the frame."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sparkline import MULTIPLE, NARROW, SPARK, WIDE, Size, sparkline, trend_svg
from dashboard.trend import Point, Trend, scale_of
from tests.dashboard.trends import level, trend

SIZES = [MULTIPLE, NARROW, WIDE]
VALUES = st.lists(st.none() | st.floats(0, 100), min_size=1, max_size=24)


def paths(svg: str, css: str) -> list[str]:
    return re.findall(rf'<path class="{css}" d="([^"]*)"', svg)


def test_a_line_breaks_where_there_is_no_value() -> None:
    svg = sparkline(trend(10, 20, None, 30, 40), "x")
    (drawn,) = paths(svg, "ours")
    assert drawn.count("M") == 2


def test_a_gap_says_its_reason() -> None:
    svg = trend_svg(trend(10, None, 30), "x")
    assert svg.count('class="gap"') == 1
    assert "<title>period 1: not returned</title>" in svg


def test_the_band_stops_at_a_gap() -> None:
    assert len(paths(trend_svg(trend(10, 20, None, 30, 40), "x"), "band")) == 2


def test_a_value_alone_between_gaps_is_a_dot() -> None:
    svg = sparkline(trend(None, 20, None, 30, 40), "x")
    assert svg.count('class="dot"') == 2


def test_the_target_england_and_the_neighbours_have_lines_with_their_names() -> None:
    lines = (
        level("target", "Target", 80, 3),
        level("england", "England", 70, 3),
        level("neighbours", "Neighbours", 60, 3),
    )
    svg = trend_svg(trend(40, 50, 60, lines=lines), "x", WIDE)
    for kind, name in [("target", "Target 80.0"), ("england", "England 70.0"), ("neighbours", "Neighbours 60.0")]:
        assert len(paths(svg, f"line line--{kind}")) == 1
        assert f">{name}</text>" in svg


def test_names_of_lines_that_lie_together_do_not_touch() -> None:
    lines = (level("england", "England", 50.1, 2), level("neighbours", "Neighbours", 50.2, 2))
    svg = trend_svg(trend(50, 50, lines=lines), "x", WIDE)
    heights = sorted(float(y) for y in re.findall(r'class="label[^"]*" x="[^"]*" y="([^"]*)"', svg))
    assert len(heights) == 3
    assert all(later - earlier >= 15 for earlier, later in pairwise(heights))


def test_one_scale_puts_one_value_at_one_height() -> None:
    small, large = trend(10, 20), trend(10, 80)
    scale = scale_of([small, large])
    first = [paths(trend_svg(one, "x", scale=scale), "ours")[0].split("L")[0] for one in (small, large)]
    assert first[0] == first[1]


def test_the_last_quarter_always_has_its_name() -> None:
    for size in SIZES:
        assert ">P15</text>" in trend_svg(trend(*range(16)), "x", size)


def test_what_comes_from_outside_is_escaped() -> None:
    hostile = Trend('<script>"&', (Point("<b>", 1.0, "<i>"), Point("</svg>", None, missing="<u>")))
    for svg in (sparkline(hostile, 'a"b'), trend_svg(hostile, 'a"b')):
        assert "<script" not in svg
        assert ElementTree.fromstring(svg).tag == "svg"  # noqa: S314 - our own drawing


@given(VALUES, st.sampled_from([*SIZES, SPARK]))
def test_every_drawing_is_whole_named_and_inside_its_frame(values: list[float | None], size: Size) -> None:
    drawn = trend(*values, lines=(level("target", "Target", 80, len(values)),))
    svg = sparkline(drawn, "x") if size is SPARK else trend_svg(drawn, "x", size)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "x-t x-d"
    assert [child.tag for child in root[:2]] == ["title", "desc"]
    assert all(child.text for child in root[:2])
    assert "style" not in {name for element in root.iter() for name in element.attrib}
    for element in root.iter("circle"):
        assert 0 <= float(element.attrib["cx"]) <= size.width
        assert 0 <= float(element.attrib["cy"]) <= size.height
    for path in paths(svg, "ours"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
        assert all(0 <= x <= size.width for x in numbers[::2])
        assert all(0 <= y <= size.height for y in numbers[1::2])


@pytest.mark.parametrize("size", SIZES)
def test_a_measure_without_any_figure_is_drawn_too(size: Size) -> None:
    svg = trend_svg(trend(None, None), "x", size)
    assert "no figures yet" in svg
    assert paths(svg, "ours") == []
