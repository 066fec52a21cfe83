"""A large file in a real browser: sent, watched while it is checked, left and come back to, and its end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.utils import timezone

from accounts.roles import Role
from dataset.ingest.background import check_staged
from dataset.ingest.staging import discard
from dataset.models import CheckStage, QuarterlyReturn, StagedUpload
from tests.builders import QUARTER, a_board, a_client, a_csv, a_user, referral_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = f"/returns/upload/?supplier=CSC&type=referrals&quarter={QUARTER.slug}"


@pytest.fixture
def officer(settings: Any, tmp_path: Path, live_server: Any) -> Any:
    """The board on 24 May 2017, its data officer, and a queue whose worker is the test."""
    settings.IDENTIFIER_KEY_FILE = tmp_path / "identifier.key"
    settings.BOARD_TIME = "2017-05-24"
    settings.BACKGROUND_ABOVE_BYTES = 500
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    a_board()
    return a_user(Role.DATA_OFFICER, "CSC")


@pytest.fixture
def opened(page: Any, live_server: Any, officer: Any, sign_in_browser: Callable[[Any], None]) -> Iterator[Any]:
    sign_in_browser(officer)
    page.goto(live_server.url + ADDRESS)
    yield page
    page.goto("about:blank")  # or it asks again while the database is cleared


def sent(page: Any, folder: Path, **cells: str) -> StagedUpload:
    """The upload once the browser shows the page of its check."""
    path = folder / "referrals.csv"
    path.write_bytes(a_csv([line | cells for line in referral_lines(40)]))
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Check this file").click()
    page.get_by_text("Stage 1 of 6: waiting to be checked.").wait_for()
    return StagedUpload.objects.get()


def moved(stage: CheckStage) -> None:
    StagedUpload.objects.update(stage=stage, stage_at=timezone.now())


def test_it_is_watched_through_its_stages_to_the_candidate_and_survives_a_reload(opened: Any, tmp_path: Path) -> None:
    upload = sent(opened, tmp_path)
    moved(CheckStage.CHECKING)
    opened.get_by_text("Stage 3 of 6: checking every cell.").wait_for()
    assert opened.get_by_role("progressbar").evaluate("bar => [bar.value, bar.max]") == [2, 6]
    assert opened.locator("[aria-current=step].stages__step").inner_text().split("\n")[0] == "Checking every cell"
    assert opened.get_by_role("status").inner_text() == "Stage 3 of 6: checking every cell."
    opened.reload()
    opened.get_by_text("Stage 3 of 6: checking every cell.").wait_for()
    moved(CheckStage.STORING)
    opened.get_by_text("Stage 6 of 6").wait_for()
    moved(CheckStage.WAITING)
    check_staged.call(upload.public_id)
    opened.get_by_role("heading", name="check and accept").wait_for()
    assert QuarterlyReturn.objects.get().public_id in opened.url


def test_a_refused_file_ends_in_its_findings_and_the_next_one_is_sent_from_there(opened: Any, tmp_path: Path) -> None:
    upload = sent(opened, tmp_path, age="200")
    check_staged.call(upload.public_id)
    opened.get_by_role("heading", name="40 things to put right").wait_for()
    assert opened.title().startswith("Error: Upload a return")
    assert "The file was deleted when its check ended." in opened.locator("main").inner_text()
    path = tmp_path / "corrected.csv"
    path.write_bytes(a_csv(referral_lines(40)))
    opened.get_by_label("File", exact=True).set_input_files(path)
    opened.get_by_role("button", name="Check the file again").click()
    opened.get_by_text("Stage 1 of 6").wait_for()


def test_a_check_that_stops_is_tried_again_from_its_page(opened: Any, tmp_path: Path) -> None:
    upload = sent(opened, tmp_path)
    moved(CheckStage.RETRY)
    opened.get_by_text("The check stopped before its end").wait_for()
    opened.get_by_role("button", name="Try again").click()
    opened.get_by_text("Stage 1 of 6").wait_for()
    check_staged.call(upload.public_id)
    opened.get_by_role("heading", name="check and accept").wait_for()


def test_signed_out_meanwhile_the_page_leads_to_the_sign_in_and_back(opened: Any, tmp_path: Path) -> None:
    upload = sent(opened, tmp_path)
    opened.context.clear_cookies()
    opened.wait_for_url("**/accounts/login/**")
    assert f"next=/returns/checking/{upload.public_id}/" in opened.url


def test_a_check_that_somebody_deleted_is_told(opened: Any, tmp_path: Path, complaints: list[str]) -> None:
    discard(sent(opened, tmp_path))
    opened.get_by_text("No such check, or not one that you may see.").wait_for()
    complaints[:] = [one for one in complaints if "404" not in one]


def test_without_javascript_one_looks_again(browser: Any, live_server: Any, officer: Any, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    session = a_client(officer).cookies[configured.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + ADDRESS)
    upload = sent(page, tmp_path)
    moved(CheckStage.READING)
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_text("Stage 2 of 6: reading the file.").is_visible()
    moved(CheckStage.WAITING)
    check_staged.call(upload.public_id)
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_role("heading", name="check and accept").is_visible()
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_passes_axe_and_fits_its_width(opened: Any, live_server: Any, tmp_path: Path, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    upload = sent(opened, tmp_path, age="200")
    faults = []

    def look(name: str) -> None:
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name} is wider than {width} pixels")
        found = Axe().run(opened)
        faults.extend(f"{name}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in found.response["violations"])

    moved(CheckStage.HASHING)
    opened.get_by_text("Stage 4 of 6").wait_for()
    look("going on")
    moved(CheckStage.RETRY)
    opened.get_by_text("The check stopped").wait_for()
    look("stopped")
    opened.goto(live_server.url + "/returns/")
    look("returns")
    moved(CheckStage.WAITING)
    check_staged.call(upload.public_id)
    opened.goto(f"{live_server.url}/returns/checking/{upload.public_id}/")
    opened.get_by_role("heading", name="40 things to put right").wait_for()
    look("refused")
    assert faults == []
