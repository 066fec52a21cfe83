"""A file of published figures, whatever its layout: rows of places and years, filters and indicators. [pure]"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from dataset.definitions import State
from dataset.ingest.findings import Finding, error
from dataset.ingest.formats import Limits, UnreadableFile
from dataset.ingest.marks import state_of_mark
from dataset.ingest.reading import TextTable, read_table
from dataset.periods import FinancialYear

LONGEST_NAME = 120
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")
_MOST_DIGITS = 10  # before the point; what the stored columns hold
# The reading's own sentences speak of returns and their templates.
_SAID_OF_PUBLISHED = {
    "empty_file": "The file is empty. Download it again from where it is published, and upload that file.",
    "too_many_rows": "The file has more rows than can be loaded in one piece. Download a selection, such as few years.",
    "too_many_columns": "The file has more columns than any data file. Check that it is the data, as it is downloaded.",
    "cell_too_long": "A cell of the file is longer than any published figure or name. Look for a stray quotation mark.",
    "two_sheets": "Several sheets of the workbook hold such a table. Keep the right one, and upload the file again.",
    "repeated_header": "The column names stand again further down, as when files are pasted under each other. Upload "
    "each file as it was downloaded.",
}
_ALL_OF_THEM = ("total", "all", "all children", "all ages")


class FileRefused(Exception):
    """The file, or what was asked of it, was refused as a whole and nothing was stored; `findings` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(finding.message for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is of. `code` is the nine-character one; `legacy` DfE's three digits; either may be blank."""

    level: str
    name: str
    code: str = ""
    legacy: str = ""


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One line of the file: `filters` in the order of the file's filter columns, `cells` as text."""

    line: int
    place: Place
    year: FinancialYear
    filters: tuple[str, ...]
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number that the file gives, and where its cells are."""

    name: str
    rows: Sequence[PublishedRow]
    cell: int

    def cells(self) -> Iterator[tuple[PublishedRow, str]]:
        return ((row, row.cells[self.cell]) for row in self.rows)


@dataclass(frozen=True)
class PublishedFile:
    """What a file of published figures holds. `notes` are what was odd or passed over, none of it an error."""

    layout: str
    filters: Mapping[str, tuple[str, ...]]
    indicators: Mapping[str, Indicator]
    notes: tuple[Finding, ...] = field(default=())

    @property
    def choosing(self) -> dict[str, tuple[str, ...]]:
        """The filter columns with more than one value: a figure needs one of each."""
        return {name: values for name, values in self.filters.items() if len(values) > 1}

    def usual_filters(self) -> dict[str, str]:
        """The value of each filter column that stands for all: its only one, or its total; others are left out."""
        usual = {name: total_of(values) for name, values in self.filters.items()}
        return {name: value for name, value in usual.items() if value}


def total_of(values: Collection[str]) -> str:
    """The value that stands for all of a filter's, empty where none does."""
    if len(values) == 1:
        return next(iter(values))
    plain = {value.casefold(): value for value in values}
    for word in _ALL_OF_THEM:
        if word in plain:
            return plain[word]
    totals = [value for value in values if value.casefold().startswith("total")]
    return totals[0] if len(totals) == 1 else ""


def read_cell(text: str) -> tuple[Decimal | None, State]:
    """A published cell's number, or the state that its mark stands for. Raises ValueError where it is neither.

    A blank cell is 'not available': publishers leave out what they do not have, and it is never nought.
    """
    plain = text.strip().replace("−", "-").replace("\u00a0", " ")
    if not plain:
        return None, State.NOT_AVAILABLE
    state = state_of_mark(plain)
    if state is not None:
        return None, state
    plain = plain.removesuffix("%").rstrip()
    plain = re.sub(r"(?<=\d) (?=\d{3}(?:\D|$))", ",", plain)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"“{text}” is neither a number nor a mark such as c, x, z, low or u")
    try:
        number = Decimal(plain.replace(",", ""))
    except InvalidOperation:  # a lone sign or point
        raise ValueError(f"“{text}” is not a number") from None
    if abs(number) >= 10**_MOST_DIGITS:
        raise ValueError(f"“{text}” is larger than any published figure that is kept")
    return number, State.REPORTED


def is_cell(text: str) -> bool:
    """Whether the text is a number or a mark."""
    try:
        read_cell(text)
    except ValueError:
        return False
    return True


def read_text_table(content: bytes, known: Collection[str], limits: Limits, lacking: str) -> TextTable:
    """The file's cells; `lacking` is the sentence for a file without the column names. Raises FileRefused."""
    try:
        table = read_table(content, known, limits)
    except UnreadableFile as fault:
        message = lacking if fault.code == "no_header" else _SAID_OF_PUBLISHED.get(fault.code, fault.message)
        raise FileRefused([error(fault.code, message)]) from None
    if not table.rows:
        raise FileRefused(
            [error("no_rows", "The file has column names and no rows. Download it again from where it is published.")]
        )
    repeated = {name for name in table.header if name and table.header.count(name) > 1}
    if repeated:
        named = ", ".join(sorted(repeated))
        raise FileRefused(
            [error("duplicate_column", f"These columns stand twice: {named}. Delete one of each.", found=named)]
        )
    _refuse_uneven(table)
    return table


def _refuse_uneven(table: TextTable) -> None:
    """Raise where a line's cells cannot be told apart, or the download broke off within one."""
    for lines, words in (
        (table.long_lines, "more cells than there are column names: a comma in a name without quotation marks"),
        (table.short_lines, "fewer cells than there are column names: a download that broke off"),
    ):
        if lines:
            raise FileRefused(
                [error("uneven_line", f"Line {lines[0]} has {words} does that. Download it again.", line=lines[0])]
            )
