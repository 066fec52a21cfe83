"""Plotly's script and stylesheet, made from the installed package: no copy is in the repository.

Plotly writes style elements into the page, which a strict Content-Security-Policy forbids. It leaves them out
when it finds their place taken, so its rules come as a stylesheet and its script is served behind a few lines
that take the other places.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import get_ident
from typing import Any

import plotly
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

BUNDLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PREFIX = "vendor"
SCRIPT, STYLESHEET = "plotly.min.js", "plotly.css"

# The bundle ends its table of rules with a loop that writes each at the top of a style element, after
# putting real selectors for X and Y.
RULES_LOOP = re.compile(
    r"for\((?P<key>\w+) in (?P<table>\w+)\)\w+=(?P=key)"
    r'\.replace\(/\^,/," ,"\)\.replace\(/X/g,"(?P<x>[^"]+)"\)\.replace\(/Y/g,"(?P<y>[^"]+)"\)'
)
JS_STRING = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
RULE = re.compile(rf"(?P<selector>{JS_STRING}|\w+):(?P<body>{JS_STRING})")

# Its map library writes a style element of its own, unless an element with a certain id is there.
WRITTEN_STYLE = re.compile(
    r'if\(!document\.getElementById\("(?P<id>[^"]+)"\)\)\{var \w+=document\.createElement\("style"\)'
)


def stylesheet_of(bundle: str) -> str:
    """The rules Plotly would write into the page itself.

    To be linked with id `plotly.js-style-global` and class `no-inline-styles`, by which Plotly knows it.
    Raises ValueError where the bundle no longer holds its rules in the form known.
    """
    loop = RULES_LOOP.search(bundle)
    start = bundle.rfind(f"{loop['table']}={{", 0, loop.start()) if loop else -1
    if loop is None or start < 0:
        raise ValueError(
            "The installed Plotly bundle does not hold its style rules where they were known to be. "
            "Install the plotly version pinned in requirements.txt, or teach wscb/vendor.py the new form."
        )
    rules = [
        f"{_selector(rule['selector'], loop['x'], loop['y'])} {{{_unquoted(rule['body'])}}}\n"
        for rule in RULE.finditer(bundle, start, loop.start())
    ]
    # Each rule is inserted before the last, so the last of the table comes first.
    return "".join(reversed(rules))


def _selector(key: str, x: str, y: str) -> str:
    return _unquoted(key).removeprefix(",").replace("X", x).replace("Y", y)


def _unquoted(text: str) -> str:
    if text[0] not in "\"'":
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def script_of(bundle: str) -> str:
    """The bundle, behind lines that put an empty element in the place of each style element it writes."""
    ids = json.dumps(WRITTEN_STYLE.findall(bundle))
    return (
        f"for (const id of {ids}) {{"
        ' document.head.append(Object.assign(document.createElement("template"), { id })); }\n' + bundle
    )


def build(folder: Path) -> Path:
    """Makes both files in `folder`, unless those there are of the installed version; returns `folder`."""
    made = {SCRIPT: script_of, STYLESHEET: stylesheet_of}
    mark = f"/* Made from plotly {plotly.__version__}. */\n"
    for name, make in made.items():
        target = folder / name
        if not _starts_with(target, mark):
            folder.mkdir(parents=True, exist_ok=True)
            # several servers may start at once, and several threads of one be asked at once
            draft = folder / f"{name}.{os.getpid()}.{get_ident()}"
            draft.write_text(mark + make(BUNDLE.read_text(encoding="utf-8")), encoding="utf-8")
            draft.replace(target)
    return folder


def _starts_with(path: Path, mark: str) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as file:
        return file.readline() == mark


class PlotlyFinder(BaseFinder):
    """Finds `vendor/plotly.min.js` and `vendor/plotly.css`, made when first asked for."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(  # type: ignore[override]  # the stubs describe it by overloads
        self, path: str, find_all: bool = False, **kwargs: Any
    ) -> str | list[str]:
        for name in (SCRIPT, STYLESHEET):
            if path == f"{PREFIX}/{name}":
                found = str(build(settings.PLOTLY_FOLDER) / name)
                return [found] if find_all else found
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=build(settings.PLOTLY_FOLDER))
        storage.prefix = PREFIX  # type: ignore[attr-defined]  # collectstatic reads it
        yield from ((name, storage) for name in (SCRIPT, STYLESHEET))
