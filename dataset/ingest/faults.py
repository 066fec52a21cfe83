"""What is wrong with a text, before it is known where the text stands. [pure]"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from dataset.ingest.reading import simplify


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text.

    `says` is a sentence in which {column} stands for the column's name and {found} for the text, or for `part` where
    only a part of it is wrong, or for their description where they may not be shown.
    """

    code: str
    says: str
    expected: str = ""
    part: str = ""


def nearest(text: str, names: Iterable[str]) -> str:
    """The name most like the text, empty where none is."""
    by_simple = {simplify(name): name for name in names}
    close = get_close_matches(simplify(text)[:60], list(by_simple), n=1, cutoff=0.6)
    return by_simple[close[0]] if close else ""


def is_misspelling(text: str, name: str) -> bool:
    """Whether a text is so like a known name that it can hardly be anything else, and may be shown."""
    ours, theirs = simplify(text), simplify(name)
    alike = SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= 0.7
    return bool(name) and alike and abs(len(ours) - len(theirs)) <= 4 and not any(map(str.isdigit, ours))


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip(" ,") + "…"
