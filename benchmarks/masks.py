"""The masks of each record return: of all the quarters held, and again when the newest quarter comes."""

import time
from collections import defaultdict
from collections.abc import Mapping

from dataset.definitions import Kind
from dataset.disclosure.cells import Cell, Role
from dataset.disclosure.equations import build
from dataset.disclosure.hiding import Mask, Reason, hide
from dataset.measures import ITEMS, MEASURES
from dataset.models import Figure
from dataset.periods import Quarter, Window

MAXIMUM = 5
PARTS = [(one.numerator, one.denominator) for one in MEASURES.values() if one.kind is Kind.PERCENTAGE]


def run() -> None:
    returns = _figures()
    if not returns:
        print("masks: load the demonstration to measure this.")
    for source, figures in sorted(returns.items()):
        newest = max(cell.quarter for cell in figures)
        before = {cell: value for cell, value in figures.items() if cell.quarter < newest}
        started = time.perf_counter()
        earlier = hide(build(before, ITEMS, PARTS), MAXIMUM)
        whole = time.perf_counter()
        tables = build(figures, ITEMS, PARTS)
        mask = hide(tables, MAXIMUM, earlier)
        ended = time.perf_counter()
        shown = [cell for cell in tables.values if cell.role.is_shown and cell not in tables.public]
        totals = [cell for cell in shown if cell.is_total]
        print(
            f"masks: {source}: the newest quarter {ended - whole:.2f} s, the quarters before it "
            f"{whole - started:.2f} s; {_share(mask, totals)} of totals, {_share(mask, shown)} of all cells; "
            f"{len(mask.exposed)} exposed, {len(mask.proofs):,} proofs"
        )


def _share(mask: Mask, cells: list[Cell]) -> str:
    hidden = [mask.hidden[cell] for cell in cells if cell in mask.hidden]
    primary = sum(reason is Reason.PRIMARY for reason in hidden)
    return f"{primary:,} + {len(hidden) - primary:,} hidden of {len(cells):,}"


def _figures() -> Mapping[str, Mapping[Cell, int]]:
    """The numbers of the versions that stand, by return type, as the engine takes them."""
    found: dict[str, dict[Cell, int]] = defaultdict(dict)
    rows = Figure.objects.filter(quarterly_return__version__isnull=False, value__isnull=False).order_by("pk")
    fields = ("item", "quarter_ordinal", "window", "breakdown", "category", "value", "known")
    for source, item, ordinal, window, breakdown, category, value, known in rows.values_list(
        "quarterly_return__return_type", *fields
    ):
        if ITEMS[item].source == source:
            cell = Cell(item, Quarter.from_ordinal(ordinal), Window(window), breakdown, category)
            found[source][cell] = value
            if known is not None:
                found[source][cell._replace(role=Role.KNOWN)] = known
    return found
