"""Findings that say the same, told once with their lines, so that ten thousand of them can be read. [pure]"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dataset.ingest.findings import CODES, Finding
from dataset.ingest.rules import RULE_CODES

STRETCHES_SHOWN = 12
TEXTS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Same:
    """What was found alike on several lines of one column."""

    found: str
    lines: tuple[int, ...]

    @property
    def where(self) -> str:
        return tell_lines(self.lines)


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one code in one column, all errors or all queries.

    `message` is what is said of every one, or of the first where they differ; `sort` then says what they have in
    common. `texts` are the different things found, the most frequent first, at most TEXTS_SHOWN of them.
    """

    code: str
    column: str
    is_error: bool
    count: int
    lines: tuple[int, ...]
    message: str
    sort: str
    expected: str
    texts: tuple[Same, ...]
    texts_left_out: int

    @property
    def where(self) -> str:
        return tell_lines(self.lines)

    @property
    def line_count(self) -> int:
        return len(self.lines)

    @property
    def first_line(self) -> int | None:
        return self.lines[0] if self.lines else None


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """The findings by code and column: the errors first, those of the whole file before those of a line."""
    ordered = sorted(findings, key=_key)
    groups = [_group(list(found)) for _, found in groupby(ordered, key=_key)]
    return sorted(groups, key=lambda one: (not one.is_error, one.first_line or 0, one.column, one.code))


def say_of_sort(code: str) -> str:
    """What the findings of a code have in common, in a sentence."""
    return CODES.get(code) or RULE_CODES.get(code) or code.replace("_", " ").capitalize() + "."


def tell_lines(lines: Sequence[int]) -> str:
    """'4, 7–9 and 12': lines in order, those that follow each other as a stretch, and how many more there are."""
    stretches: list[list[int]] = []
    for line in lines:
        if stretches and line == stretches[-1][1] + 1:
            stretches[-1][1] = line
        else:
            stretches.append([line, line])
    told = [
        f"{first}" if first == last else f"{first}{', ' if last == first + 1 else '–'}{last}"
        for first, last in stretches[:STRETCHES_SHOWN]
    ]
    rest = sum(last - first + 1 for first, last in stretches[STRETCHES_SHOWN:])
    if rest:
        return f"{', '.join(told)} and {rest:,} more"
    return " and ".join(part for part in (", ".join(told[:-1]), *told[-1:]) if part)


def _key(finding: Finding) -> tuple[bool, str, str]:
    return (not finding.is_error, finding.code, finding.column)


def _group(found: list[Finding]) -> FindingGroup:
    found.sort()
    first = found[0]
    lines_of: dict[str, list[int]] = {}
    for one in found:
        lines_of.setdefault(one.found, []).append(one.line or 0)
    texts = sorted(lines_of.items(), key=lambda item: (-len(item[1]), item[1][0]))
    is_alike = all(one.message == first.message for one in found)
    return FindingGroup(
        code=first.code,
        column=first.column,
        is_error=first.is_error,
        count=len(found),
        lines=tuple(sorted({one.line for one in found if one.line})),
        message=first.message,
        sort="" if is_alike else say_of_sort(first.code),
        expected=first.expected if all(one.expected == first.expected for one in found) else "",
        texts=tuple(Same(text, tuple(lines)) for text, lines in texts[:TEXTS_SHOWN]),
        texts_left_out=len(texts) - TEXTS_SHOWN if len(texts) > TEXTS_SHOWN else 0,
    )
