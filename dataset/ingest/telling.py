"""How a file was read, in words that an officer can hold against their own screen. [pure]"""

from collections.abc import Mapping
from typing import Any

_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows (cp1252)",
}
_CELLS = {"comma": "commas", "semicolon": "semicolons", "tab": "tabs", "pipe": "bars (|)"}


def tell_reading(facts: Mapping[str, Any]) -> list[str]:
    """Sentences on the kind of file, the place of its header and its rows; none where nothing was read."""
    if not facts:
        return []
    return [
        _kind(facts),
        _rows(facts),
        *(f"Your column “{theirs}” was read as {ours}." for ours, theirs in facts.get("renamed", {}).items()),
    ]


def _kind(facts: Mapping[str, Any]) -> str:
    if facts["sheet"]:
        return f"Read as a workbook, from its sheet {facts['sheet']}."
    encoding = _ENCODINGS.get(facts["encoding"].lower(), facts["encoding"])
    return f"Read as {encoding} text, cells separated by {_CELLS.get(facts['delimiter'], facts['delimiter'])}."


def _rows(facts: Mapping[str, Any]) -> str:
    header = f"Column names on line {facts['header_line']:,}"
    if not facts["rows"]:
        return f"{header}, and no rows."
    first, last = facts["first_line"], facts["last_line"]
    if facts["rows"] == 1:
        return f"{header}, then one row, on line {first:,}."
    return f"{header}, then {facts['rows']:,} rows, on lines {first:,} to {last:,}."
