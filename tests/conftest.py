"""What every test may ask for: a clean cache, a browser kept on this machine, no silent skips in CI."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Tools a machine may lack even in CI; a test that needs one says its name in the reason for skipping.
MAY_BE_MISSING = ("Nu HTML checker", "Lighthouse")
IN_CI = bool(os.environ.get("WSCB_CI"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the tests that speak of the other database; one process serves the demonstration to all that ask."""
    other = "postgresql" if "sqlite" in settings.DATABASES["default"]["ENGINE"] else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker(other)]
    for item in items:
        if "demonstration" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demonstration"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """In CI, names the skipped tests that should have run."""
    for report in _wrongly_skipped(terminalreporter):
        terminalreporter.write_line(f"Skipped, which CI does not allow: {report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a test that was skipped for want of anything but the optional tools fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _wrongly_skipped(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _wrongly_skipped(reporter: Any) -> list[Any]:
    skipped = reporter.stats.get("skipped", []) if IN_CI else []
    return [report for report in skipped if not any(tool in str(report.longrepr) for tool in MAY_BE_MISSING)]


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Sign-in attempts are counted in the cache; one test's must not tire the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        pytest.skip("There is no Chromium on this machine; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, in which Django would refuse the tests' own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of: console errors, script errors, requests that would leave this machine.

    There must be none when a test ends; one that provokes them clears the list.
    """
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def page(browser: Any, complaints: list[str]) -> Iterator[Any]:
    """A fresh browser page that can reach this machine alone."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")

    def only_this_machine(route: Any) -> None:
        if urlsplit(route.request.url).hostname in {"localhost", "127.0.0.1", None}:
            route.continue_()
        else:
            complaints.append(f"request off-site: {route.request.url}")
            route.abort()

    context.route("**/*", only_this_machine)
    opened = context.new_page()
    opened.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()


@pytest.fixture
def sign_in_browser(page: Any, live_server: Any) -> Callable[[Any], None]:
    """`sign_in_browser(user)` signs `page` in without the sign-in page."""
    from django.test import Client

    def sign_in(user: Any) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return sign_in


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demonstration board, loaded by its own command and served by its own process."""
    from tests.demonstration.site import served

    with served(tmp_path_factory.mktemp("demonstration")) as site:
        yield site


@pytest.fixture
def real_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that other threads and processes share: on SQLite a file in place of the one in memory."""
    from tests.real_database import in_a_file

    with in_a_file(tmp_path / "real.sqlite3"):
        yield
