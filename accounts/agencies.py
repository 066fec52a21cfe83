"""The file of agencies: read wholly, checked wholly, and stored wholly or not at all."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.models import AGENCY_CODE, IDENTIFIER_SPACE, Agency, AgencyKind
from accounts.trail import record_event

COLUMNS = ("code", "name", "organisation", "kind", "identifier_space")


_LONGEST = {"code": 16, "name": 200, "organisation": 200, "kind": 20, "identifier_space": 60}
_EXPECTED = {
    "code": (
        AGENCY_CODE,
        "capital letters, digits, hyphens or underscores, starting with a letter, such as CSC",
    ),
    "kind": (rf"({'|'.join(AgencyKind.values)})\Z", f"one of {', '.join(AgencyKind.values)}"),
    "identifier_space": (
        IDENTIFIER_SPACE,
        "small letters, digits and single hyphens, such as council-social-care",
    ),
}
Problem = tuple[int, str]  # the line, and what is wrong there


class BadAgenciesFile(Exception):
    """The file cannot be stored; `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class AgencyLine:
    """One line of the file."""

    line: int
    code: str
    name: str
    organisation: str
    kind: str
    identifier_space: str

    def values(self) -> dict[str, str]:
        """What is stored beside the code."""
        return {name: value for name, value in asdict(self).items() if name not in ("line", "code")}


@dataclass(frozen=True)
class Loaded:
    """What loading a file did, by agency code."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def read_agencies(content: bytes) -> list[AgencyLine]:
    """The lines of the file; raises `BadAgenciesFile` with everything that is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadAgenciesFile(
            [f"Line {line}: this is not UTF-8 text. Save the file as CSV UTF-8 and try again."]
        ) from None
    try:
        lines, problems = _rows(text)
    except csv.Error as error:
        raise BadAgenciesFile([f"The file is not CSV: {error}. Save it as CSV UTF-8 and try again."]) from None
    problems += [problem for line in lines for problem in _problems(line)]
    problems += _repeats(lines)
    _refuse(problems)
    return lines


def load_agencies(content: bytes, *, by_label: str) -> Loaded:
    """Store the file's agencies, adding new and changing known ones; those it does not name stay as they are.

    Loading the same file again changes nothing. Raises `BadAgenciesFile`, with nothing stored.
    """
    lines = read_agencies(content)
    added, changed, unchanged = [], [], []
    with transaction.atomic():
        known = {agency.code: agency for agency in Agency.objects.select_for_update()}
        _refuse(list(_moved_identifiers(lines, known)))
        for line in lines:
            agency = known.get(line.code)
            if agency is None:
                agency = Agency.objects.create(code=line.code, **line.values())
                record_event(verb="agency.added", by=None, by_label=by_label, subject=agency, agency=agency)
                added.append(line.code)
            elif _change(agency, line, by_label):
                changed.append(line.code)
            else:
                unchanged.append(line.code)
    return Loaded(tuple(added), tuple(changed), tuple(unchanged))


def _change(agency: Agency, line: AgencyLine, by_label: str) -> bool:
    """Store what the line says otherwise; answers whether it said anything new."""
    fields = sorted(name for name, value in line.values().items() if getattr(agency, name) != value)
    if not fields:
        return False
    for name in fields:
        setattr(agency, name, line.values()[name])
    agency.save(update_fields=fields)
    record_event(
        verb="agency.changed", by=None, by_label=by_label, subject=agency, agency=agency,
        detail={"fields": fields},
    )  # fmt: skip
    return True


def _rows(text: str) -> tuple[list[AgencyLine], list[Problem]]:
    """The lines that have a cell for each column, blank ones left out, and what is wrong with the shape."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    if not any(header):
        return [], [(1, f"found nothing; expected the columns {', '.join(COLUMNS)}.")]
    if sorted(header) != sorted(COLUMNS):
        return [], [(1, f"found the columns {', '.join(header)}; expected {', '.join(COLUMNS)}, in any order.")]
    lines: list[AgencyLine] = []
    problems: list[Problem] = []
    after = reader.line_num
    for cells in reader:
        number, after = after + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append((number, f"found {len(cells)} cells; expected {len(header)}."))
            continue
        values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        lines.append(AgencyLine(line=number, **values))
    if not lines and not problems:
        problems.append((2, "found no agencies below the header. Add a line for each."))
    return lines, problems


def _repeats(lines: list[AgencyLine]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line in lines:
        if line.code and line.code in first:
            yield line.line, f"the code {line.code} is on line {first[line.code]} already. Keep one of them."
        first.setdefault(line.code, line.line)


def _problems(line: AgencyLine) -> Iterator[Problem]:
    for column, value in {"code": line.code, **line.values()}.items():
        if not value:
            yield line.line, f"{column}: found nothing. Fill it in."
        elif len(value) > _LONGEST[column]:
            yield line.line, f"{column}: found {len(value)} characters; at most {_LONGEST[column]} fit."
        elif column in _EXPECTED and not re.match(_EXPECTED[column][0], value):
            yield line.line, f"{column}: found {value!r}; expected {_EXPECTED[column][1]}."


def _moved_identifiers(lines: list[AgencyLine], known: dict[str, Agency]) -> Iterator[Problem]:
    for line in lines:
        if line.code in known and known[line.code].identifier_space != line.identifier_space:
            space = known[line.code].identifier_space
            yield (
                line.line,
                f"identifier_space: found {line.identifier_space!r}, but {line.code} is in {space!r}, by "
                "which its children's identifiers were hashed. Keep that one, or give the agency a new code.",
            )


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BadAgenciesFile([f"Line {line}: {what}" for line, what in sorted(problems)])
