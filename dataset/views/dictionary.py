"""The data dictionary as pages, made from the definitions."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Agency
from accounts.permissions import require
from accounts.roles import Right
from dataset.definitions import Column, Counts, DataItem, Kind, Measure, Polarity, ReturnType, Theme, Timing
from dataset.describing import FORMS, bounds_in_words, rules_in_words, whether_it_must_be_there, years_in_words
from dataset.measures import ITEMS, MEASURES
from dataset.owing import COUNTS, owner_of
from dataset.returns import RETURN_TYPES
from dataset.views.calendar import latest_ended_quarter
from dataset.views.template_links import quarters_offered, template_links
from dataset.views.templates import known_type
from dataset.views.who import person

CHECK = "check: "
COUNTED = {Counts.PEOPLE: "People", Counts.EVENTS: "Events that belong to people", Counts.THINGS: "Things"}
TIMINGS = {
    Timing.IN_QUARTER: "In the quarter",
    Timing.AT_QUARTER_END: "On the quarter’s last day",
    Timing.DISTINCT_YEAR_TO_DATE: "Different children over the window",
    Timing.ANNUAL: "Once a year",
}
MEASURE_KINDS = {Kind.COUNT: "Count", Kind.PERCENTAGE: "Percentage", Kind.RATE: "Rate", Kind.MEAN: "Mean"}
POLARITIES = {
    Polarity.HIGH: "Higher is better",
    Polarity.LOW: "Lower is better",
    Polarity.NONE: "Neither: it is described, never judged red or green",
}
SOURCES = {"reference": "Published population estimates", "system": "The board’s own system"}


@dataclass(frozen=True)
class ItemEntry:
    """A data item in the words of the page."""

    item: DataItem
    counts: str
    timing: str
    owner: str
    source: str


@dataclass(frozen=True)
class MeasureEntry:
    """A measure in the words of the page."""

    measure: Measure
    kind: str
    parts: str
    polarity: str


@dataclass(frozen=True)
class ColumnEntry:
    """A column of a return in the words of the page."""

    column: Column
    kind: str
    must: str
    bounds: str
    feeds: tuple[DataItem, ...]
    checks: tuple[str, ...]


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.SEE_DICTIONARY)
    asked = request.GET.get("q", "").strip()
    names = _agency_names()
    items = [
        _item_entry(item, names) for item in ITEMS.values() if _matches(asked, item.code, item.title, item.how_counted)
    ]
    measures = [
        _measure_entry(one) for one in MEASURES.values() if _matches(asked, one.code, one.title, one.why_it_matters)
    ]
    context = {
        "asked": asked,
        "returns": [
            (kind, _owner(kind, names), template_links(code, latest_ended_quarter(), ""))
            for code, kind in RETURN_TYPES.items()
        ],
        "item_groups": _grouped((entry.source, entry) for entry in items),
        "item_count": len(items),
        "measure_groups": [
            (theme, found) for theme in Theme if (found := [one for one in measures if one.measure.theme is theme])
        ],
        "measure_count": len(measures),
    }
    return render(request, "returns/dictionary.html", context)


@require_safe
def dictionary_return(request: HttpRequest, return_type: str) -> HttpResponse:
    require(request.user, Right.SEE_DICTIONARY)
    kind = known_type(return_type)
    names = _agency_names()
    fed = [item for item in ITEMS.values() if item.source == kind.code]
    context = {
        "kind": kind,
        "holds_totals": kind.code == COUNTS,
        "owner": _owner(kind, names),
        "columns": [_column_entry(column) for column in kind.columns],
        "coded": [
            (column, [(code, years_in_words(code)) for code in column.codes]) for column in kind.columns if column.codes
        ],
        "rules": rules_in_words(kind),
        "items": [_item_entry(item, names) for item in fed],
        "by_owner": _grouped((names.get(item.owner, item.owner), _item_entry(item, names)) for item in fed)
        if kind.code == COUNTS
        else [],
        "suppliers": sorted({(names.get(item.owner, item.owner), item.owner) for item in fed if kind.code == COUNTS}),
        "own": {held.agency_code for held in person(request).held_roles},
        "quarters": quarters_offered(),
        "latest": latest_ended_quarter(),
    }
    return render(request, "returns/dictionary_return.html", context)


def _agency_names() -> dict[str, str]:
    return dict(Agency.objects.values_list("code", "name"))


def _owner(kind: ReturnType, names: dict[str, str]) -> str:
    if not kind.table:
        return "Each agency, for the items that it owes"
    code = owner_of(kind.code)
    return f"{names.get(code, code)} ({code})"


def _matches(asked: str, *texts: str) -> bool:
    """Whether every word that was asked for is somewhere in the texts."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in asked.casefold().split())


def _item_entry(item: DataItem, names: dict[str, str]) -> ItemEntry:
    kind = RETURN_TYPES.get(item.source)
    return ItemEntry(
        item,
        COUNTED[item.counts],
        TIMINGS[item.timing],
        names.get(item.owner, item.owner),
        kind.title if kind else SOURCES.get(item.source, item.source),
    )


def _measure_entry(measure: Measure) -> MeasureEntry:
    numerator = ITEMS[measure.numerator].title
    parts = numerator
    if measure.denominator:
        parts = f"{numerator} ÷ {ITEMS[measure.denominator].title}"
        if measure.per != 1:
            parts += f" × {measure.per:,}"
    return MeasureEntry(measure, MEASURE_KINDS[measure.kind], parts, POLARITIES[measure.polarity])


def _column_entry(column: Column) -> ColumnEntry:
    return ColumnEntry(
        column,
        FORMS[column.kind],
        whether_it_must_be_there(column),
        bounds_in_words(column),
        tuple(ITEMS[one] for one in column.serves if one in ITEMS),
        tuple(one.removeprefix(CHECK) for one in column.serves if one.startswith(CHECK)),
    )


def _grouped(pairs: Any) -> list[tuple[str, list[ItemEntry]]]:
    groups: dict[str, list[ItemEntry]] = {}
    for name, entry in pairs:
        groups.setdefault(name, []).append(entry)
    return list(groups.items())
