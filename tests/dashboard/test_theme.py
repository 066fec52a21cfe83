"""Every tone and shape can be read, told apart without colour, and is the same in Python and in the stylesheet."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from dashboard.theme import CHART, SHAPES, TONES, board_stylesheet, contrast, luminance, shape_svg
from dataset.status import Judgement

STYLESHEET = Path(settings.BASE_DIR, "static/css/app.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", STYLESHEET.partition("@media")[0]))
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
WHITE = "#ffffff"


@pytest.mark.parametrize("tone", TONES)
def test_words_and_shapes_stand_out(tone: str) -> None:
    colours = TONES[tone]
    assert contrast(colours.word, colours.tint) >= 4.5
    assert contrast(colours.word, WHITE) >= 4.5
    assert contrast(colours.on_fill, colours.fill) >= 4.5
    assert contrast(colours.shape, colours.tint) >= 3
    assert contrast(colours.shape, WHITE) >= 3


@pytest.mark.parametrize("tone", TONES)
def test_the_stylesheet_has_the_same_colours(tone: str) -> None:
    colours = TONES[tone]
    for part in ("word", "shape", "tint", "fill"):
        assert TOKENS[f"{tone}-{part}"] == getattr(colours, part)
    assert TOKENS[f"{tone}-on-fill"] == colours.on_fill


def test_the_stylesheet_has_the_same_chart_colours() -> None:
    for part in ("ours", "band", "england", "neighbours", "target", "grid", "axis", "text"):
        assert TOKENS[f"chart-{part}"] == getattr(CHART, part)


def test_chart_lines_stand_out_and_the_band_does_not_hide_them() -> None:
    for colour in (CHART.ours, CHART.england, CHART.neighbours, CHART.target, CHART.text):
        assert contrast(colour, WHITE) >= 4.5
        assert contrast(colour, CHART.band) >= 3


def test_fills_of_good_middling_and_bad_differ_on_a_black_and_white_print() -> None:
    light = {tone: luminance(TONES[tone].fill) for tone in ("green", "amber", "red")}
    assert light["green"] > 1.2 * light["amber"] > 1.2 * 1.2 * light["red"]


@pytest.mark.parametrize("judgement", Judgement)
def test_every_judgement_has_a_tone_and_a_drawing(judgement: Judgement) -> None:
    assert judgement.tone in TONES
    assert judgement.shape in SHAPES


def test_no_shape_is_shared_by_two_tones() -> None:
    """Else the shape would need its colour to be understood."""
    tones: dict[str, set[str]] = {}
    for judgement in Judgement:
        tones.setdefault(judgement.shape, set()).add(judgement.tone)
    assert {shape: found for shape, found in tones.items() if len(found) > 1} == {}


def test_shapes_differ_from_each_other() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_a_shape_says_nothing_to_a_screen_reader_and_can_be_an_outline() -> None:
    assert 'aria-hidden="true"' in shape_svg("circle")
    assert "shape--open" not in shape_svg("circle")
    assert "shape--open" in shape_svg("circle", open_=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(("colour", "ink"), [("#12454d", "#ffffff"), ("#f2e6b1", CHART.ink)])
def test_the_board_colour_brings_an_ink_that_can_be_read(colour: str, ink: str) -> None:
    assert board_stylesheet(colour) == f":root {{ --board: {colour}; --on-board: {ink}; }}\n"
    assert contrast(colour, ink) >= 4.5


@pytest.mark.parametrize("wrong", ["teal", "#123", "#12454d; } body { display: none", ""])
def test_a_board_colour_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        board_stylesheet(wrong)


def test_anyone_gets_the_board_colour(client: Client) -> None:
    """The sign-in page wears it too."""
    response = client.get("/board.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert settings.BOARD_COLOUR in response.content.decode()


def test_the_stylesheet_asks_for_nothing_from_elsewhere() -> None:
    assert not re.search(r"@import|url\(|https?:", STYLESHEET)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_has_anything_inline(path: Path) -> None:
    """The Content-Security-Policy would drop it without a word."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)
