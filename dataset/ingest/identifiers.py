"""Identifiers: what may stand for a record, and the one form in which they are compared and hashed. [pure]"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice

from dataset.ingest.faults import Fault

_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_ODD_IDENTIFIER = re.compile(r"^(?:[^0-9\n]*|[0.]+|[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+|#.*)$", re.MULTILINE)
_NUMBERLIKE_LINE = re.compile(r"^\s*[0-9]+(?:\.0)?\s*$", re.MULTILINE)
_WORDS_FOR_NONE = ("na", "n/a", "nan", "nil", "none", "null", "unknown", "notknown", "notrecorded", "missing", "blank")
_MARKS_FOR_NONE = ("tbc", "tba", "pending", "x", "xx", "xxx", "?", "??", "???", "-", "--", ".", "0")
_UNUSABLE = frozenset((*_WORDS_FOR_NONE, *_MARKS_FOR_NONE))


def normalise(value: str) -> str:
    """An identifier as it is compared and hashed: NFKC, trimmed, upper case, and for a number that is all digits
    without a spreadsheet's '.0' and without leading noughts."""
    text = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip().upper()
    digits = text.removesuffix(".0")
    if digits.isascii() and digits.isdigit():
        return digits.lstrip("0") or "0"
    return text


def normalise_all(texts: Sequence[str]) -> list[str]:
    """`normalise` of each text."""
    joined = "\n".join(texts)
    is_plain = joined.isascii() and joined.count("\n") == len(texts) - 1  # no line break inside a cell
    if is_plain and not _NUMBERLIKE_LINE.search(joined):
        return [text.strip() for text in joined.upper().split("\n")]
    return [normalise(text) for text in texts]


def read_identifier(text: str) -> str | Fault:
    """The identifier as it stands, unless it is a word for none or a number that a spreadsheet has rounded."""
    if text.casefold().replace(" ", "") in _UNUSABLE or normalise(text) == "0":
        return Fault(
            "unusable_identifier",
            "{column} holds a word or mark that means 'none' instead of an identifier; every such row would be taken "
            "for the same one. Give your system's own number.",
            "your system's own number",
        )
    if text[0].isdigit() and _ROUNDED.fullmatch(text):
        return Fault(
            "rounded_identifier",
            "The spreadsheet has rounded the long number in {column} (it ends in E+ and a power). Export it again "
            "with the column formatted as text.",
            "the whole number, as text",
        )
    return text


def odd_places(texts: Sequence[str]) -> Sequence[int]:
    """The places of the texts that `read_identifier` may refuse, found by one search over all of them."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:  # a line break inside a cell
        return range(len(texts))
    odd = {joined.count("\n", 0, match.start()) for match in islice(_ODD_IDENTIFIER.finditer(joined), 50)}
    return sorted(odd) if len(odd) < 50 else range(len(texts))
