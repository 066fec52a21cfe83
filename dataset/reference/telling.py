"""What would change, as lines of text and as JSON: the same facts as the page."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from dataset.narrative import benchmark_period, listing
from dataset.reference.differences import Changes, Difference, What

ENGLAND = "E92000001"
_MOST = 60


def own_codes() -> tuple[str, str]:
    """Whose figures are told first: the board's own area's, then England's."""
    return settings.BOARD_AREA_CODE, ENGLAND


def changes_as_lines(changes: Changes) -> Iterator[str]:
    yield (
        f"{changes.count(What.NEW):,} new, {changes.count(What.CHANGED):,} changed, "
        f"{changes.count(What.UNCHANGED):,} unchanged, {changes.count(What.KEPT):,} kept from a later publication."
    )
    for finding in changes.findings:
        place = f"line {finding.line}: " if finding.line else ""
        yield f"QUERY {place}{finding.message}"
    for counted in changes.by_key_and_period:
        without = f", {counted.without_number:,} without a number" if counted.without_number else ""
        kept = f", {counted.kept:,} kept" if counted.kept else ""
        yield (
            f"{counted.key.key}, {counted.period_label}: {counted.new:,} new, {counted.changed:,} changed, "
            f"{counted.unchanged:,} unchanged{kept}{without}"
        )
    for one in changes.of_places(own_codes()):
        yield f"  {_line(one)}"
    others = [one for one in changes.of(What.CHANGED) if one.area.code not in own_codes()]
    for one in others[:_MOST]:
        yield f"  {_line(one)}"
    if len(others) > _MOST:
        yield f"  … and {len(others) - _MOST:,} more that change."
    if changes.measures:
        yield f"Measures set against them: {listing([f'{code} {title}' for code, title in changes.measures])}."


def _line(one: Difference) -> str:
    before = f"{one.before_words} → " if one.before else ""
    return f"{one.figure.key}, {one.area.name}, {benchmark_period(one.figure.period)}: {before}{one.words}"


def changes_as_json(changes: Changes) -> dict[str, Any]:
    return {
        "nothing_to_do": not changes.to_store,
        "new": changes.count(What.NEW),
        "changed": changes.count(What.CHANGED),
        "unchanged": changes.count(What.UNCHANGED),
        "kept": changes.count(What.KEPT),
        "areas_unknown": [
            {"name": place.name, "code": place.code or place.legacy, "figures": count}
            for place, count in changes.left_out.items()
        ],
        "keys": [
            {
                "key": one.key.key,
                "period": one.period,
                "new": one.new,
                "changed": one.changed,
                "unchanged": one.unchanged,
                "kept": one.kept,
                "without_number": one.without_number,
            }
            for one in changes.by_key_and_period
        ],
        "ours": [_as_dict(one) for one in changes.of_places(own_codes())],
        "changes": [_as_dict(one) for one in changes.of(What.CHANGED)],
        "measures": [code for code, _ in changes.measures],
        "queries": [
            {"line": finding.line, "column": finding.column, "code": finding.code, "message": finding.message}
            for finding in changes.findings
        ],
    }


def _as_dict(one: Difference) -> dict[str, Any]:
    value = one.figure.value
    return {
        "key": one.figure.key,
        "area": one.area.name,
        "area_code": one.area.code,
        "period": one.figure.period,
        "before": one.before_words if one.before else None,
        "value": None if value is None else float(value),
        "state": str(one.figure.state),
    }
