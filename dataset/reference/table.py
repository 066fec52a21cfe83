"""A reference file as rows, with the faults of all its rows told at once."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar


class LoadRefused(Exception):
    """The file was refused as a whole and nothing was stored; `problems` has a sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows added, and rows that were there already."""

    added: int
    unchanged: int


@dataclass
class Row:
    """One line of the file. Its readers note a fault instead of raising, so that every fault is told at once."""

    line: int
    cells: dict[str, str]
    problems: list[str]

    def fault(self, sentence: str) -> None:
        self.problems.append(f"Line {self.line}: {sentence}")

    def text(self, column: str, *, blank: bool = False) -> str:
        value = (self.cells.get(column) or "").strip()
        if not value and not blank:
            self.fault(f"{column} is blank.")
        return value

    def whole(self, column: str, *, blank: bool = False) -> int | None:
        number = self.number(column, blank=blank)
        if number is None:
            return None
        if number != int(number):
            self.fault(f"{column} is “{number}”; write a whole number.")
            return None
        return int(number)

    def number(self, column: str, *, blank: bool = False) -> Decimal | None:
        text = self.text(column, blank=blank).replace(",", "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            self.fault(f"{column} is “{text}”, which is not a number.")
            return None
        if not number.is_finite():
            self.fault(f"{column} is “{text}”, which is not a number.")
            return None
        return number

    def certain_whole(self, column: str) -> int:
        """A whole number of a row that was checked before."""
        return _certain(self.whole(column))

    def certain_number(self, column: str) -> Decimal:
        """A number of a row that was checked before."""
        return _certain(self.number(column))

    def certain_day(self, column: str) -> date:
        """A date of a row that was checked before."""
        return _certain(self.day(column))

    def day(self, column: str, *, blank: bool = False) -> date | None:
        """An ISO date; a bare year is its first of January."""
        text = self.text(column, blank=blank)
        if not text:
            return None
        try:
            return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
        except ValueError:
            self.fault(f"{column} is “{text}”; write the date like 2017-03-31.")
            return None


_T = TypeVar("_T")


def _certain(value: _T | None) -> _T:
    if value is None:
        raise LookupError("This row has a fault that should have refused the file.")
    return value


@dataclass
class Table:
    """The rows of a CSV file with the columns that it must have."""

    rows: list[Row]
    problems: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def refuse_if_faulty(self) -> None:
        if self.problems:
            raise LoadRefused(self.problems)


def read_table(path: Path, columns: tuple[str, ...]) -> Table:
    """Read a UTF-8 CSV file whose header holds `columns`, in any order. Raises LoadRefused."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise LoadRefused([f"{path} cannot be read: {problem.strerror}."]) from problem
    except UnicodeDecodeError as problem:
        raise LoadRefused([f"{path.name} is not a UTF-8 text file. Save it as “CSV UTF-8”."]) from problem
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or [])]
    if missing:
        found = ", ".join(reader.fieldnames or []) or "nothing"
        raise LoadRefused([f"{path.name} lacks the column(s) {', '.join(missing)}. Its header has: {found}."])
    problems: list[str] = []
    rows = [Row(reader.line_num, dict(cells), problems) for cells in reader]
    if not rows:
        raise LoadRefused([f"{path.name} has a header and no rows."])
    return Table(rows, problems)
