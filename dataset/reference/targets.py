"""Thresholds: the edges of green and red of a measure, from a day on."""

from decimal import Decimal
from pathlib import Path

from django.db import transaction

from dataset import boardtime
from dataset.definitions import Polarity
from dataset.measures import MEASURES
from dataset.models import Target
from dataset.reference.table import Loaded, Row, read_table

COLUMNS = ("measure", "valid_from", "green_edge", "red_edge", "inclusive", "owner", "reason")


def load_targets(path: Path) -> Loaded:
    """Add the file's thresholds that are not the newest stored already. Raises LoadRefused, storing nothing."""
    table = read_table(path, COLUMNS)
    for row in table:
        _check(row)
    table.refuse_if_faulty()
    targets = [_target(row) for row in table]
    with transaction.atomic():
        newest = {
            (target.measure, target.valid_from): _facts(target)
            for target in Target.objects.order_by("recorded_at", "pk")
        }
        added = [t for t in targets if newest.get((t.measure, t.valid_from)) != _facts(t)]
        Target.objects.bulk_create(added)
    return Loaded(len(added), len(targets) - len(added))


def _facts(target: Target) -> tuple[object, ...]:
    return (target.green_edge, target.red_edge, target.inclusive, target.owner, target.reason)


def _check(row: Row) -> None:
    code = row.text("measure").upper()
    measure = MEASURES.get(code)
    green, red = row.number("green_edge"), row.number("red_edge")
    if code and measure is None:
        row.fault(f"there is no measure {code}.")
    elif measure and measure.polarity is Polarity.NONE:
        row.fault(f"{code} has no good direction, so it can have no threshold.")
    elif measure and green is not None and red is not None:
        _check_edges(row, measure.polarity, green, red)
    inclusive = row.text("inclusive")
    if inclusive and inclusive not in ("green", "red"):
        row.fault(f"inclusive is “{inclusive}”; write green or red, whichever the edge itself belongs to.")
    for column in ("owner", "reason"):
        row.text(column)
    row.day("valid_from")
    row.day("published_on", blank=True)


def _target(row: Row) -> Target:
    return Target(
        measure=row.text("measure").upper(),
        valid_from=row.certain_day("valid_from"),
        green_edge=row.certain_number("green_edge"),
        red_edge=row.certain_number("red_edge"),
        inclusive=row.text("inclusive"),
        owner=row.text("owner"),
        reason=row.text("reason"),
        published_on=row.day("published_on", blank=True),
        recorded_at=boardtime.now(),
    )


def _check_edges(row: Row, polarity: Polarity, green: Decimal, red: Decimal) -> None:
    wrong = green <= red if polarity is Polarity.HIGH else green >= red
    if wrong:
        way = "above" if polarity is Polarity.HIGH else "below"
        row.fault(f"green_edge {green} must lie {way} red_edge {red}, since {polarity} is good for this measure.")
