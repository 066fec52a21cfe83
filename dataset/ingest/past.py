"""The returns before a quarter's, gathered as plain data for the checks of what is usual."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Q, QuerySet

from accounts.models import Agency
from dataset.definitions import DataItem, Kind, ReturnType, State
from dataset.ingest.findings import Finding
from dataset.ingest.revising import quarter_totals
from dataset.ingest.usual import (
    LAST,
    RUNNING,
    Usual,
    as_code,
    blankable_columns,
    check_totals,
    coded_columns,
)
from dataset.measures import ITEMS, MEASURES
from dataset.models import RECORD_MODELS, Figure, QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.returns import RETURN_TYPES

FURTHEST = 4 * LAST  # quarters back to the oldest annual figure that is looked at


Instead = Mapping[int, QuarterlyReturn]  # candidates, by quarter, that count in the place of what stands
NOTHING_ELSE: Instead = {}


def odd_totals(candidate: QuarterlyReturn, lines: Mapping[str, int], instead: Instead = NOTHING_ELSE) -> list[Finding]:
    """Queries on the totals of a stored candidate that do not fit the supplier's own history.

    None on a nil return, and none where nothing came before it: then nothing is counted either.
    """
    if candidate.nil:
        return []
    return_type = RETURN_TYPES[candidate.return_type]
    wanted = {item.code for item in headline_items(return_type)}
    past = _past_totals(candidate, wanted, instead)
    if not past:
        return []
    totals = quarter_totals(candidate)
    now = [
        (ITEMS[code], figure.value)
        for code, figure in totals.items()
        if code in past and figure.value is not None and figure.state is not State.BREAK_IN_SERIES
    ]
    return check_totals(now, past, candidate.quarter, lines)


def headline_items(return_type: ReturnType) -> tuple[DataItem, ...]:
    """The totals by which a return is known: of records those that a measure counts by themselves, else every one."""
    items = [item for item in ITEMS.values() if item.source == return_type.code]
    if not return_type.table:
        return tuple(ITEMS.values())  # it may carry the items of record returns too
    alone = {measure.numerator for measure in MEASURES.values() if measure.kind in (Kind.COUNT, Kind.RATE)}
    wholes = {measure.denominator for measure in MEASURES.values()}
    return tuple(item for item in items if item.code in alone) or tuple(item for item in items if item.code in wholes)


def _past_totals(candidate: QuarterlyReturn, items: set[str], instead: Instead) -> dict[str, dict[Quarter, int]]:
    """The numbers that stand of the items in earlier quarters, since the last break in each of their series."""
    ordinals = range(max(candidate.quarter_ordinal - FURTHEST, 0), candidate.quarter_ordinal)
    standing = standing_keys(RETURN_TYPES[candidate.return_type], candidate.supplier, ordinals, instead)
    stored = Figure.objects.filter(quarterly_return__in=standing.values(), window=Window.QUARTER, breakdown="")
    rows = list(stored.values_list("item", "quarter_ordinal", "value", "state"))
    for ordinal, version in instead.items():
        if ordinal in ordinals and version.return_type in RECORD_MODELS:  # its figures are counted on acceptance
            rows += [(code, ordinal, one.value, one.state) for code, one in quarter_totals(version).items()]
    past: dict[str, dict[Quarter, int]] = {}
    for item, ordinal, value, state in sorted(rows, key=lambda row: row[1]):
        if item in items:
            series = past.setdefault(item, {})
            if state == State.BREAK_IN_SERIES:
                series.clear()
            if value is not None:
                series[Quarter.from_ordinal(ordinal)] = value
    return past


def usual_rows(return_type: ReturnType, supplier: Agency, quarter: Quarter, instead: Instead = NOTHING_ELSE) -> Usual:
    """What the last four returns of records held; nothing unless all four came with rows."""
    if not return_type.table:
        return Usual()
    last = [one.ordinal for one in (quarter - 1).back(RUNNING)]
    standing = standing_keys(return_type, supplier, range(last[0], last[-1] + 1), instead)
    if set(standing) != set(last):
        return Usual()
    keys = [standing[ordinal] for ordinal in last]
    records: QuerySet[Any] = (
        RECORD_MODELS[return_type.code]._default_manager.filter(quarterly_return__in=keys).order_by()
    )
    filled = _filled(records, return_type)
    if any(key not in filled for key in keys):
        return Usual()
    return Usual(
        rows=tuple(filled[key]["rows"] for key in keys),
        codes={name: _codes(records, name, keys) for name in _stored(coded_columns(return_type), return_type)},
        filled={
            name: tuple(filled[key][f"{name}__filled"] for key in keys)
            for name in _stored(blankable_columns(return_type), return_type)
        },
    )


def standing_keys(
    return_type: ReturnType, supplier: Agency, ordinals: range, instead: Instead = NOTHING_ELSE
) -> dict[int, int]:
    """The key of the version that stands for each of the quarters, or of the candidate that counts instead."""
    rows = (
        QuarterlyReturn.objects.standing()
        .filter(
            return_type=return_type.code,
            supplier=supplier,
            area__code=settings.BOARD_AREA_CODE,
            quarter_ordinal__range=(ordinals.start, ordinals.stop - 1),
        )
        .order_by("version")
        .values_list("quarter_ordinal", "pk")
    )
    return dict(rows) | {ordinal: one.pk for ordinal, one in instead.items() if ordinal in ordinals}


def _stored(columns: Any, return_type: ReturnType) -> list[str]:
    fields = {field.name for field in RECORD_MODELS[return_type.code]._meta.concrete_fields}
    return [column.name for column in columns if column.name in fields]


def _filled(records: "QuerySet[Any]", return_type: ReturnType) -> dict[int, dict[str, int]]:
    """By version: its rows, and the filled cells of each column that may be blank. One query."""
    model = RECORD_MODELS[return_type.code]
    counts = {"rows": Count("pk")}
    for name in _stored(blankable_columns(return_type), return_type):
        is_text = isinstance(model._meta.get_field(name), CharField)
        counts[f"{name}__filled"] = Count("pk", filter=~Q(**{name: ""}) if is_text else Q(**{f"{name}__isnull": False}))
    grouped = records.values("quarterly_return_id").annotate(**counts)
    return {group.pop("quarterly_return_id"): group for group in grouped}


def _codes(records: "QuerySet[Any]", name: str, keys: list[int]) -> dict[str, tuple[int, ...]]:
    """The rows of each code that every version had, in the order of the versions. One query."""
    by_code: dict[str, dict[int, int]] = {}
    for key, value, rows in records.values_list("quarterly_return_id", name).annotate(rows=Count("pk")):
        if value not in (None, ""):
            by_code.setdefault(as_code(value), {})[key] = rows
    return {code: tuple(by[key] for key in keys) for code, by in by_code.items() if len(by) == len(keys)}
