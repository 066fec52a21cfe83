"""A supplier's own column names read as a return's. [pure]"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from dataset.definitions import Column, ColumnKind, ReturnType
from dataset.ingest.cells import read_texts
from dataset.ingest.faults import nearest, shorten
from dataset.ingest.findings import Finding
from dataset.ingest.headers import NAME_LENGTH, match_headers
from dataset.ingest.names import identifies
from dataset.ingest.personal_data import header_problem
from dataset.ingest.reading import TextTable, simplify
from dataset.periods import Quarter

MESSAGE_LENGTH = 590
ROWS_TRIED = 500  # of a column, to see whether its cells fit

_TOLD_BY_CELLS = (ColumnKind.DATE, ColumnKind.CODE, ColumnKind.CODES)


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A column that a file lacks, and the name in the file that may stand for it; blank where none seems to."""

    column: Column
    suggested: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an officer may be asked about a file's names: which of `names` stands for each column that is missing."""

    missing: tuple[MissingColumn, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing and self.names)


def rename_columns(
    header: Sequence[str], ours_of: Mapping[str, str], return_type: ReturnType
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The header with a supplier's names replaced by the return's, and those replaced: ours → theirs as written.

    `ours_of` maps a name simplified as headers are matched. A column that is there under its own name stays the
    only one; of two names for one column the first in the file is taken.
    """
    taken = set(match_headers(header, return_type).values())
    known = {column.name for column in return_type.columns}
    renamed: dict[str, str] = {}
    names = list(header)
    for position, name in enumerate(header):
        ours = ours_of.get(simplify(name), "")
        if ours in known and ours not in taken:
            names[position], renamed[ours] = ours, name
            taken.add(ours)
    return tuple(names), renamed


def offer_names(table: TextTable, return_type: ReturnType, quarter: Quarter) -> Offer:
    """The required columns that a file lacks, with its unmatched names that may be remembered.

    Suggested is the name most like the column's, and failing that the only one whose cells can all be read as it.
    """
    matched = match_headers(table.header, return_type)
    positions: dict[str, int] = {}
    for position, name in enumerate(table.header):
        if position not in matched and may_be_remembered(name, return_type):
            positions.setdefault(name, position)
    missing = [column for column in return_type.columns if column.name not in matched.values() and column.required]
    texts = {name: _different_texts(table, position) for name, position in positions.items()}
    suggested = {
        column.name: nearest(column.name, positions) or _only_fit(column, texts, quarter) for column in missing
    }
    once = [name for name, times in Counter(suggested.values()).items() if times == 1]
    return Offer(
        tuple(MissingColumn(c, suggested[c.name] if suggested[c.name] in once else "") for c in missing),
        tuple(positions),
    )


def _different_texts(table: TextTable, position: int) -> list[str]:
    filled = (row[position] for row in islice(table.rows, ROWS_TRIED) if row[position])
    return list(dict.fromkeys(filled))


def _only_fit(column: Column, texts: Mapping[str, list[str]], quarter: Quarter) -> str:
    """The one name whose cells are all dates of the quarter, or codes of the column; blank where several are."""
    if column.kind not in _TOLD_BY_CELLS:
        return ""
    fits = [name for name, cells in texts.items() if cells and not read_texts(cells, column, quarter)[1]]
    return fits[0] if len(fits) == 1 else ""


def may_be_remembered(name: str, return_type: ReturnType) -> bool:
    """Whether a column's name may be kept: short, nothing of a person in it, and no column of the return's own."""
    known = {simplify(column.name) for column in return_type.columns}
    if not simplify(name) or len(name) > NAME_LENGTH or simplify(name) in known:
        return False
    return not header_problem(name) and not identifies(name)


def name_both(findings: Iterable[Finding], renamed: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings with the supplier's own name of a column beside the return's."""
    return tuple(
        replace(finding, message=_with_theirs(finding.message, finding.column, renamed[finding.column]))
        if finding.column in renamed
        else finding
        for finding in findings
    )


def _with_theirs(message: str, ours: str, theirs: str) -> str:
    beside = f"{ours} (your “{theirs}”)"
    said, times = re.subn(rf"(?<!\w){re.escape(ours)}(?!\w)", lambda _: beside, message, count=1)
    return shorten(said if times else f"{message} This is your column “{theirs}”.", MESSAGE_LENGTH)
