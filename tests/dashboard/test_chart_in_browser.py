"""charts.js in a real browser, under the strict policy: it draws, nothing moves, nothing is sent away."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from dashboard import presenters
from tests.dashboard.readings import conferences

SITE = "http://localhost:1"
POLICY = "; ".join(
    f"{directive} {' '.join(map(str, sources))}"
    for directive, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
FRAME = "Math.round(document.querySelector('.chart__frame').getBoundingClientRect().height)"
PAGE = """<!doctype html><html lang="en-GB"><head><title>Chart</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/app.css">{assets}</head><body><main>{chart}</main></body></html>"""

pytestmark = pytest.mark.browser


@pytest.fixture
def chart_page(page: Any) -> Any:
    """A page with one chart, served with the site's own policy."""
    reading = conferences()
    context = {"card": presenters.card(reading), "points": presenters.points(reading)}
    chart = render_to_string("components/chart.html", context)
    html = PAGE.format(assets=render_to_string("components/chart_assets.html"), chart=chart)

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        headers = {"Content-Security-Policy": POLICY}
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")), headers=headers)
        else:
            route.fulfill(body=html, headers={**headers, "Content-Type": "text/html; charset=utf-8"})

    page.route(f"{SITE}/**", answer)
    return page


def test_the_chart_takes_the_place_of_its_still_picture_at_the_same_size(chart_page: Any) -> None:
    chart_page.route("**/charts.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    chart_page.goto(SITE)
    assert chart_page.locator(".chart__wide svg.trend").is_visible()
    before = chart_page.evaluate(FRAME)
    chart_page.unroute("**/charts.js")
    chart_page.goto(SITE)
    chart_page.locator("figure.is-live").wait_for()
    assert chart_page.evaluate(FRAME) == before
    assert not chart_page.locator(".chart__wide svg.trend").is_visible()
    assert chart_page.locator(".chart__live .scatterlayer .trace").count() >= 2


def test_no_button_sends_the_chart_away(chart_page: Any) -> None:
    chart_page.goto(SITE)
    chart_page.locator("figure.is-live").wait_for()
    buttons = chart_page.eval_on_selector_all(
        ".modebar-btn", "all => all.map(one => one.getAttribute('data-title') || one.getAttribute('aria-label'))"
    )
    assert buttons == ["Download plot as a PNG"]


def test_the_pointer_reads_a_point(chart_page: Any) -> None:
    chart_page.goto(SITE)
    chart_page.locator("figure.is-live").wait_for()
    box = chart_page.locator(".scatterlayer .trace:last-child .point").last.bounding_box()
    chart_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "45 of 60" in chart_page.locator(".hoverlayer .hovertext").first.text_content()


def test_the_page_has_no_style_element_of_its_own(chart_page: Any) -> None:
    chart_page.goto(SITE)
    chart_page.locator("figure.is-live").wait_for()
    assert chart_page.locator("style").count() == 0


def test_a_narrow_screen_shows_all_of_it(chart_page: Any) -> None:
    chart_page.set_viewport_size({"width": 320, "height": 800})
    chart_page.goto(SITE)
    chart_page.locator("figure.is-live").wait_for()
    assert chart_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    edges = chart_page.eval_on_selector_all(
        ".chart__live .annotation-text", "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert edges
    assert max(edges) <= 320
