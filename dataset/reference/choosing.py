"""Which of our benchmarks an indicator of a publication is: the choices made, checked and suggested. [pure]"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from enum import StrEnum

from dataset.ingest.findings import Finding, error
from dataset.narrative import listing
from dataset.reference.published import PublishedFile

_ALIKE = 0.75
_FEWEST_WORDS = 3
_WORDS = {
    "percent": "pct", "percentage": "pct", "perc": "pct", "pc": "pct", "%": "pct", "cla": "lac", "cpp": "cp",
    "number": "count", "num": "count", "total": "count",
}  # fmt: skip


class Part(StrEnum):
    """What of a benchmark an indicator gives."""

    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"

    @property
    def label(self) -> str:
        return {"value": "The value itself", "numerator": "Its numerator", "denominator": "Its denominator"}[self]


@dataclass(frozen=True, slots=True)
class Key:
    """One of our benchmarks: what it is, in what unit, and whether its periods are days of 31 March."""

    key: str
    title: str
    unit: str
    is_snapshot: bool
    theme: str = ""
    measures: tuple[str, ...] = ()
    per: int | None = None  # what numerator over denominator is multiplied by, where it is a ratio


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator of the file is a part of one of our keys, for these values of its filter columns."""

    indicator: str
    key: str
    part: Part = Part.VALUE
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        chosen = ", ".join(f"{name} {value}" for name, value in self.filters)
        return f"{self.indicator}{f' ({chosen})' if chosen else ''}"


def check_choices(
    choices: Sequence[Choice], file: PublishedFile, keys: Mapping[str, Key]
) -> tuple[tuple[Choice, ...], list[Finding]]:
    """The choices with a value for every filter column, the usual one where none was chosen; and what is wrong."""
    faults = [fault for choice in choices for fault in _faults_of(choice, file, keys)]
    faults += _chosen_twice(choices)
    by_key: dict[str, set[Part]] = {}
    for choice in choices:
        by_key.setdefault(choice.key, set()).add(choice.part)
    for key, parts in by_key.items():
        if Part.VALUE not in parts and key in keys:
            given = listing(sorted(part.value for part in parts))
            faults.append(
                error(
                    "value_needed",
                    f"Only the {given} of “{keys[key].title}” ({key}) is chosen. A benchmark needs its value: choose "
                    "the indicator that gives it, or leave this key out.",
                    found=key,
                )
            )
    if not choices:
        faults.append(
            error("nothing_chosen", "No indicator is chosen, so there is nothing to load. Choose at least one.")
        )
    if faults:
        return tuple(choices), faults
    filled = tuple(replace(choice, filters=tuple(filters_of(choice, file).items())) for choice in choices)
    return filled, [fault for choice in filled for fault in _filters_wanting(choice, file)]


def filters_of(choice: Choice, file: PublishedFile) -> dict[str, str]:
    """A value for each filter column: the chosen one as the file writes it, else the usual one, where there is one."""
    usual = file.usual_filters()
    chosen = {_plain(name): value for name, value in choice.filters}
    filled = {}
    for name, values in file.filters.items():
        value = _as_written(chosen[_plain(name)], values) if _plain(name) in chosen else usual.get(name)
        if value is not None:
            filled[name] = value
    return filled


def _as_written(value: str, values: Iterable[str]) -> str | None:
    return next((one for one in values if _plain(one) == _plain(value)), None)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _faults_of(choice: Choice, file: PublishedFile, keys: Mapping[str, Key]) -> list[Finding]:
    faults = []
    if choice.indicator not in file.indicators:
        named = _nearest(choice.indicator, file.indicators)
        faults.append(
            error(
                "unknown_indicator",
                f"The file has no indicator “{choice.indicator}”. {named} It has: {', '.join(file.indicators)}.",
                found=choice.indicator,
            )
        )
    if choice.key not in keys:
        named = _nearest(choice.key, keys)
        faults.append(
            error(
                "unknown_key",
                f"“{choice.key}” is not one of our benchmarks. {named} The data dictionary lists them.",
                found=choice.key,
            )
        )
    plain = {_plain(name): values for name, values in file.filters.items()}
    for name, value in choice.filters:
        if _plain(name) not in plain:
            here = ", ".join(file.filters) or "none"
            faults.append(
                error(
                    "unknown_filter",
                    f"The file has no filter column “{name}”. Its filter columns: {here}.",
                    found=name,
                    column=name,
                )
            )
        elif _as_written(value, plain[_plain(name)]) is None:
            values = _few(plain[_plain(name)])
            faults.append(
                error(
                    "unknown_filter_value",
                    f"“{value}” does not stand in the column {name}. It holds: {values}.",
                    found=value,
                    column=name,
                )
            )
    return faults


