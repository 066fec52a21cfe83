"""A spoiled export of every return, taken to an accepted return with nothing but what the pages say.

The reader here knows the file that was meant. It finds out from the page alone which cells are wrong, and puts back
just those: a place that the page did not name, or named wrongly, stays wrong, and the file is never accepted.
"""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dataset.definitions import Column, ColumnKind
from dataset.ingest.gathering import current_version
from dataset.models import QuarterlyReturn
from dataset.owing import COUNTS, owner_of
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER, a_board, a_user, an_agency
from tests.dataset.files import a_file_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS, SPOILED, ABOVE = 40, 9, 2  # rows of the file, cells spoiled in it, lines above its header
WRONG = {
    ColumnKind.DATE: "31/02/2017",
    ColumnKind.INTEGER: "#REF!",
    ColumnKind.NUMBER: "about ten",
    ColumnKind.YES_NO: "perhaps",
    ColumnKind.CODE: "??",
    ColumnKind.CODES: "99Z",
    ColumnKind.LABEL: "",
    ColumnKind.IDENTIFIER: "",
}
Table = list[list[str]]


def spoil(table: Table, columns: list[Column], chance: Random) -> tuple[Table, set[tuple[int, str]]]:
    """The table with some cells made wrong, and where they are: the line in the spreadsheet, and the column."""
    spoiled, places = [list(row) for row in table], set()
    able = [place for place, column in enumerate(columns) if WRONG[column.kind] or not column.may_be_blank]
    while len(places) < SPOILED:
        row, place = chance.randrange(len(table)), chance.choice(able)
        spoiled[row][place] = WRONG[columns[place].kind]
        places.add((ABOVE + 2 + row, columns[place].name))
    return spoiled, places


def as_exported(table: Table, columns: list[Column]) -> bytes:
    """What a spreadsheet makes of it: a title above the names, the names in its own writing, blank rows below."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Export of the case system", *[""] * (len(columns) - 1)])
    writer.writerow([""] * len(columns))
    writer.writerow([column.name.replace("_", " ").capitalize() for column in columns])
    writer.writerows(table)
    writer.writerows([[""] * len(columns)] * 3)
    return text.getvalue().encode("cp1252")


def lines_named(text: str) -> list[int]:
    """The lines in '4, 7–9 and 12'."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:–(\d+))?", text):
        found += range(int(first), int(last or first) + 1)
    return found


def places_named(page: Any) -> set[tuple[int, str]]:
    """The cells that the table of errors names."""
    found = set()
    for row in page.locator("table.findings").first.locator("tbody tr").all():
        place, column = (row.locator("td").nth(number) for number in (0, 1))
        stretches = place.locator(".findings__lines")
        lines = stretches.inner_text() if stretches.count() else place.inner_text()
        found |= {(line, column.inner_text().strip()) for line in lines_named(lines)}
    return found


@pytest.mark.parametrize("code", list(RETURN_TYPES))
def test_a_spoiled_export_becomes_an_accepted_return_by_what_the_pages_say(
    code: str,
    page: Any,
    live_server: Any,
    sign_in_browser: Callable[[Any], None],
    settings: Any,
    tmp_path: Path,
    complaints: list[str],
) -> None:
    settings.IDENTIFIER_KEY_FILE, settings.BOARD_TIME = tmp_path / "identifier.key", "2017-05-24"
    a_board()
    supplier = an_agency("CSC" if code == COUNTS else owner_of(code))
    columns = list(RETURN_TYPES[code].columns)
    meant = list(csv.reader(io.StringIO(a_file_of(code, ROWS, QUARTER, supplier=supplier.code).decode())))[1:]
    sent, spoiled = spoil(meant, columns, Random(code))

    sign_in_browser(a_user("data_officer", supplier))
    page.goto(f"{live_server.url}/returns/upload/?supplier={supplier.code}&type={code}&quarter={QUARTER.slug}")
    file = tmp_path / f"{code}.csv"
    for _ in range(4):  # one fault may hide another: a date that is none is compared with no other date
        file = file.with_stem(f"{file.stem}-again")
        file.write_bytes(as_exported(sent, columns))
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name=re.compile("^Check th")).click()
        page.locator("#errors-title, h1:has-text('check and accept')").first.wait_for()
        if not page.locator("#errors-title").count():
            break
        assert not QuarterlyReturn.objects.exists()
        named = places_named(page)
        assert named, page.locator("main").inner_text()
        names = [column.name for column in columns]
        for line, name in named:
            row, place = line - ABOVE - 2, names.index(name)
            sent[row][place] = meant[row][place]
        page.reload()
    assert sent == meant, spoiled

    while page.get_by_role("button", name="Checked: it is right as sent.").count():
        page.get_by_role("button", name="Checked: it is right as sent.").first.click()
        page.wait_for_load_state()
    page.get_by_role("button", name="Accept this return").click()
    page.get_by_text("is accepted as version 1").wait_for()
    accepted = current_version(RETURN_TYPES[code], supplier, QUARTER)
    assert accepted is not None
    assert (accepted.row_count, accepted.findings.filter(answer="").count()) == (len(meant), 0)
    complaints[:] = [one for one in complaints if "422" not in one]  # a refused file's own status
