"""The demonstration in a real browser, as its users meet it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.demonstration.site import PASSWORD, ROOT, Site

pytestmark = pytest.mark.browser

PAGES = {
    "summary": "/",
    "themes": "/dashboard/",
    "theme": "/dashboard/child_protection/",
    "theme with gaps": "/dashboard/front_door/",
    "measure": "/measures/cp03/",
    "measure that was not returned": "/measures/fd07/",
    "measure without a good direction": "/measures/mi02/?window=year_to_date",
    "about": "/about/",
    "returns": "/returns/",
    "upload": "/returns/upload/",
    "who has sent what": "/returns/grid/",
    "what is owed": "/returns/owed/",
    "a year restated": "/returns/restate/",
    "column names": "/returns/columns/",
    "published figures": "/returns/published/",
    "dictionary": "/returns/dictionary/",
    "dictionary of a return": "/returns/dictionary/referrals/",
}
QUARTER = "2016-17-Q4"


@pytest.fixture
def signed_in(page: Any, demonstration: Site) -> Callable[[str], Any]:
    """`signed_in("officer")` is the browser's page after signing in on the sign-in page."""

    def sign_in(who: str) -> Any:
        page.goto(demonstration.url + "/accounts/login/")
        page.get_by_label("E-mail").fill(f"{who}@demo.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(demonstration.url + "/")
        return page

    return sign_in


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_passes_axe_and_fits_its_width(signed_in: Any, demonstration: Site, width: int) -> None:
    page = signed_in("manager")
    page.set_viewport_size({"width": width, "height": 900})
    faults = []
    page.goto(demonstration.url + "/returns/grid/")
    queried = page.get_by_role("listitem").filter(has_text="Received, with queries").first
    version = queried.get_by_role("link").get_attribute("href")
    pages = {**PAGES, "a version with queries": version, "its queries": f"{version}queries/"}
    for name, address in pages.items():
        page.goto(demonstration.url + address)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name} is wider than {width} pixels")
        found = Axe().run(page)
        faults += [f"{name}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]
    assert faults == []


def test_the_summary_leads_with_what_is_worrying(signed_in: Any) -> None:
    page = signed_in("executive")
    concerns = page.locator(".concern")
    texts = [concerns.nth(place).inner_text() for place in range(concerns.count())]
    conferences = next(text for text in texts if "303 of 609 conferences" in text)
    assert "306 children waited longer" in conferences
    assert "Off target" in conferences
    assert "77.2%" in conferences


def test_the_pages_are_complete_without_javascript(browser: Any, demonstration: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demonstration.url + "/accounts/login/")
    page.get_by_label("E-mail").fill("executive@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(demonstration.url + "/measures/cp03/?window=year_to_date")
    assert page.locator("svg.trend").first.is_visible()
    page.get_by_text("The numbers behind this chart").click()
    assert page.get_by_role("cell", name="303 of 609").first.is_visible()
    context.close()


def test_the_interactive_chart_replaces_the_still_one_where_it_stood(signed_in: Any, demonstration: Site) -> None:
    page = signed_in("quality")
    page.goto(demonstration.url + "/measures/cp03/")
    page.wait_for_selector(".chart.is-live .main-svg")
    assert page.locator(".chart__still").first.is_hidden()
    assert page.get_by_text("Share chart").count() == 0
    assert page.locator("[data-title*='cloud' i], [data-title*='share' i]").count() == 0


def test_the_summary_loads_no_chart_library(signed_in: Any) -> None:
    page = signed_in("executive")
    assert page.evaluate("typeof Plotly") == "undefined"


def test_a_spoiled_cell_is_found_on_its_line_and_the_old_return_stays(
    signed_in: Any, demonstration: Site, complaints: list[str]
) -> None:
    page = signed_in("officer")
    spoiled, line = _spoiled_referrals()
    page.goto(demonstration.url + f"/returns/upload/?supplier=CSC&type=referrals&quarter={QUARTER}")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "referrals.csv", "mimeType": "text/csv", "buffer": spoiled.encode()}
    )
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="to put right").wait_for()
    assert page.title().startswith("Error: ")
    finding = page.locator("table tr", has_text="31/02/2017").first
    assert str(line) in finding.inner_text()
    assert "referral_date" in finding.inner_text()
    outcome = demonstration.manage(
        "load_return", f"fixtures/demo/{QUARTER}/CSC-referrals.csv",
        "--type", "referrals", "--agency", "CSC", "--quarter", "2016-17 Q4", "--json",
    )  # fmt: skip
    assert '"unchanged": true' in outcome.stdout
    complaints[:] = [one for one in complaints if "422" not in one]  # the page's own status, told to the console


def test_an_executive_member_meets_no_small_count(signed_in: Any, demonstration: Site) -> None:
    page = signed_in("executive")
    page.goto(demonstration.url + "/measures/hw04/?window=year_to_date")
    assert "Hidden to protect children" in page.locator("main").inner_text()


def test_the_pages_are_walked_by_keyboard_alone(signed_in: Any) -> None:
    page = signed_in("executive")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Skip to")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def _spoiled_referrals() -> tuple[str, int]:
    """A demonstration file with the date of its third row made impossible, and that row's line."""
    path = ROOT / "fixtures" / "demo" / QUARTER / "CSC-referrals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[3][rows[0].index("referral_date")] = "31/02/2017"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue(), 4
