"""Our benchmarks by their keys: what each is, in what unit, and whether it is of a year or of a day."""

import re

from django.db.models import Max

from dataset.definitions import Kind, Measure, Timing
from dataset.measures import BENCHMARK_SERIES, MEASURES
from dataset.models import Benchmark
from dataset.reference.choosing import Key

_DAY = len("2017-03-31")
_PER = re.compile(r"per ([\d,]+)")


def known_keys() -> dict[str, str]:
    """Every key a benchmark row may bear → what it is: a measure's, or a declared reference series."""
    keys = dict(BENCHMARK_SERIES)
    keys.update({measure.benchmark: measure.title for measure in MEASURES.values() if measure.benchmark})
    return keys


def describe_keys() -> dict[str, Key]:
    """Every key with its unit and kind of period: those of its newest stored figure, else of its measure."""
    newest = Benchmark.objects.values("key").annotate(newest=Max("pk")).values("newest")
    stored = {key: (unit, period) for key, unit, period in
              Benchmark.objects.filter(pk__in=newest).values_list("key", "unit", "period")}  # fmt: skip
    described = {}
    for key, title in known_keys().items():
        measures = [measure for measure in MEASURES.values() if measure.benchmark == key]
        first = measures[0] if measures else None
        unit, period = stored.get(key) or (_unit(key, first), "")
        is_snapshot = len(period) == _DAY if period else bool(first and first.timing is Timing.AT_QUARTER_END)
        described[key] = Key(
            key=key,
            title=title,
            unit=unit,
            is_snapshot=is_snapshot,
            theme=first.theme.label if first else "Reference series, beside no measure",
            measures=tuple(measure.code for measure in measures),
            per=_per(unit),
        )
    return described


def _unit(key: str, measure: Measure | None) -> str:
    if measure is None:
        return "%" if key.endswith("_pct") else "per 10,000 children aged 0-17" if key.endswith("_rate") else "number"
    if measure.kind is Kind.PERCENTAGE:
        return "%"
    return f"per {measure.per:,} children aged 0-17" if measure.kind is Kind.RATE else measure.unit


def _per(unit: str) -> int | None:
    if unit == "%":
        return 100
    found = _PER.match(unit)
    return int(found[1].replace(",", "")) if found else None
