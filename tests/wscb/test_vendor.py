"""Plotly's files come from the installed package, and it draws with them under the strict policy."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from wscb.vendor import BUNDLE, build, script_of, stylesheet_of

TABLE = """var T={"X,X div":'font-family:"Open Sans";',"X a":"fill:none;",Y:"top:0;",",X p":"left:0;"};"""
LOOP = """for(k in T)r=k.replace(/^,/," ,").replace(/X/g,".plot").replace(/Y/g,".note"),s.add(r,T[k]);"""
WRITER = """if(!document.getElementById("5f2")){var e=document.createElement("style");e.id="5f2"}"""

SITE = "http://localhost:1"
PAGE = """<!doctype html><html lang="en-gb"><head><title>Chart</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/vendor/plotly.css" id="plotly.js-style-global" class="no-inline-styles">
<script defer src="/vendor/plotly.min.js"></script></head><body><div id="chart"></div></body></html>"""


def test_the_rules_come_out_last_first_as_the_bundle_inserts_them() -> None:
    assert stylesheet_of(TABLE + LOOP).splitlines() == [
        ".plot p {left:0;}",
        ".note {top:0;}",
        ".plot a {fill:none;}",
        '.plot,.plot div {font-family:"Open Sans";}',
    ]


def test_a_bundle_without_the_known_loop_is_refused() -> None:
    with pytest.raises(ValueError, match="requirements.txt"):
        stylesheet_of("var T={};")


def test_the_installed_bundle_yields_its_rules() -> None:
    rules = stylesheet_of(BUNDLE.read_text(encoding="utf-8")).splitlines()
    assert len(rules) > 50
    assert all(rule.startswith((".js-plotly-plot .plotly", ".plotly-notifier")) for rule in rules)


def test_the_script_follows_the_lines_that_take_the_places_of_its_style_elements() -> None:
    lines, _, bundle = script_of(WRITER).partition("\n")
    assert '["5f2"]' in lines
    assert bundle == WRITER


def test_files_of_another_version_are_made_anew(tmp_path: Path) -> None:
    stale = tmp_path / "plotly.css"
    stale.write_text("/* Made from plotly 0.0.0. */\n")
    build(tmp_path)
    assert ".main-svg" in stale.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plotly.css", "plotly.min.js"]


def test_several_threads_may_ask_first_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(build, [tmp_path] * 4)) == [tmp_path] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plotly.css", "plotly.min.js"]


@pytest.mark.parametrize("name", ["vendor/plotly.min.js", "vendor/plotly.css", "django_htmx/htmx-2.min.js"])
def test_static_files_are_found(name: str) -> None:
    assert Path(finders.find(name)).is_file()


@pytest.mark.browser
def test_plotly_draws_under_the_strict_policy(page: Any) -> None:
    """The page's own guard asserts that the browser had nothing to complain of."""
    policy = "; ".join(
        f"{directive} {' '.join(map(str, sources))}"
        for directive, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
    )
    page.route(
        f"{SITE}/**",
        lambda route: (
            route.fulfill(
                path=finders.find(route.request.url.removeprefix(f"{SITE}/")),
                headers={"Content-Security-Policy": policy},
            )
            if "/vendor/" in route.request.url
            else route.fulfill(body=PAGE, headers={"Content-Type": "text/html", "Content-Security-Policy": policy})
        ),
    )
    page.goto(SITE)
    page.evaluate("Plotly.newPlot('chart', [{x: [1, 2], y: [1, 2]}, {type: 'bar', x: [1, 2], y: [3, 4]}])")
    assert page.locator("#chart .bars .point").count() == 2
    assert page.locator("style").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('#chart .main-svg')).position") == "absolute"
