"""Takes the pictures in docs/ anew: `make screenshots`. Each page of the demonstration, wide and narrow."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES  # noqa: E402
from tests.demonstration.site import PASSWORD, Site, served  # noqa: E402

WIDTHS = {"wide": 1280, "narrow": 390}
TALLEST = {"wide": 1400, "narrow": 2400}
PAGES = {
    "summary": ("executive", "/"),
    "theme": ("quality", "/dashboard/child_protection/"),
    "measure": ("quality", "/measures/cp03/?window=year_to_date"),
    "returns": ("officer", "/returns/"),
    "upload": ("officer", "/returns/upload/"),
    "grid": ("manager", "/returns/grid/"),
    "published": ("manager", "/returns/published/"),
    "dictionary": ("officer", "/returns/dictionary/"),
    "about": ("executive", "/about/"),
}


def main() -> None:
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        sys.exit("There is no Chromium on this machine; on Debian: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        for form, width in WIDTHS.items():
            for name, (who, address) in PAGES.items():
                page = browser.new_context(viewport={"width": width, "height": 1000}).new_page()
                _sign_in(page, site, who)
                page.goto(site.url + address)
                _take(page, name, form, width)
            page = browser.new_context(viewport={"width": width, "height": 1000}).new_page()
            _sign_in(page, site, "officer")
            _upload_correction(page, site, Path(folder))
            _take(page, "rehearsal", form, width)
        browser.close()


def _take(page: Page, name: str, form: str, width: int) -> None:
    page.wait_for_timeout(600)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[form])
    page.screenshot(
        path=ROOT / "docs" / "screenshots" / f"{name}-{form}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
    )
    page.context.close()


def _upload_correction(page: Page, site: Site, folder: Path) -> None:
    """A quarter's referrals again, without its last 120 and with a place misspelt: its rehearsal shows what changes."""
    lines = (ROOT / "fixtures/demo/2016-17-Q3/CSC-referrals.csv").read_text(encoding="utf-8-sig").splitlines()
    file = folder / "referrals.csv"
    file.write_text("\n".join(lines[:-120]).replace("Salisbury", "Salisbry", 1), encoding="utf-8")
    page.goto(f"{site.url}/returns/upload/?supplier=CSC&type=referrals&quarter=2016-17-Q3")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check this file").click()
    page.get_by_role("heading", name="check and accept").wait_for()


def _sign_in(page: Page, site: Site, who: str) -> None:
    page.goto(site.url + "/accounts/login/")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(site.url + "/")


if __name__ == "__main__":
    main()
