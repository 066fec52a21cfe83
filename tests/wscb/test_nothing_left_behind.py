"""A file with an NHS number in it, sent to a real server in every way: afterwards its digits are nowhere.

The server logs at its loudest. NHS numbers that begin with 999 are given to nobody.
"""

import io
import re
import sqlite3
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from openpyxl.comments import Comment

from dataset.owing import COUNTS, owner_of
from dataset.returns import RETURN_TYPES
from tests.builders import QUARTER
from tests.dataset.files import a_file_of
from tests.demonstration.site import Site, serving

NUMBER = "9990012342"
WRITTEN = (NUMBER, "999 001 2342", "999-001-2342", "NHS No. 9990012342", "9990012342.0", "999\u00a0001\u00a02342")
DIGITS = re.compile(rb"999[\W_]{0,8}001[\W_]{0,8}2342")
CHILD = "KID77001"  # what stands in for every identifier of a file that is good
SCRIPT = """
import django; django.setup()
from tests.builders import *
a_board()
officer = a_user("data_officer", "CSC")
for code in ("MISS", "POL", "BOARD"):
    an_agency(code, name=f"Agency {code}")
    a_membership(officer, "data_officer", code)
print(a_client(officer).cookies["sessionid"].value)
"""
OWNERS = {code: "POL" if code == COUNTS else owner_of(code) for code in RETURN_TYPES}


@dataclass
class Browser:
    """A signed-in browser, which keeps all that it was answered."""

    url: str
    session: str
    answers: list[bytes]

    def __post_init__(self) -> None:
        jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        name = ("sessionid", self.session, None, False)
        place = ("127.0.0.1", False, False, "/", True)
        jar.set_cookie(Cookie(0, *name, *place, False, None, False, None, None, {}))
        self.token = ""
        page = self.open("/returns/upload/")[1].decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        self.token = found[1]

    def open(self, path: str, data: bytes | None = None, kind: str = MULTIPART_CONTENT) -> tuple[int, bytes, str]:
        request = urllib.request.Request(self.url + path, data=data)
        if data is not None:
            request.add_header("Content-Type", kind)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            body = answer.read()
            self.answers += [body, str(answer.headers).encode()]
            if body.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(body)) as package:
                    self.answers += [package.read(name) for name in package.namelist()]
            return answer.status, body, answer.url

    def post(self, path: str, **form: object) -> tuple[int, bytes, str]:
        return self.open(path, encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": self.token, **form}))

    def upload(self, content: bytes, code: str = "referrals", *, name: str = "return.csv", path: str = "", **form: str):  # type: ignore[no-untyped-def]
        file = SimpleUploadedFile(name, content)
        chosen = {"supplier": OWNERS[code], "type": code, "quarter": QUARTER.slug, **form}
        return self.post(f"/returns/upload/{path}", **chosen, file=file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "tmp").mkdir()
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    loud = {"DJANGO_SETTINGS_MODULE": "tests.loud_settings", "TMPDIR": str(folder / "tmp")}
    with serving(folder, ("migrate", "--verbosity", "0"), **loud) as site:
        yield site


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    made = Site(site.url, environment).run("-c", SCRIPT)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture
def browser_of_officer(site: Site, session: str) -> Browser:
    return Browser(site.url, session, [])


# Where it could be -------------------------------------------------------------------------------------


def everything_stored(site: Site, folder: Path) -> bytes:
    """The database: on SQLite its files as they are, with what was deleted; on PostgreSQL every row of every table."""
    address = site.environment["DATABASE_URL"]
    if address.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in folder.glob("site.sqlite3*"))
    import psycopg2

    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        rows: list[str] = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT one::text FROM "{table}" one')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows).encode()


def sessions_of(site: Site) -> bytes:
    script = (
        "import django; django.setup()\n"
        "from django.contrib.sessions.models import Session\n"
        "print([one.get_decoded() for one in Session.objects.all()])"
    )
    return site.run("-c", script).stdout.encode()


def places(site: Site, folder: Path, answers: list[bytes]) -> dict[str, bytes]:
    temporary = [path for path in (folder / "tmp").rglob("*") if path.is_file()]
    return {
        "database": everything_stored(site, folder),
        "sessions": sessions_of(site),
        "log": (folder / "server.log").read_bytes(),
        "temporary folder": b"\n".join(path.name.encode() + path.read_bytes() for path in temporary),
        "answers": b"\n".join(answers),
    }


def assert_nowhere(pattern: re.Pattern[bytes], found: dict[str, bytes]) -> None:
    for place, content in found.items():
        hit = pattern.search(content)
        assert hit is None, f"{place}: {content[max(0, hit.start() - 300) : hit.end() + 60]!r}"


# What is sent ------------------------------------------------------------------------------------------


