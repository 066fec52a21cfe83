"""A site served as a user meets it: its own database, its own server process, no part of it replaced."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a password for the tests"
_sites = count(1)


@dataclass(frozen=True)
class Site:
    """A running site: its address, and its command line."""

    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` on the site's database; whatever its exit code."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@contextlib.contextmanager
def served(folder: Path, board_day: str = "2017-05-24") -> Iterator[Site]:
    """The demonstration on the database kind that the suite runs on, stopped and removed at the end."""
    commands = (("migrate", "--verbosity", "0"), ("demo",))
    variables = {"DEMONSTRATION": "on", "DEMO_PASSWORD": PASSWORD, "BOARD_TIME": board_day}
    with serving(folder, *commands, **variables) as site:
        yield site


@contextlib.contextmanager
def serving(folder: Path, *commands: Sequence[str], **variables: str) -> Iterator[Site]:
    """A site of its own, made by these commands of `manage.py`; its log is server.log in the folder."""
    with empty_database(folder) as database_url:
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "WSCB_ENV": "development",
            "ENV_FILE": "",
            "DEBUG": "off",
            "BOARD_TIME": "2017-05-24",
            "IDENTIFIER_KEY_FILE": str(folder / "identifier.key"),
            "SECRET_KEY": "a key for the tests alone, which sign nothing anyone keeps",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment |= variables
        port = _free_port()
        site = Site(f"http://127.0.0.1:{port}", environment)
        for command in commands:
            outcome = site.manage(*command)
            assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wscb.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "server.log").open("w"),
        )
        try:
            _wait_for(site.url + "/health", server)
            yield site
        finally:
            server.terminate()
            server.wait(timeout=20)


@contextlib.contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of an empty database beside the suite's own, dropped at the end."""
    asked = os.environ.get("DATABASE_URL", "")
    if not asked.startswith("postgres"):
        yield f"sqlite:///{folder / 'site.sqlite3'}"
        return
    import psycopg2

    name = f"wscb_site_{os.getpid()}_{next(_sites)}"
    parts = urlsplit(asked)
    with contextlib.closing(psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert server.poll() is None, "the site's server stopped"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError("the site's server did not answer")
