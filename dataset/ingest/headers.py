"""A file's column names matched to a return's columns. [pure]"""

from collections.abc import Iterable, Sequence

from dataset.definitions import ReturnType
from dataset.ingest.faults import is_misspelling, nearest, shorten
from dataset.ingest.findings import Finding, error, query
from dataset.ingest.names import identifies
from dataset.ingest.personal_data import header_problem
from dataset.ingest.reading import TextTable, simplify

NAME_LENGTH = 60  # what is kept of a column's name in a finding


def match_headers(header: Sequence[str], return_type: ReturnType) -> dict[int, str]:
    """Position in the header → the return's column of that name; where a name stands twice, the first."""
    known = {simplify(column.name): column.name for column in return_type.columns}
    matched: dict[int, str] = {}
    for position, name in enumerate(header):
        column = known.get(simplify(name))
        if column and column not in matched.values():
            matched[position] = column
    return matched


def shown_name(name: str) -> str:
    """A column's own name as it may be shown: not where the name itself is something personal."""
    return "" if identifies(name) else shorten(name, NAME_LENGTH)


def kept_name(name: str, return_type: ReturnType) -> str:
    """A column's own name as it may be kept: only where it is nearly that of a column of the return, blank otherwise.

    What is like nothing that is known may be anything, and a finding outlives the file.
    """
    near = nearest(name, [column.name for column in return_type.columns])
    return shown_name(name) if is_misspelling(name, near) else ""


def check_headers(table: TextTable, return_type: ReturnType, has_values: Iterable[int]) -> list[Finding]:
    """What is wrong with the column names. `has_values` are the positions that hold any value at all."""
    matched = match_headers(table.header, return_type)
    unmatched = [position for position in range(len(table.header)) if position not in matched]
    findings = _duplicates(table, return_type) + _missing(table, return_type, matched, unmatched)
    known = {simplify(column.name) for column in return_type.columns}
    filled = set(has_values)
    absent = [column.name for column in return_type.columns if column.name not in matched.values()]
    for position in unmatched:
        name = table.header[position]
        if not name:
            if position in filled:
                findings.append(_unnamed(table, position))
        elif what := header_problem(name):
            findings.append(_identifying(table, name, what))
        elif simplify(name) not in known:
            findings.append(_unknown(table, position, return_type, absent))
    return findings


def _duplicates(table: TextTable, return_type: ReturnType) -> list[Finding]:
    findings = []
    names = [simplify(name) for name in table.header]
    for column in return_type.columns:
        times = names.count(simplify(column.name))
        if times > 1:
            message = f"The column {column.name} is there {times} times. Keep the right one and delete the others."
            findings.append(
                error(
                    "duplicate_column",
                    message,
                    line=table.header_line,
                    column=column.name,
                    found=f"{times} columns",
                    expected="one column",
                )
            )
    return findings


def _missing(table: TextTable, return_type: ReturnType, matched: dict[int, str], unmatched: list[int]) -> list[Finding]:
    findings = []
    present = [table.header[position] for position in unmatched if shown_name(table.header[position])]
    for column in return_type.columns:
        if not column.required or column.name in matched.values():
            continue
        near = nearest(column.name, present)
        hint = f" The nearest column in the file is “{near}”; if it is that, rename it." if near else ""
        message = f"The column {column.name} is missing.{hint} Every return of this kind needs it: {column.description}"
        findings.append(
            error(
                "missing_column",
                shorten(message, 590),
                line=None,
                column=column.name,
                found=shorten(near, NAME_LENGTH),
                expected=column.name,
            )
        )
    return findings


def _unknown(table: TextTable, position: int, return_type: ReturnType, absent: list[str]) -> Finding:
    name = table.header[position]
    shown = kept_name(name, return_type)
    near = nearest(name, absent or [column.name for column in return_type.columns])
    hint = f" The nearest column of the return is {near}; if you meant that, rename it." if near else ""
    what = f"The column “{shown}”" if shown else f"The file's column {position + 1}"
    return query(
        "unknown_column",
        f"{what} is not part of this return. It was not read and will not be stored.{hint}",
        line=table.header_line,
        column=shown,
        found=shown or f"column {position + 1}, of another name",
        expected=near,
    )


def _unnamed(table: TextTable, position: int) -> Finding:
    return query(
        "unnamed_column",
        f"The file's column {position + 1} has no name but holds values. It was not read and will not be stored. "
        "If it belongs to the return, give it its name.",
        line=table.header_line,
        found=f"column {position + 1} without a name",
        expected="a name, or no values",
    )


def _identifying(table: TextTable, name: str, what: str) -> Finding:
    shown = shown_name(name)
    subject = f"The column “{shown}”" if shown else "A column of the file"
    return error(
        "direct_identifier",
        f"{subject} looks like {what}. Nothing was stored. Take the column out of the file and upload it again: a "
        "return never holds anything that names or reaches a person.",
        line=table.header_line,
        column=shown,
        found=what,
        expected="no such column",
    )
