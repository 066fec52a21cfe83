"""Stored records → figures: declared filters, one aggregate query a return and one a breakdown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from dataset.definitions import DataItem, State, Timing
from dataset.measures import BREAKDOWNS, ITEMS
from dataset.models import RECORD_MODELS, Figure, QuarterlyReturn, Record
from dataset.narrative import listing
from dataset.periods import Quarter, Window

UNKNOWN_CATEGORY = "unknown"


def items_of(return_type: str) -> list[DataItem]:
    return [item for item in ITEMS.values() if item.source == return_type]


def count_return(
    version: QuarterlyReturn, *, counted_at: datetime, items: Iterable[DataItem] | None = None
) -> list[Figure]:
    """The quarter's figures of one version of a record return, unsaved: totals, then breakdowns."""
    wanted = list(items_of(version.return_type) if items is None else items)
    countable, figures = [], []
    for item in wanted:
        if reason := _why_not_available(item, version):
            figures.append(_figure(version, item, counted_at, state=State.NOT_AVAILABLE, note=reason))
        else:
            countable.append(item)
    return figures + _totals(version, countable, counted_at) + _breakdowns(version, countable, counted_at)


def _totals(version: QuarterlyReturn, items: list[DataItem], counted_at: datetime) -> list[Figure]:
    plain = [item for item in items if item.timing is not Timing.DISTINCT_YEAR_TO_DATE]
    counted = _rows(version).aggregate(**_aggregates(plain, version.quarter)) if plain else {}
    distinct = {item.code: count_children(item, [version.pk]) for item in items if item not in plain}
    figures = []
    for item in items:
        value = distinct[item.code] if item.code in distinct else counted[item.code] or 0
        known = counted.get(f"{item.code}__known")
        figures.append(_figure(version, item, counted_at, value=value, known=known))
    return figures


def _breakdowns(version: QuarterlyReturn, items: list[DataItem], counted_at: datetime) -> list[Figure]:
    figures = []
    for name in sorted({name for item in items for name in item.breakdowns}):
        split = [item for item in items if name in item.breakdowns]
        column = BREAKDOWNS[name].column
        groups = _rows(version).order_by().values(column).annotate(**_aggregates(split, version.quarter))
        totals: dict[tuple[str, str], int] = {}
        known: dict[tuple[str, str], int] = {}
        for group in groups:
            category = _category(group[column])
            for item in split:
                key = (item.code, category)
                totals[key] = totals.get(key, 0) + (group[item.code] or 0)
                if item.known:
                    known[key] = known.get(key, 0) + group[f"{item.code}__known"]
        for key, value in totals.items():
            item, category = ITEMS[key[0]], key[1]
            figures.append(
                _figure(version, item, counted_at, value=value, known=known.get(key), breakdown=name, category=category)
            )
    return figures


def count_distinct(
    changed: QuarterlyReturn, *, counted_at: datetime, items: Iterable[DataItem] | None = None
) -> list[Figure]:
    """Distinct children over every longer window that holds the changed quarter, counted again over the records.

    `changed` was accepted or withdrawn just now. A window with a quarter not returned has no figure: it is 'not
    returned', and derivation names the quarter. One with a quarter whose records were purged is not available.
    """
    wanted = [i for i in items_of(changed.return_type) if i.timing is Timing.DISTINCT_YEAR_TO_DATE]
    if items is not None:
        wanted = [item for item in wanted if item in list(items)]
    if not wanted:
        return []
    current = current_versions(changed)
    figures = []
    for quarter, window in changed.quarter.windows_holding():
        versions = [current.get(held.ordinal) for held in quarter.quarters_in(window)]
        if window is Window.QUARTER or None in versions:
            continue
        held = [version for version in versions if version]
        keys, ids = [version.pk for version in held], [version.public_id for version in held]
        gone = why_not_counted_again(held)
        for item in wanted:
            if gone:
                figure = _figure(changed, item, counted_at, state=State.NOT_AVAILABLE, note=gone)
            else:
                state = State.NIL if all(version.nil for version in held) else State.REPORTED
                figure = _figure(changed, item, counted_at, value=count_children(item, keys), state=state)
            figure.quarter_ordinal, figure.window, figure.versions = quarter.ordinal, window, ids
            figures.append(figure)
    return figures


def why_not_counted_again(versions: Iterable[QuarterlyReturn]) -> str:
    """Which of the versions' records were purged, so that nothing is counted over them; empty where none were."""
    purged = [str(version.quarter) for version in versions if version.purged_at]
    return f"The records of {listing(purged)} are gone, so children cannot be counted again." if purged else ""


def count_children(item: DataItem, version_keys: list[int]) -> int:
    """How many distinct children have at least `item.at_least` of the item's rows in these versions together."""
    rows: QuerySet[Any] = RECORD_MODELS[item.source]._default_manager.filter(quarterly_return__in=version_keys)
    if item.where:
        rows = rows.filter(item.where(Quarter(2000, 1)))  # a distinct item's filter does not depend on the quarter
    return rows.order_by().values("child_id").annotate(times=Count("pk")).filter(times__gte=item.at_least).count()


def current_versions(like: QuarterlyReturn) -> dict[int, QuarterlyReturn]:
    """The version that stands of the same type and area by quarter ordinal."""
    versions = (
        QuarterlyReturn.objects.standing()
        .filter(return_type=like.return_type, area_id=like.area_id, supplier_id=like.supplier_id)
        .order_by("version")
    )
    return {version.quarter_ordinal: version for version in versions}


def _rows(version: QuarterlyReturn) -> "QuerySet[Record]":
    model: type[Record] = RECORD_MODELS[version.return_type]
    return model._default_manager.filter(quarterly_return=version)


def _aggregates(items: Iterable[DataItem], quarter: Quarter) -> dict[str, Count | Sum]:
    aggregates: dict[str, Count | Sum] = {}
    for item in items:
        where = item.where(quarter) if item.where else Q()
        aggregates[item.code] = Sum(item.sums, filter=where) if item.sums else Count("pk", filter=where)
        if item.known:
            aggregates[f"{item.code}__known"] = Count("pk", filter=item.known(quarter))
    return aggregates


def _why_not_available(item: DataItem, version: QuarterlyReturn) -> str:
    if item.first_year is not None and version.quarter.start_year < item.first_year:
        return "The code that this counts did not exist in that year."
    if item.needs and item.needs in version.absent_columns:
        return f"The file had no column {item.needs}."
    return ""


def _category(value: object) -> str:
    if value is None or value == "":
        return UNKNOWN_CATEGORY
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _figure(
    version: QuarterlyReturn,
    item: DataItem,
    counted_at: datetime,
    *,
    value: int | None = None,
    known: int | None = None,
    state: State | None = None,
    note: str = "",
    breakdown: str = "",
    category: str = "",
) -> Figure:
    return Figure(
        quarterly_return=version,
        item=item.code,
        quarter_ordinal=version.quarter_ordinal,
        window=Window.QUARTER,
        breakdown=breakdown,
        category=category,
        value=value,
        known=known,
        state=state or (State.NIL if version.nil else State.REPORTED),
        note=note,
        counted_at=counted_at,
    )
