"""The parts of pages: what they say, and that each stands by itself."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template, render_to_string

from dashboard import presenters
from dashboard.templatetags.board import status_tag, status_word
from dataset.definitions import State
from dataset.due import Standing
from dataset.status import Judgement, Status
from dataset.suppression import Audience
from tests.dashboard.readings import LAST, conferences

COMPONENTS = sorted(Path(settings.BASE_DIR, "templates/components").glob("*.html"))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_is_a_template_that_says_what_it_is(path: Path) -> None:
    get_template(f"components/{path.name}")
    assert path.read_text(encoding="utf-8").startswith("{% comment %}")


def test_a_status_is_word_shape_and_tone() -> None:
    tag = status_tag(Status(Judgement.OFF_TARGET, True, ""))
    assert 'class="tag tone-red"' in tag
    assert "<svg" in tag
    assert words(tag) == "Off target"


def test_a_status_that_is_not_certain_says_so_in_words_and_in_outline() -> None:
    tag = status_tag(Status(Judgement.NEAR_TARGET, False, ""))
    assert "shape--open" in tag
    assert words(tag) == "Near target, not certain"


@pytest.mark.parametrize(
    ("judgement", "word"),
    [
        (Judgement.HIGHER, "Higher than England"),
        (Judgement.SIMILAR_LEVEL, "Similar to England"),
        (Judgement.LOWER, "Lower than England"),
        (Judgement.WORSE, "Worse than England"),
    ],
)
def test_a_comparison_names_what_it_is_with(judgement: Judgement, word: str) -> None:
    assert status_word(Status(judgement, None, "", "England")) == word


def test_a_card_says_value_status_direction_and_comparators() -> None:
    html = render_to_string("components/measure_card.html", {"card": presenters.card(conferences())})
    said = words(html)
    for part in ("75.0%", "45 of 60", "Near target, not certain", "Target 80%", "England 77.2%"):
        assert part in said
    assert 'class="spark"' in html


def test_a_card_without_a_number_says_why_and_not_nought() -> None:
    said = words(render_to_string("components/measure_card.html", {"card": presenters.card(conferences({}))}))
    assert "Not returned" in said
    assert "0%" not in said.replace("80%", "")


def test_a_hidden_number_is_nowhere_in_card_or_chart() -> None:
    reading = conferences({LAST: (4, 70)}, Audience.EXECUTIVE)
    assert reading.value.state is State.CONFIDENTIAL
    card = presenters.card(reading)
    context = {"card": card, "points": presenters.points(reading)}
    html = render_to_string("components/measure_card.html", context) + render_to_string(
        "components/chart.html", context
    )
    said = words(html)
    assert "5.7" not in said
    assert "4 of 70" not in said
    assert "null, null, null, null" in html
    assert "hidden to protect children" in said


def test_a_chart_carries_its_sentence_its_table_and_its_data() -> None:
    reading = conferences()
    html = render_to_string(
        "components/chart.html", {"card": presenters.card(reading), "points": presenters.points(reading)}
    )
    assert 'data-chart="figure-CP03"' in html
    (data,) = re.findall(r'<script id="figure-CP03" type="application/json">(.*?)</script>', html, re.S)
    assert json.loads(data)["figure"]["data"][-1]["y"] == [None, 60.0, None, 75.0]
    assert "75.0% in 2016-17 Q4" in words(html)
    assert "<table" in html
    assert html.count('class="trend"') == 2


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_a_shape_and_a_tone(standing: Standing) -> None:
    source = "{% load board %}{{ standing|standing_tone }} {% shape standing|standing_shape %}"
    html = engines["django"].from_string(source).render({"standing": standing})
    assert "<svg" in html


def test_a_label_that_holds_markup_is_escaped() -> None:
    html = render_to_string("components/definition.html", {"entries": [("<b>Term", "one\n<script>")]})
    assert "&lt;b&gt;Term" in html
    assert "one<br>&lt;script&gt;" in html
