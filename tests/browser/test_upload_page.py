"""Sending a return in a real browser: with a mouse, by keyboard alone, and without JavaScript."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured

from accounts.roles import Role
from dataset.models import ColumnMapping, QuarterlyReturn, ReturnState
from tests.builders import QUARTER, a_board, a_client, a_csv, a_user, referral_lines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHECK = re.compile("^Check th")
ADDRESS = f"/returns/upload/?supplier=CSC&type=referrals&quarter={QUARTER.slug}"


@pytest.fixture
def officer(settings: Any, tmp_path: Path, live_server: Any) -> Iterator[Any]:
    """The board on 24 May 2017, and its data officer."""
    settings.IDENTIFIER_KEY_FILE = tmp_path / "identifier.key"
    settings.BOARD_TIME = "2017-05-24"
    a_board()
    return a_user(Role.DATA_OFFICER, "CSC")


@pytest.fixture
def opened(page: Any, live_server: Any, officer: Any, sign_in_browser: Callable[[Any], None]) -> Any:
    """The upload page, for the officer's referrals."""
    sign_in_browser(officer)
    page.goto(live_server.url + ADDRESS)
    return page


@pytest.fixture
def refusals_expected(complaints: list[str]) -> Iterator[None]:
    """A refused file's own status is told to the console; nothing else may be."""
    yield
    complaints[:] = [one for one in complaints if "422" not in one]


def a_file(folder: Path, line: int = 3, name: str = "referrals.csv", **cells: str) -> Path:
    """Five referrals with these cells on this line."""
    lines = referral_lines(5)
    lines[line - 2].update(cells)
    path = folder / name
    path.write_bytes(a_csv(lines, list(lines[line - 2])))
    return path


def saved_later(path: Path, content: bytes) -> None:
    """The file saved again, some seconds on: browsers compare whole seconds."""
    moment = path.stat().st_mtime + 10
    path.write_bytes(content)
    os.utime(path, (moment, moment))


def chosen(page: Any) -> list[str]:
    return page.evaluate("Array.from(document.getElementById('id_file').files, one => one.name)")


def checked(page: Any, path: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name=CHECK).click()


@pytest.mark.usefixtures("refusals_expected")
def test_a_refused_file_stays_chosen_and_its_errors_have_the_focus(opened: Any, tmp_path: Path) -> None:
    checked(opened, a_file(tmp_path, referral_date="31/02/2017"))
    opened.get_by_role("heading", name="1 thing to put right").wait_for()
    assert opened.title().startswith("Error: Upload a return")
    assert chosen(opened) == ["referrals.csv"]
    assert opened.evaluate("document.activeElement.className") == "errors"
    opened.get_by_role("link", name="Line 3, referral_date").click()
    assert "31/02/2017" in opened.locator("tr:target").inner_text()


@pytest.mark.usefixtures("refusals_expected")
def test_what_is_said_while_one_waits_follows_the_file(opened: Any, tmp_path: Path) -> None:
    opened.evaluate(
        """() => {
          window.said = [];
          const told = document.querySelector("#checking [role=status]");
          const look = () => window.said.push(Array.from(told.children).filter(part => !part.hidden)[0].textContent);
          look();
          new MutationObserver(look).observe(told, {attributes: true, subtree: true});
        }"""
    )
    checked(opened, a_file(tmp_path, age="200"))
    opened.get_by_role("heading", name="1 thing to put right").wait_for()
    said = list(dict.fromkeys(opened.evaluate("window.said")))
    assert said == [
        "Sending the file. Keep this page open.",
        "The file has arrived, and every cell of it is checked. Keep this page open.",
    ]


@pytest.mark.usefixtures("refusals_expected")
def test_from_a_spoiled_file_by_way_of_its_copy_to_an_accepted_return(opened: Any, tmp_path: Path) -> None:
    checked(opened, a_file(tmp_path, age="200", locality="Salisbry"))
    with opened.expect_download() as taken:
        opened.get_by_role("button", name="Excel copy").click()
    copy = tmp_path / taken.value.suggested_filename
    taken.value.save_as(copy)
    book = openpyxl.load_workbook(copy)
    cell = next(one for one in book["Return"][3] if one.comment and one.value == "200")
    assert "age" in cell.comment.text
    cell.value = "9"
    book.save(copy)
    checked(opened, copy)
    opened.get_by_role("heading", name="check and accept").wait_for()
    assert "Read as a workbook, from its sheet 2." in opened.locator("main").inner_text()
    opened.get_by_role("button", name="Checked: it is right as sent.").click()
    opened.get_by_text("Every query of this return has its answer.").wait_for()
    opened.get_by_role("button", name="Accept this return").click()
    opened.get_by_text("is accepted as version 1").wait_for()
    assert "1 of 1 answered." in opened.locator("main").inner_text()
    assert QuarterlyReturn.objects.get().state == ReturnState.ACCEPTED


