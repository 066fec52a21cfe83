"""A 2,000-row return sent and accepted in Chromium, beside the returns page in the same run.

On the demonstration with its own server process, on the day after a quarter has come due: the first file is the
quarter's first version, those after it correct it and give their reason.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.files import referrals
from dataset.periods import Quarter
from tests.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES
from tests.demonstration.site import PASSWORD, Site, served

ROWS = 2_000
FILES = 6
QUARTER, DAY = Quarter(2017, 1), "2017-08-01"
ACCEPTED = "is accepted as version"


def run() -> None:
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        sys.exit("There is no Chromium on this machine; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, served(Path(folder), DAY) as site, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        page = chromium.new_page()
        _sign_in(page, site)
        _load(page, site)
        reference = statistics.median(_load(page, site) for _ in range(FILES))
        sent = [_send(page, site, seed) for seed in range(FILES)]
        chromium.close()
        database = "PostgreSQL" if site.environment["DATABASE_URL"].startswith("postgres") else "SQLite"
    for act, times in zip(
        ("checked, to the page of what would change", "accepted"), zip(*sent, strict=True), strict=True
    ):
        first, later = times[0], statistics.median(times[1:])
        print(
            f"browser: {ROWS:,} referrals on {database}, {act}: {first * 1000:.0f} ms, a correction "
            f"{later * 1000:.0f} ms (median of {FILES - 1}); {first / reference:.1f} and {later / reference:.1f} times "
            f"the returns page ({reference * 1000:.0f} ms)"
        )


def _sign_in(page: Any, site: Site) -> None:
    page.goto(site.url + "/accounts/login/")
    page.get_by_label("E-mail").fill("officer@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(site.url + "/")


def _load(page: Any, site: Site) -> float:
    return _seconds(lambda: page.goto(site.url + "/returns/"))


def _send(page: Any, site: Site, seed: int) -> tuple[float, float]:
    """Seconds from pressing Check to the page of what would change, and from Accept to the page that says it is."""
    page.goto(f"{site.url}/returns/upload/?supplier=CSC&type=referrals&quarter={QUARTER.slug}")
    content = referrals(ROWS, QUARTER, seed)
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "referrals.csv", "mimeType": "text/csv", "buffer": content}
    )
    accept = page.get_by_role("button", name="Accept this return")

    def check() -> None:
        page.get_by_role("button", name="Check this file").click()
        accept.wait_for()
        page.wait_for_load_state("load")

    def press_accept() -> None:
        accept.click()
        page.get_by_text(ACCEPTED).first.wait_for()
        page.wait_for_load_state("load")

    checked = _seconds(check)
    reason = page.get_by_label("Why is this quarter revised?")
    if reason.count():
        reason.fill("The system's export was put right.")
    return checked, _seconds(press_accept)


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
