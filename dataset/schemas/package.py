"""The whole data dictionary in one: every return, data item, breakdown and measure. [pure]

It is a Data Package (Frictionless, 2.0), of which the returns are the resources; what is counted from them stands
beside, under names of our own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dataset.definitions import Breakdown, DataItem, Measure, ReturnType
from dataset.describing import rules_in_words
from dataset.schemas.csvw import Lists
from dataset.schemas.table_schema import table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def data_package(
    return_types: Mapping[str, ReturnType],
    items: Iterable[DataItem],
    measures: Iterable[Measure],
    breakdowns: Iterable[Breakdown],
    *,
    lists: Lists,
    paths: Mapping[str, str],
) -> dict[str, Any]:
    """The dictionary; `paths` are the addresses of the blank templates, which the resources are."""
    return {
        "$schema": PROFILE,
        "name": "returns",
        "title": "The board’s data dictionary",
        "description": "What each agency sends, what is counted from it, and which measures are made of the counts.",
        "resources": [_resource(kind, paths[code], lists) for code, kind in return_types.items()],
        "items": [_item(item) for item in items],
        "breakdowns": [{"name": one.name, "categories": _categories(one)} for one in breakdowns],
        "measures": [_measure(measure) for measure in measures],
    }


def _resource(kind: ReturnType, path: str, lists: Lists) -> dict[str, Any]:
    return {
        "name": kind.code,
        "type": "table",
        "title": kind.title,
        "description": " ".join(filter(None, (f"One row is {kind.row_is}.", kind.notes))),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(kind, lists),
        "rules": list(rules_in_words(kind)),
    }


def _item(item: DataItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "source": item.source,
        "counts": item.counts.value,
        "timing": item.timing.value,
        "how_counted": item.how_counted,
        "owner": item.owner,
        "breakdowns": list(item.breakdowns),
    }


def _categories(breakdown: Breakdown) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in breakdown.labels.items()]


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "title": measure.title,
        "theme": measure.theme.label,
        "kind": measure.kind.value,
        "numerator": measure.numerator,
        "denominator": measure.denominator or None,
        "per": measure.per,
        "timing": measure.timing.value,
        "polarity": measure.polarity.value,
        "unit": measure.unit,
        "footprint": measure.footprint or None,
        "why_it_matters": measure.why_it_matters,
        "question": measure.question,
    }
