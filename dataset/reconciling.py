"""A restated year beside what the Department published of us for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dataset.definitions import DataItem, State, Timing
from dataset.ingest.revising import quarter_totals
from dataset.measures import ITEMS, MEASURES
from dataset.models import Area, Benchmark, QuarterlyReturn
from dataset.periods import FinancialYear, Quarter


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Our year's total of an item, with the restatement and as it stands, and the published one.

    `ours` is None where a quarter is missing or the item has no number in it; `standing` likewise.
    """

    item: DataItem
    ours: int | None
    standing: int | None
    published: int
    source: str

    @property
    def difference(self) -> int | None:
        return None if self.ours is None else self.ours - self.published

    @property
    def words(self) -> str:
        """'−64 (−1.6%)', or a dash where our year is not complete."""
        if self.difference is None:
            return "–"
        if not self.difference:
            return "none"
        share = "" if self.percent is None else f" ({self.percent:+.1f}%)"
        return f"{self.difference:+,}{share}".replace("-", "−")

    @property
    def percent(self) -> float | None:
        """The difference in percent of the published total."""
        if self.difference is None or not self.published:
            return None
        return 100 * self.difference / self.published


def reconcile_year(
    year: FinancialYear, area: Area, after: Iterable[QuarterlyReturn], before: Iterable[QuarterlyReturn]
) -> list[Reconciled]:
    """A line for each item of the return of which a total was published for our own area and the year.

    `after` are the versions that would stand for the year's quarters, `before` those that do. Children counted once a
    year are left out, as they do not add up.
    """
    with_it, standing = _totals(after), _totals(before)
    items = {item for totals in (*with_it.values(), *standing.values()) for item in totals}
    lines = []
    for item, published, source in _published(year, area, items):
        ours, now = (_over_year(ITEMS[item], year, totals) for totals in (with_it, standing))
        lines.append(Reconciled(ITEMS[item], ours, now, published, source))
    return lines


def _totals(versions: Iterable[QuarterlyReturn]) -> dict[Quarter, Mapping[str, int | None]]:
    return {
        version.quarter: {code: figure.value for code, figure in quarter_totals(version).items()}
        for version in versions
    }


def _over_year(item: DataItem, year: FinancialYear, totals: Mapping[Quarter, Mapping[str, int | None]]) -> int | None:
    quarters = year.quarters[-1:] if item.timing is Timing.AT_QUARTER_END else year.quarters
    values = [totals.get(quarter, {}).get(item.code) for quarter in quarters]
    return None if None in values else sum(value for value in values if value is not None)


def _published(year: FinancialYear, area: Area, items: Iterable[str]) -> list[tuple[str, int, str]]:
    """(item, published total, source) from the parts of our own benchmarks, each item once; the newest row stands."""
    wanted = {item for item in items if ITEMS[item].timing in (Timing.IN_QUARTER, Timing.AT_QUARTER_END)}
    keys = {m.benchmark for m in MEASURES.values() if m.benchmark and wanted.intersection(m.items)}
    rows = Benchmark.objects.filter(
        area=area, key__in=keys, period__in=[str(year), year.end.isoformat()], state=State.REPORTED
    ).order_by("recorded_at", "pk")
    newest = {row.key: row for row in rows}
    found: dict[str, tuple[str, int, str]] = {}
    for measure in MEASURES.values():
        row = newest.get(measure.benchmark)
        if row is None:
            continue
        for item, part in ((measure.numerator, row.numerator), (measure.denominator, row.denominator)):
            if item in wanted and item not in found and part is not None and part == int(part):
                found[item] = (item, int(Decimal(part)), row.source)
    return list(found.values())
