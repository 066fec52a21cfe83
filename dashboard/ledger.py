"""The figure ledger: every displayed number as plain data, with its reference, parts, certainty and returns."""

from collections.abc import Mapping
from typing import Any

from dataset.comparison import Comparator, Neighbours
from dataset.derivation import MeasureValue
from dataset.readings import Reading


def entry(reading: Reading, breakdown: Mapping[str, MeasureValue] | None = None) -> dict[str, Any]:
    """One reading as JSON-ready data. Values are unrounded; what the reader may not see is None with its state."""
    value = reading.value
    line = {
        "reference": reading.reference,
        "measure": reading.measure.code,
        "title": reading.measure.title,
        "quarter": str(reading.quarter),
        "window": str(reading.window),
        **_numbers(value),
        "status": str(reading.status.judgement),
        "certain": reading.status.certain,
        "reason": reading.status.reason,
        "direction": _direction(reading),
        "england": _comparator(reading.england),
        "region": _comparator(reading.region),
        "neighbours": _neighbours(reading.neighbours),
        "returns": [source.label for source in reading.returns],
        "missing": [str(quarter) for quarter in value.missing],
    }
    if breakdown is not None:
        line["categories"] = [{"category": category, **_numbers(part)} for category, part in breakdown.items()]
    return line


def _numbers(value: MeasureValue) -> dict[str, Any]:
    return {
        "numerator": value.numerator,
        "denominator": value.denominator,
        "value": value.value,
        "lower": value.lower,
        "upper": value.upper,
        "state": str(value.state),
    }


def _direction(reading: Reading) -> dict[str, Any]:
    direction = reading.direction
    return {
        "movement": direction.movement,
        "judgement": direction.judgement,
        "more_than_chance": direction.certain,
        "sentence": direction.sentence,
    }


def _comparator(comparator: Comparator | None) -> dict[str, Any] | None:
    if comparator is None:
        return None
    return {"value": comparator.value, "period": comparator.period, "state": str(comparator.state)}


def _neighbours(neighbours: Neighbours | None) -> dict[str, Any] | None:
    if neighbours is None:
        return None
    names = ("mean", "median", "n", "of", "best", "best_name", "rank", "period")
    return {"set": neighbours.set_name, **{name: getattr(neighbours, name) for name in names}}