def rows_of(content: bytes) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def a_csv_of(rows: list[list[str]]) -> bytes:
    import csv

    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def a_book_of(rows: list[list[str]], title: str = "Return", note: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if note:
        sheet["A2"].comment = Comment(note, note)
        book.properties.title = book.properties.creator = note
        book.create_sheet("Old")["B7"] = note
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def clean(code: str) -> list[list[str]]:
    """A file of the return that has no fault; its identifiers are told apart from everything else."""
    rows = rows_of(a_file_of(code, 6, QUARTER, supplier=OWNERS[code]))
    for place, name in enumerate(rows[0]):
        if name in RETURN_TYPES[code].identifiers:
            for line, row in enumerate(rows[1:]):
                row[place] = f"{CHILD}{line}"
    return rows


def spoiled() -> Iterator[tuple[str, str, list[list[str]]]]:
    """Of each return, with the number in one cell of each of its columns."""
    for code in RETURN_TYPES:
        for place, column in enumerate(clean(code)[0]):
            rows = clean(code)
            rows[3 if len(rows) > 3 else -1][place] = WRITTEN[place % len(WRITTEN)]
            yield code, column, rows


def oddities() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """The number elsewhere than in a cell of the return."""
    rows = clean("referrals")
    good = a_csv_of(rows)
    yield "file name", good, {"name": f"{NUMBER}.csv"}
    yield "file name with words", good, {"name": f"referral of 999-001-2342 {date.today().year}.CSV"}
    yield "heading", a_csv_of([[*rows[0], NUMBER], *([*row, "x"] for row in rows[1:])]), {}
    yield "heading for a column", a_csv_of([[NUMBER, *rows[0][1:]], *rows[1:]]), {}
    yield "unknown column", a_csv_of([[*rows[0], "office"], *([*row, WRITTEN[1]] for row in rows[1:])]), {}
    yield "no heading", a_csv_of([rows[0], *([*row, NUMBER] for row in rows[1:])]), {}
    yield "line above", f"Referrals of {NUMBER}\r\n".encode() + good, {}
    yield "quoted line break", a_csv_of([rows[0], *([*row[:-1], f"Salisbury\n{NUMBER}"] for row in rows[1:])]), {}
    yield "row too long", good + b"R9,C9,04/01/2017,6,9,F,N1,,,assessment,Salisbury,," + NUMBER.encode() + b"\r\n", {}
    yield "unclosed quote", good + b'"R9,' + NUMBER.encode(), {}
    yield "two encodings", good + NUMBER.encode() + b",\xe9,\xc3\xa9\r\n", {}
    yield "utf-16", a_csv_of([*rows, [NUMBER]]).decode().replace(",", "\t").encode("utf-16"), {}
    yield "another return", good.replace(b"Salisbury", NUMBER.encode()), {"code": "marac_cases"}
    yield "nothing but it", NUMBER.encode(), {}
    yield "a page", b"<html><body>" + NUMBER.encode(), {}
    yield "a PDF", b"%PDF-1.4 " + NUMBER.encode(), {}
    yield "bytes", b"\x00\x01\x02" + NUMBER.encode() * 3, {}
    yield "very long cell", good + b'"' + NUMBER.encode() * 400 + b'"', {}
    yield "many columns", (",".join([NUMBER] * 300)).encode() + b"\r\n" + good, {}
    yield "sheet", a_book_of(rows, NUMBER), {"name": "return.xlsx"}
    yield "notes", a_book_of(rows, note=NUMBER), {"name": "return.xlsx"}
    yield "broken workbook", a_book_of(rows, note=NUMBER)[:-900], {"name": "return.xlsx"}
    yield "a number", a_book_of([rows[0], *([*row[:-1], 9990012342] for row in rows[1:])]), {"name": "r.xlsx"}  # type: ignore[list-item]
    for place, name in enumerate(rows[0][:2]):
        yield f"one among good {name}s", a_csv_of(_one_among_many(rows, place)), {}


def _one_among_many(rows: list[list[str]], place: int) -> list[list[str]]:
    many = [[f"{CHILD}{line}", f"{CHILD}{line}", *rows[1][2:]] for line in range(60)]
    many[40][place] = NUMBER
    return [rows[0], *many]


def taken_whole(rows: int) -> bytes:
    """Referrals whose system numbers children by ten digits, some of which happen to be an NHS number."""
    header, first, *_ = clean("referrals")
    lines = [[f"{CHILD}{line}", str(4_000_000_000 + 7919 * line), *first[2:]] for line in range(rows)]
    lines[rows // 2][1] = NUMBER
    return a_csv_of([header, *lines])


# The tests ---------------------------------------------------------------------------------------------


def test_the_digits_are_nowhere_afterwards(browser_of_officer: Browser, site: Site, folder: Path) -> None:
    browser, taken = browser_of_officer, []
    untouched = (folder / "tmp").stat().st_mtime_ns
    for turn, (code, column, rows) in enumerate(spoiled()):
        content, name = (a_book_of(rows), "return.xlsx") if turn % 3 == 2 else (a_csv_of(rows), "return.csv")
        status = browser.upload(content, code, name=name)[0]
        assert status in (200, 422), (code, column)
        if status == 200:
            taken.append((code, column))
        if turn % 2:
            browser.upload(content, code, name=name, path="annotated/", **{"as": ("csv", "xlsx")[turn // 2 % 2]})
    for turn, (what, content, how) in enumerate(oddities()):
        for path in ("", "annotated/"):
            assert browser.upload(content, path=path, **how, **{"as": ("csv", "xlsx")[turn % 2]})[0] in (200, 422), what
    # an identifier is hashed; from everything else the number keeps the file out
    assert {RETURN_TYPES[code].column(column).kind.name for code, column in taken} <= {"IDENTIFIER"}
    assert (folder / "tmp").stat().st_mtime_ns == untouched  # no file was made there, not even for a moment
    assert_nowhere(DIGITS, places(site, folder, browser.answers))


def test_nor_after_it_was_accepted_and_nor_is_any_identifier(
    browser_of_officer: Browser, site: Site, folder: Path
) -> None:
    browser = browser_of_officer
    for status, _, url in (
        browser.upload(taken_whole(60), name=f"{NUMBER}.csv"),
        browser.upload(a_csv_of(clean("missing_episodes")), "missing_episodes"),
    ):
        assert (status, "/upload/" in url) == (200, False)
        page = urlsplit(url).path
        assert browser.post(f"{page}accept/")[0] == 200
        browser.open(page)
    found = places(site, folder, browser.answers)
    assert_nowhere(DIGITS, found)
    assert_nowhere(re.compile(CHILD.encode() + b"|(?<![0-9.])40000[0-9]{5}(?![0-9])"), found)


def test_nor_from_the_command_line(site: Site, session: str, folder: Path) -> None:
    sent = folder / f"{NUMBER}.csv"
    found = b""
    refused = a_csv_of(_one_among_many(clean("referrals"), 10))
    for content, *more in ((taken_whole(70), "--rehearse"), (taken_whole(70), "--json"), (refused,)):
        sent.write_bytes(content)
        done = site.manage(
            "load_return", str(sent), "--type", "referrals", "--agency", "CSC", "--quarter", str(QUARTER), *more
        )
        found += done.stdout.encode() + done.stderr.encode()
    sent.unlink()
    assert b"Traceback" not in found
    assert_nowhere(DIGITS, places(site, folder, [found]))


@contextmanager
def refusing_rows(site: Site) -> Iterator[None]:
    """The database itself refuses each referral, in words that may hold the row."""
    address = site.environment["DATABASE_URL"]
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(address).path)) as connection:
            connection.execute(
                "CREATE TRIGGER refuses BEFORE INSERT ON dataset_referral BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            yield
            connection.execute("DROP TRIGGER refuses")
        return
    import psycopg2

    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("ALTER TABLE dataset_referral ADD CONSTRAINT refuses CHECK (false) NOT VALID")
        yield
        cursor.execute("ALTER TABLE dataset_referral DROP CONSTRAINT refuses")


def test_nor_after_a_fault_in_the_middle(browser_of_officer: Browser, site: Site, folder: Path) -> None:
    browser = browser_of_officer
    content = taken_whole(50)
    with refusing_rows(site):
        assert browser.upload(content)[0] == 500
    key = folder / "identifier.key"
    kept = key.read_bytes()
    key.write_bytes(b"not a key")
    assert browser.upload(content)[0] == 503
    key.write_bytes(kept)
    found = places(site, folder, browser.answers)
    assert b"Traceback" in found["log"] and b"Traceback" not in found["answers"]
    assert_nowhere(DIGITS, found)
    assert_nowhere(re.compile(CHILD.encode()), found)


@contextmanager
def away(site: Site) -> Iterator[None]:
    """The database is away: its file with a share that is gone, or its server, which takes no connection."""
    address = site.environment["DATABASE_URL"]
    if address.startswith("sqlite"):
        path = Path(urlsplit(address).path)
        path.rename(path.with_suffix(".away"))
        path.mkdir()
        yield
        path.rmdir()
        path.with_suffix(".away").rename(path)
        return
    import psycopg2

    name = urlsplit(address).path.removeprefix("/")
    with (
        closing(psycopg2.connect(address.replace(f"/{name}", "/postgres"))) as connection,
        connection.cursor() as cursor,
    ):
        connection.autocommit = True
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_the_database_away_for_a_moment(browser_of_officer: Browser, site: Site, folder: Path) -> None:
    browser = browser_of_officer
    content = taken_whole(40)
    before = everything_stored(site, folder) if "postgres" in site.environment["DATABASE_URL"] else b""
    with away(site):
        for _ in range(2):
            status, body, _ = browser.upload(content)
            assert status == 503
            assert "does not answer" in body.decode() and "stored whole or not at all" in body.decode()
    if before:
        assert everything_stored(site, folder) == before
    status, _, url = browser.upload(content)
    assert (status, "/upload/" in url) == (200, False)
    assert_nowhere(DIGITS, places(site, folder, browser.answers))
