"""What the demonstration's figures are: printed in the annual report, published by DfE, scaled, or synthetic."""

import csv
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings

from dataset.measures import ITEMS


@dataclass(frozen=True, slots=True)
class Provenance:
    item: str
    title: str
    period: str
    basis: str
    source: str
    note: str


@cache
def provenance() -> list[tuple[str, str, list[Provenance]]]:
    """The companion file's lines by data item: (code, title, lines)."""
    path = settings.BASE_DIR / "fixtures" / "demo" / "provenance.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = [
            Provenance(
                row["item"],
                ITEMS[row["item"]].title if row["item"] in ITEMS else row["item"],
                row["period"],
                row["basis"],
                row["source"],
                row["note"],
            )
            for row in csv.DictReader(file)
        ]
    lines.sort(key=lambda line: (line.title, line.period))
    return [
        (code, group[0].title, group)
        for code, found in groupby(lines, key=lambda line: line.item)
        if (group := list(found))
    ]