def _filters_wanting(choice: Choice, file: PublishedFile) -> list[Finding]:
    chosen = dict(choice.filters)
    return [
        error(
            "filter_needed",
            f"The column {name} has several values and none of them stands for all, so it cannot be told which rows "
            f"of {choice.indicator} are meant. Choose one of: {_few(values)}.",
            column=name,
        )
        for name, values in file.filters.items()
        if name not in chosen
    ]


def _chosen_twice(choices: Sequence[Choice]) -> list[Finding]:
    seen: dict[tuple[str, Part], Choice] = {}
    faults = []
    for choice in choices:
        first = seen.setdefault((choice.key, choice.part), choice)
        if first is not choice:
            faults.append(
                error(
                    "chosen_twice",
                    f"Both {first.words} and {choice.words} are chosen for {choice.key} ({choice.part}). One figure "
                    "has one source: leave one of them out.",
                    found=choice.key,
                )
            )
    return faults


def _nearest(word: str, known: Iterable[str]) -> str:
    plain = {one.casefold(): one for one in known}
    near = [plain[one] for one in get_close_matches(word.casefold(), plain, n=3, cutoff=0.5)]
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _few(values: Sequence[str], most: int = 12) -> str:
    named = ", ".join(values[:most])
    return f"{named} and {len(values) - most} more" if len(values) > most else named


# Remembering and suggesting --------------------------------------------------------------------------------


def remembered_choices(remembered: Iterable[Choice], file: PublishedFile) -> tuple[Choice, ...]:
    """Of the choices made for an earlier issue, those that this file can still answer."""
    names = {_plain(name): name for name in file.indicators}
    found = []
    for choice in remembered:
        name = names.get(_plain(choice.indicator))
        here = {_plain(one): values for one, values in file.filters.items()}
        # a column that the earlier issue filtered by and this one has not changes nothing
        kept = tuple((one, value) for one, value in choice.filters if _plain(one) in here)
        if name and all(_as_written(value, here[_plain(one)]) is not None for one, value in kept):
            found.append(replace(choice, indicator=name, filters=kept))
    return tuple(found)


def suggest_key(indicator: str, keys: Mapping[str, Key]) -> Key | None:
    """The key whose name, or whose measure's, is most like the indicator's; None where none is much like it."""
    best, likest = None, _ALIKE
    for key in keys.values():
        if ("pct" in _name(indicator)) != (key.unit == "%"):
            continue
        likeness = max(_likeness(indicator, name) for name in (key.key, key.title))
        if likeness > likest:
            best, likest = key, likeness
    return best


def _name(text: str) -> list[str]:
    """The words of a name, the same thing in one word."""
    words = re.findall(r"%|[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold())
    return [_WORDS.get(word, word) for word in words]


def _likeness(one: str, other: str) -> float:
    """From 0 to 1. One name within the other is as good as the same; both units are known to agree."""
    words, others = ([word for word in _name(text) if word != "pct"] for text in (one, other))
    if len(words) >= _FEWEST_WORDS and set(words) <= set(others):
        return 1
    in_order = SequenceMatcher(None, "".join(words), "".join(others)).ratio()
    sorted_ = SequenceMatcher(None, "".join(sorted(words)), "".join(sorted(others))).ratio()
    return (in_order + sorted_) / 2
