"""The files of a restated year: one for each quarter, or one of the whole year, split by what its rows say."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from accounts.models import Agency
from dataset.definitions import ReturnType
from dataset.ingest.dates import parse_date
from dataset.ingest.examining import SentTable, read_sent
from dataset.ingest.findings import Finding, error
from dataset.ingest.reading import UnreadableFile, simplify
from dataset.models import QuarterlyReturn
from dataset.periods import PeriodError, Quarter
from dataset.returns import RETURN_TYPES

QUARTER_COLUMN = "quarter"


@dataclass(frozen=True)
class SentFile:
    content: bytes
    name: str


@dataclass(frozen=True)
class Part:
    """One quarter of the year, as it was sent."""

    sent: SentTable
    digest: str
    size: int
    name: str


def read_part(file: SentFile, return_type: ReturnType, supplier: Agency) -> Part:
    """The file as it stands. Raises UnreadableFile."""
    sent = read_sent(file.content, return_type, supplier)
    return Part(sent, hashlib.sha256(file.content).hexdigest(), len(file.content), file.name)


def read_file_of(version: QuarterlyReturn, content: bytes) -> SentTable | None:
    """The version's table in its own file sent again, of a year's file its quarter; None where it is another file.

    Raises UnreadableFile where it cannot be read any more, as when a year's names of columns were forgotten since.
    """
    return_type, digest = RETURN_TYPES[version.return_type], hashlib.sha256(content).hexdigest()
    if digest == version.file_digest:
        renamed = version.read_as.get("renamed", {})
        return read_sent(content, return_type, version.supplier, nil=version.nil, renamed_before=renamed)
    if not version.restatement or _digest_of_part(digest, version.quarter) != version.file_digest:
        return None
    quarters = version.restatement.year.quarters
    split = split_year(SentFile(content, version.file_name), return_type, version.supplier, quarters)
    if isinstance(split, tuple):
        raise UnreadableFile(split[0].code, split[0].message)
    return split[version.quarter].sent


def split_year(
    file: SentFile, return_type: ReturnType, supplier: Agency, quarters: tuple[Quarter, ...]
) -> dict[Quarter, Part] | tuple[Finding, ...]:
    """The year's file by quarter, or why it cannot be split: every row must say its quarter. Raises UnreadableFile."""
    whole = read_part(file, return_type, supplier)
    table = whole.sent.table
    names = [simplify(name) for name in table.header]
    dated = next((column for column in return_type.columns if column.in_quarter), None)
    if QUARTER_COLUMN in names:
        place, name = names.index(QUARTER_COLUMN), QUARTER_COLUMN
        of_row = [_quarter_named(row[place]) for row in table.rows]
    elif dated is not None and simplify(dated.name) in names:
        place, name = names.index(simplify(dated.name)), dated.name
        read = {text: _quarter_of_date(text) for text in {row[place] for row in table.rows}}
        of_row = [read[row[place]] for row in table.rows]
    else:
        return (_no_quarter(return_type),)
    faults = tuple(
        error(
            "quarter_not_of_year",
            f"This row’s {name} tells no quarter of {quarters[0].year}. Correct it, or leave the row out.",
            line=line,
            column=name,
            expected=f"a quarter of {quarters[0].year}, such as {quarters[0]}"
            if name == QUARTER_COLUMN
            else f"a date from {quarters[0].start:%d/%m/%Y} to {quarters[-1].end:%d/%m/%Y}",
        )
        for line, quarter in zip(table.lines, of_row, strict=True)
        if quarter not in quarters
    )
    if faults:
        return faults
    return {quarter: _part_of(whole, quarter, of_row, names) for quarter in quarters}


def _part_of(whole: Part, quarter: Quarter, of_row: list[Quarter | None], names: list[str]) -> Part:
    table = whole.sent.table
    keep = [place for place, name in enumerate(names) if name != QUARTER_COLUMN]
    held = [row for row, one in enumerate(of_row) if one == quarter]
    lines = [table.lines[row] for row in held]
    is_held = set(lines)
    part = replace(
        table,
        header=tuple(table.header[place] for place in keep),
        rows=[[table.rows[row][place] for place in keep] for row in held],
        lines=lines,
        long_lines=tuple(line for line in table.long_lines if line in is_held),
        short_lines=tuple(line for line in table.short_lines if line in is_held),
    )
    own_header = tuple(whole.sent.own_header[place] for place in keep)
    sent = replace(whole.sent, table=part, own_header=own_header)
    return Part(sent, _digest_of_part(whole.digest, quarter), whole.size, whole.name)


def _digest_of_part(whole: str, quarter: Quarter) -> str:
    """What tells one quarter of a year's file from its others, which all came in the same bytes."""
    return hashlib.sha256(f"{whole} {quarter.slug}".encode()).hexdigest()


def _quarter_named(text: str) -> Quarter | None:
    try:
        return Quarter.parse(text)
    except PeriodError:
        return None


def _quarter_of_date(text: str) -> Quarter | None:
    day = parse_date(text) if text else None
    return Quarter.of(day) if isinstance(day, date) else None


def _no_quarter(return_type: ReturnType) -> Finding:
    return error(
        "no_quarter",
        f"The rows of “{return_type.title}” do not say by themselves which quarter they are for. Add a column named "
        "quarter (such as 2016-17 Q1) to the file, or send four files, one for each quarter.",
        column=QUARTER_COLUMN,
        expected="a column named quarter, or four files",
    )