@pytest.mark.usefixtures("refusals_expected")
def test_the_whole_way_by_keyboard_alone(opened: Any, tmp_path: Path) -> None:
    opened.get_by_label("File", exact=True).set_input_files(
        a_file(tmp_path, referral_date="spring")
    )  # the system's own window
    opened.get_by_label("File", exact=True).focus()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Check this file"
    opened.keyboard.press("Enter")
    opened.get_by_role("heading", name="1 thing to put right").wait_for()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.locator("tr:target").count() == 1
    opened.get_by_label("File", exact=True).set_input_files(a_file(tmp_path, name="corrected.csv", locality="Salisbry"))
    opened.get_by_role("button", name="Check the file again").press("Enter")
    answer = opened.get_by_label("or in your own words")
    answer.press_sequentially("The estate is new.")
    answer.press("Enter")
    opened.get_by_text("Every query of this return has its answer.").wait_for()
    assert QuarterlyReturn.objects.get().findings.get().answer == "The estate is new."


def test_a_file_that_was_saved_after_it_was_chosen_is_told_and_not_silently_lost(
    opened: Any, tmp_path: Path, complaints: list[str]
) -> None:
    path = a_file(tmp_path, age="200")
    checked(opened, path)
    opened.get_by_role("button", name="CSV copy").wait_for()
    saved_later(path, a_file(tmp_path, age="300", name="other.csv").read_bytes())
    opened.get_by_role("button", name="CSV copy").click()
    told = opened.get_by_role("alert").get_by_text("If you saved it since you chose it here")
    told.wait_for()
    assert chosen(opened) == []
    checked(opened, path)
    opened.get_by_role("cell", name="300", exact=True).wait_for()
    saved_later(path, a_csv(referral_lines(8)))
    opened.get_by_role("button", name=CHECK).click()
    told.wait_for()
    checked(opened, path)
    opened.get_by_role("heading", name="check and accept").wait_for()
    assert QuarterlyReturn.objects.get().row_count == 8
    expected = ("422", "ERR_UPLOAD_FILE_CHANGED", "htmx:sendError", "htmx:afterRequest")
    complaints[:] = [one for one in complaints if not any(sign in one for sign in expected)]


@pytest.mark.usefixtures("refusals_expected")
def test_ones_own_column_name_is_remembered_with_the_file_still_chosen(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_bytes(a_csv(referral_lines(3)).replace(b"referral_date", b"Date of contact", 1))
    checked(opened, path)
    field = opened.get_by_label("referral_date", exact=True)
    assert field.input_value() == "Date of contact"
    opened.get_by_role("button", name="Remember these names").click()
    opened.get_by_role("heading", name="check and accept").wait_for()
    assert "Your column “Date of contact” was read as referral_date." in opened.locator("main").inner_text()
    assert ColumnMapping.objects.get().ours == "referral_date"


def test_without_javascript_every_step_is_there(browser: Any, live_server: Any, officer: Any, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    session = a_client(officer).cookies[configured.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + ADDRESS)
    theirs = tmp_path / "theirs.csv"
    theirs.write_bytes(a_csv(referral_lines(3)).replace(b"referral_date", b"Date of contact", 1))
    checked(page, theirs)
    assert page.get_by_text("choose it again first").is_visible()
    page.get_by_label("File", exact=True).set_input_files(theirs)
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV copy").click()
    assert "referral_date is missing" in Path(taken.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Remember these names").click()
    assert page.get_by_role("heading", name="check and accept").is_visible()
    page.get_by_role("button", name="Accept this return").click()
    assert page.get_by_text("is accepted as version 1").is_visible()
    context.close()


@pytest.mark.usefixtures("refusals_expected")
@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_pass_axe_and_fit_their_width(opened: Any, live_server: Any, tmp_path: Path, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    faults = []

    def look(name: str) -> None:
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name} is wider than {width} pixels")
        found = Axe().run(opened)
        faults.extend(f"{name}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in found.response["violations"])

    lines = referral_lines(40)
    for place, line in enumerate(lines):
        line.update({"age": "200"} if place % 3 else {"referral_date": f"text {place}", "locality": "Salisbry"})
    path = tmp_path / "spoiled.csv"
    path.write_bytes(a_csv(lines).replace(b"outcome", b"Result", 1))
    checked(opened, path)
    opened.get_by_role("heading", name="What was found").wait_for()
    look("refused file")
    checked(opened, a_file(tmp_path, locality="Salisbry"))
    opened.get_by_role("heading", name="check and accept").wait_for()
    look("candidate")
    opened.get_by_role("link", name="One by one").click()
    look("queries")
    opened.goto(live_server.url + "/returns/columns/")
    look("columns")
    assert faults == []
