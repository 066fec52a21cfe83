"""Distinct children over the longer windows that a candidate's quarter is part of, counted before it is accepted."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from django.db.models import Count, Q, QuerySet

from dataset.definitions import DataItem, State, Timing
from dataset.derivation import FigureValue
from dataset.ingest.counting import current_versions, items_of, why_not_counted_again
from dataset.models import RECORD_MODELS, QuarterlyReturn
from dataset.periods import Quarter, Window

Key = tuple[str, Quarter, Window]


def distinct_items(return_type: str) -> list[DataItem]:
    """The return's items of which each child is counted once over a longer time."""
    return [item for item in items_of(return_type) if item.timing is Timing.DISTINCT_YEAR_TO_DATE]


def reached(candidate: QuarterlyReturn) -> list[tuple[Quarter, Window]]:
    """The longer windows that hold the candidate's quarter."""
    return [one for one in candidate.quarter.windows_holding() if one[1] is not Window.QUARTER]


def recount(candidate: QuarterlyReturn, label: str, labels: Mapping[str, str]) -> dict[Key, FigureValue]:
    """What acceptance would count again, with the candidate in the place of the version that stands.

    `labels` names the standing versions by public id, `label` is the candidate's own. Two queries however many
    windows there are, where acceptance asks one a figure: a test holds the two equal.
    """
    items = distinct_items(candidate.return_type)
    if not items:
        return {}
    standing = {**current_versions(candidate), candidate.quarter_ordinal: candidate}
    names = {**labels, candidate.public_id: label}
    windows = [
        (quarter, window, [standing[held.ordinal] for held in quarter.quarters_in(window)])
        for quarter, window in reached(candidate)
        if all(held.ordinal in standing for held in quarter.quarters_in(window))
    ]
    times = _times(items, {version.pk for _, _, versions in windows for version in versions}, candidate)
    figures = {}
    for quarter, window, versions in windows:
        in_window = times[times["version"].isin([version.pk for version in versions])]
        sums = in_window.groupby("child")[[item.code for item in items]].sum()
        state = State.NIL if all(version.nil for version in versions) else State.REPORTED
        sources = tuple(names[version.public_id] for version in versions if version.public_id in names)
        gone = why_not_counted_again(versions)
        for item in items:
            if gone:
                figure = FigureValue(None, State.NOT_AVAILABLE, note=gone, sources=sources)
                figures[(item.code, quarter, window)] = figure
                continue
            children = int((sums[item.code] >= item.at_least).sum())
            figures[(item.code, quarter, window)] = FigureValue(children, state, sources=sources)
    return figures


def _times(items: Sequence[DataItem], versions: set[int], candidate: QuarterlyReturn) -> pd.DataFrame:
    """How many of each item's rows each child has in each version: columns child, version, and one an item."""
    anchor = Quarter(2000, 1)  # a distinct item's filter does not depend on the quarter
    counts = {item.code: Count("pk", filter=item.where(anchor) if item.where else Q()) for item in items}
    model = RECORD_MODELS[candidate.return_type]
    rows: QuerySet[Any] = model._default_manager.filter(quarterly_return__in=versions).order_by()
    grouped = rows.values_list("child_id", "quarterly_return_id").annotate(**counts)
    columns = ["child", "version", *counts]
    return pd.DataFrame.from_records(list(grouped), columns=columns)
