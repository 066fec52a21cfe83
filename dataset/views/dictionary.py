"""The data dictionary and the blank templates, both made from the definitions."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Agency
from accounts.permissions import require
from accounts.roles import Right
from dataset.definitions import Column, ColumnKind, Counts, DataItem, Kind, Measure, Polarity, ReturnType, Theme, Timing
from dataset.ingest.template import blank_template
from dataset.measures import ITEMS, MEASURES
from dataset.owing import COUNTS, owed_items, owner_of
from dataset.periods import PeriodError, Quarter
from dataset.returns import RETURN_TYPES

CHECK = "check: "
KINDS = {
    ColumnKind.IDENTIFIER: "Identifier, replaced by a digest on the way in and never shown",
    ColumnKind.LABEL: "Short text",
    ColumnKind.DATE: "Date, day first: 31/03/2017",
    ColumnKind.INTEGER: "Whole number",
    ColumnKind.NUMBER: "Number",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.CODE: "One code",
    ColumnKind.CODES: "Codes separated by spaces, or blank for none",
}
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
        "returns": [(kind, _owner(kind, names)) for kind in RETURN_TYPES.values()],
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
    kind = _return_type(return_type)
    names = _agency_names()
    fed = [item for item in ITEMS.values() if item.source == kind.code]
    context = {
        "kind": kind,
        "holds_totals": kind.code == COUNTS,
        "owner": _owner(kind, names),
        "columns": [_column_entry(column) for column in kind.columns],
        "coded": [column for column in kind.columns if column.codes],
        "rules": [says for rule in kind.checks if (says := getattr(rule, "says", ""))],
        "items": [_item_entry(item, names) for item in fed],
        "by_owner": _grouped((names.get(item.owner, item.owner), _item_entry(item, names)) for item in fed)
        if kind.code == COUNTS
        else [],
    }
    return render(request, "returns/dictionary_return.html", context)


@require_safe
def template(request: HttpRequest, return_type: str) -> HttpResponse:
    """The blank file. For the counts return, `supplier` and `quarter` in the address list what is owed."""
    require(request.user, Right.DOWNLOAD_TEMPLATE)
    kind = _return_type(return_type)
    supplier, quarter = _supplier(request), _quarter(request)
    items = owed_items(supplier.code, quarter) if kind.code == COUNTS and supplier and quarter else ()
    parts = [kind.code, supplier.code if items and supplier else "", quarter.slug if items and quarter else ""]
    name = "-".join(part for part in parts if part)
    response = HttpResponse(blank_template(kind, items), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _supplier(request: HttpRequest) -> Agency | None:
    code = request.GET.get("supplier", "")
    supplier = Agency.objects.filter(code=code).first() if code else None
    if code and supplier is None:
        raise BadRequest("There is no such supplier. Take the template from the page of returns.")
    return supplier


def _quarter(request: HttpRequest) -> Quarter | None:
    text = request.GET.get("quarter", "")
    try:
        return Quarter.parse(text) if text else None
    except PeriodError as problem:
        raise BadRequest(str(problem)) from problem


def _return_type(code: str) -> ReturnType:
    kind = RETURN_TYPES.get(code)
    if kind is None:
        raise Http404(f"There is no return “{code}”. The data dictionary lists them all.")
    return kind


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
        KINDS[column.kind],
        _must(column),
        _bounds(column),
        tuple(ITEMS[one] for one in column.serves if one in ITEMS),
        tuple(one.removeprefix(CHECK) for one in column.serves if one.startswith(CHECK)),
    )


def _must(column: Column) -> str:
    if not column.required:
        return "The column may be left out"
    return "The column must be there; a cell may be blank" if column.may_be_blank else "Every cell must be filled"


def _bounds(column: Column) -> str:
    rules = []
    if column.in_quarter:
        rules.append("in the return’s quarter")
    if column.unique:
        rules.append("different on every line")
    if column.minimum is not None:
        rules.append(f"{column.minimum:,g} or more".replace("-", "−"))
    if column.maximum is not None:
        rules.append(f"{column.maximum:,g} or less")
    return "; ".join(rules)


def _grouped(pairs: Any) -> list[tuple[str, list[ItemEntry]]]:
    groups: dict[str, list[ItemEntry]] = {}
    for name, entry in pairs:
        groups.setdefault(name, []).append(entry)
    return list(groups.items())
