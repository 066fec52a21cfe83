"""Loading published figures in a real browser, by keyboard names alone, at a desk's width and a phone's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.roles import Role
from dataset.models import Benchmark
from tests.builders import a_user
from tests.dataset.reference.publications import SLICE, known_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(page: Any, live_server: Any, sign_in_browser: Callable[[Any], None]) -> Any:
    """The list of publications, for the board manager."""
    known_areas()
    sign_in_browser(a_user(Role.MANAGER, "BOARD"))
    page.goto(f"{live_server.url}/returns/published/")
    return page


@pytest.fixture
def refusals_expected(complaints: list[str]) -> Iterator[None]:
    """A refused choice's own status is told to the console; nothing else may be."""
    yield
    complaints[:] = [one for one in complaints if "422" not in one]


@pytest.mark.usefixtures("refusals_expected")
@pytest.mark.parametrize("width", [1280, 320])
def test_a_real_file_is_loaded_by_what_the_pages_say(opened: Any, tmp_path: Path, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    faults = []

    def look(name: str) -> None:
        opened.wait_for_load_state()
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name} is wider than {width} pixels")
        found = Axe().run(opened)
        faults.extend(f"{name}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in found.response["violations"])

    look("empty list")
    opened.get_by_role("link", name="Load published figures").click()
    look("upload")
    opened.get_by_label("Publication").fill("Characteristics of children in need")
    opened.get_by_label("Published on").fill("2025-10-30")
    opened.get_by_label("File").set_input_files(SLICE)
    opened.get_by_role("button", name="Read the file").click()
    opened.get_by_role("button", name="See what would change").click()
    look("choice refused")
    opened.get_by_label("Benchmark that rereferral_percent is", exact=True).select_option("re_referral_pct")
    opened.get_by_role("button", name="See what would change").click()
    look("what would change")
    opened.get_by_role("button", name="Accept the figures").click()
    assert opened.get_by_text("Stored: 12 new").is_visible()
    look("publication")
    opened.get_by_role("link", name="Published figures").click()
    look("list")
    opened.get_by_role("link", name="Neighbour lists").click()
    look("neighbour lists")
    path = tmp_path / "list.csv"
    path.write_text("LA num,LA Name,SN1\n865,Wiltshire,E10000013\n")
    opened.get_by_role("textbox", name="Model").fill("dfe_2021")
    opened.get_by_label("In force from").fill("2021-04-01")
    opened.get_by_label("File").set_input_files(path)
    opened.get_by_role("button", name="Read the file").click()
    look("what would change in the lists")
    opened.get_by_role("button", name="Accept the lists").click()
    look("lists loaded")
    assert faults == [], faults
    assert Benchmark.objects.filter(area__code="E06000054", period="2016-17").exists()
