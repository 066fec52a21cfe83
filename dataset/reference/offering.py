"""The screen on which indicators become benchmarks: a line for each indicator, with what it gives for our own area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dataset.models import Area
from dataset.reference.choosing import Choice, Key, Part, filters_of, suggest_key
from dataset.reference.published import PublishedFile, PublishedRow


@dataclass(frozen=True)
class FilterOffer:
    """One filter column of a line: its values, and the one chosen."""

    name: str
    values: Sequence[str]
    chosen: str


@dataclass(frozen=True)
class Line:
    """One indicator on the screen; the same indicator has several lines where its filters make several benchmarks."""

    indicator: str
    key: str
    part: Part
    filters: Sequence[FilterOffer]
    suggested: Key | None
    year: str = ""
    ours: str = ""
    england: str = ""


def lines_of(
    file: PublishedFile, choices: Sequence[Choice], keys: Mapping[str, Key], area: Area | None, again: str = ""
) -> list[Line]:
    """A line for each choice, and one for each indicator without any; `again` gives that indicator one line more."""
    lines = []
    sampled = _samples_of(file, area)
    used = {choice.key for choice in choices}
    for name in file.indicators:
        chosen = [choice for choice in choices if choice.indicator == name]
        if not chosen or name == again:
            chosen = [*chosen, Choice(name, "")]
        for choice in chosen:
            filled = filters_of(choice, file)
            suggested = suggest_key(name, keys) if not choice.key else None
            line = Line(
                name,
                choice.key,
                choice.part,
                [FilterOffer(one, values, filled.get(one, "")) for one, values in file.choosing.items()],
                suggested if suggested and suggested.key not in used else None,
            )
            wanted = tuple(filled.get(one, "") for one in file.filters)
            lines.append(_sampled(line, sampled[name], file.indicators[name].cell, wanted))
    return lines


def key_options(keys: Mapping[str, Key]) -> list[tuple[str, list[Key]]]:
    """The keys by theme, those that a measure is set against first, in the order of the dashboards."""
    themes: dict[str, list[Key]] = {}
    for key in sorted(keys.values(), key=lambda one: (not one.measures, one.title if not one.measures else "")):
        themes.setdefault(key.theme, []).append(key)
    return list(themes.items())


_Samples = Sequence[tuple[bool, PublishedRow]]


def _samples_of(file: PublishedFile, area: Area | None) -> dict[str, _Samples]:
    """For each indicator the rows of our own area (True) and of England, the latest first."""
    kept: dict[int, _Samples] = {}
    for indicator in file.indicators.values():
        if id(indicator.rows) not in kept:
            found = [(_is(area, row), row) for row in indicator.rows if row.place.level == "national" or _is(area, row)]
            kept[id(indicator.rows)] = sorted(found, key=lambda one: one[1].year, reverse=True)
    return {name: kept[id(indicator.rows)] for name, indicator in file.indicators.items()}


def _is(area: Area | None, row: PublishedRow) -> bool:
    if area is None:
        return False
    place = row.place
    return place.code == area.code if place.code else bool(place.legacy) and place.legacy == area.legacy_code


def _sampled(line: Line, rows: _Samples, cell: int, wanted: tuple[str, ...]) -> Line:
    matching = [(is_ours, row) for is_ours, row in rows if row.filters == wanted]
    if not matching:
        return line
    year = matching[0][1].year
    texts = {is_ours: row.cells[cell] for is_ours, row in matching if row.year == year}
    return replace(line, year=str(year), ours=texts.get(True, ""), england=texts.get(False, ""))


def posted_choices(data: Mapping[str, str], file: PublishedFile) -> tuple[Choice, ...]:
    """The choices as the screen sends them: indicator-0, key-0, part-0 and filter-0-0 …, numbered by line."""
    choices = []
    names = list(file.choosing)
    for number in range(sum(name.startswith("indicator-") for name in data)):
        key = data.get(f"key-{number}", "")
        if not key:
            continue
        part = data.get(f"part-{number}", "")
        filters = {name: data.get(f"filter-{number}-{place}", "") for place, name in enumerate(names)}
        choices.append(
            Choice(
                data.get(f"indicator-{number}", ""),
                key,
                Part(part) if part in set(Part) else Part.VALUE,
                tuple((name, value) for name, value in filters.items() if value),
            )
        )
    return tuple(choices)
