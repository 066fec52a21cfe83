"""The reading door: what is stored, as at a moment, as plain data for the pure rooms.

`load_evidence` makes a fixed number of queries however many measures, quarters or records there are.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from dataset import boardtime
from dataset.comparison import BenchmarkValue
from dataset.definitions import Measure, State
from dataset.derivation import FigureValue, Owed
from dataset.evidence import Evidence, NeighbourList, Place, ReturnSource
from dataset.measures import ITEMS
from dataset.models import (
    Area,
    Benchmark,
    Figure,
    Neighbour,
    NeighbourSet,
    Obligation,
    Population,
    QuarterlyReturn,
    Target,
)
from dataset.owing import is_owed
from dataset.parts import Term
from dataset.periods import FinancialYear, Quarter, Window
from dataset.punctuality import ITEMS_OF_CALENDAR, calendar_figures
from dataset.reference.populations import AGE_GROUPS
from dataset.status import Threshold


def board_area() -> Area | None:
    """The area that this deployment serves, or None before it is set up."""
    return Area.objects.filter(code=settings.BOARD_AREA_CODE).first()


def load_evidence(
    measures: Iterable[Measure],
    quarter: Quarter,
    *,
    quarters: int = 20,
    as_at: datetime | None = None,
    breakdown: str = "",
) -> Evidence | None:
    """What is known about the measures over the `quarters` that end with `quarter`; None before set-up."""
    area = board_area()
    if area is None:
        return None
    wanted = list(measures)
    items = {code for measure in wanted for code in measure.items}
    ordinals = [one.ordinal for one in quarter.back(quarters)]
    versions = current_versions(ordinals, as_at)
    sources = {source.label: source for source in versions.values()}
    figures, broken = _figures(items, versions, ordinals, as_at, breakdown)
    day = timezone.localtime(as_at).date() if as_at else boardtime.today()
    if items & ITEMS_OF_CALENDAR:
        kept, parts = calendar_figures(quarter.back(quarters), as_at, breakdown)
        figures |= kept
        broken |= parts
    lists = _neighbour_lists(area, as_at)
    owed, names = _owed(day, as_at)
    codes = {area.code, "E92000001", settings.BOARD_REGION_CODE} | {code for one in lists for code, _ in one.members}
    return Evidence(
        area=Place(area.code, area.name),
        figures=figures,
        sources=sources,
        populations=_populations(area, as_at),
        benchmarks=_benchmarks({m.benchmark for m in wanted if m.benchmark}, codes, quarter, as_at),
        neighbour_lists=lists,
        thresholds=_thresholds([measure.code for measure in wanted], as_at),
        as_at=as_at,
        breakdowns=broken,
        owed=owed,
        supplier_names=names,
    )


def current_versions(ordinals: Collection[int], as_at: datetime | None = None) -> dict[int, ReturnSource]:
    """The version of each return that stood at the moment, by primary key."""
    standing = _standing(as_at).filter(quarter_ordinal__in=ordinals)
    newest: dict[tuple[str, str, int], tuple[int, ReturnSource]] = {}
    rows = standing.order_by("version").values_list(
        "pk",
        "return_type",
        "supplier__code",
        "supplier__name",
        "quarter_ordinal",
        "version",
        "public_id",
        "accepted_at",
    )
    for key, return_type, supplier, name, ordinal, version, public_id, accepted_at in rows:
        assert version is not None
        assert accepted_at is not None
        quarter = Quarter.from_ordinal(ordinal)
        label = f"{return_type} {supplier} {quarter} v{version}"
        source = ReturnSource(label, return_type, supplier, name, quarter, version, public_id, accepted_at)
        newest[(return_type, supplier, ordinal)] = (key, source)
    return dict(newest.values())


def latest_quarter(as_at: datetime | None = None) -> Quarter | None:
    """The newest quarter for which any return stands: as far as a reader may look."""
    ordinal = _standing(as_at).order_by("-quarter_ordinal").values_list("quarter_ordinal", flat=True).first()
    return None if ordinal is None else Quarter.from_ordinal(ordinal)


def default_quarter(as_at: datetime | None = None) -> Quarter | None:
    """The quarter that a page opens on: the newest for which at least half of the returns owed are in.

    So the first supplier to send a new quarter does not empty the summary. Where no quarter is so far, it is the
    newest for which any return stands. Two queries.
    """
    obligations = list(Obligation.objects.known(as_at).select_related("supplier"))
    sent: dict[int, set[tuple[str, int]]] = {}
    rows = _standing(as_at).order_by().values_list("quarter_ordinal", "return_type", "supplier_id").distinct()
    for ordinal, return_type, supplier in rows:
        sent.setdefault(ordinal, set()).add((return_type, supplier))
    newest_first = sorted(sent, reverse=True)
    for ordinal in newest_first:
        quarter = Quarter.from_ordinal(ordinal)
        owed = {
            (one.return_type, one.supplier_id)
            for one in obligations
            if one.is_owed_for(quarter) and is_owed(one.return_type, one.supplier.code, quarter)
        }
        if owed and 2 * len(owed & sent[ordinal]) >= len(owed):
            return quarter
    return Quarter.from_ordinal(newest_first[0]) if newest_first else None


def _standing(as_at: datetime | None) -> "QuerySet[QuarterlyReturn]":
    return QuarterlyReturn.objects.standing(as_at).filter(area__code=settings.BOARD_AREA_CODE)


def _owed(day: date, as_at: datetime | None) -> tuple[dict[tuple[str, str], Owed], dict[str, str]]:
    """For which quarters each supplier owes each return, and up to which they had fallen due before the day.

    As it was known at the moment. And the suppliers' names by code.
    """
    names: dict[str, str] = {}
    terms: dict[tuple[str, str], tuple[Term, ...]] = {}
    rows = (
        Obligation.objects.known(as_at)
        .order_by("first_quarter")
        .values_list(
            "return_type", "supplier__code", "supplier__name", "first_quarter", "last_quarter", "days_after_quarter_end"
        )
    )
    for return_type, supplier, name, first, last, days in rows:
        names[supplier] = name
        due = Quarter.of(day - timedelta(days=days)) - 1  # the last to have ended more than so many days before
        key = (return_type, supplier)
        term = Term(Quarter.from_ordinal(first), None if last is None else Quarter.from_ordinal(last), due)
        terms[key] = (*terms.get(key, ()), term)
    return {key: Owed(found) for key, found in terms.items()}, names


_Figures = dict[tuple[str, Quarter, Window], FigureValue]
_Broken = dict[tuple[str, Quarter, str], dict[str, FigureValue]]


def _figures(
    items: Collection[str],
    versions: Mapping[int, ReturnSource],
    ordinals: Collection[int],
    as_at: datetime | None,
    breakdown: str,
) -> tuple[_Figures, _Broken]:
    """Totals of the current versions by item, quarter and window; and, where one is asked for, a breakdown's parts.

    Where a supplier sent both a record return and a total of the same item, the records stand.
    """
    rows = Figure.objects.filter(
        item__in=items,
        quarter_ordinal__in=ordinals,
        breakdown__in=["", breakdown],
        quarterly_return__version__isnull=False,
    )
    if as_at is not None:
        rows = rows.filter(counted_at__lte=as_at)
    fields = (
        "quarterly_return_id",
        "item",
        "quarter_ordinal",
        "window",
        "category",
        "value",
        "known",
        "state",
        "note",
        "versions",
    )
    totals: _Figures = {}
    parts: _Broken = {}
    from_records: set[tuple[str, Quarter, Window]] = set()
    by_public_id = {source.public_id: source.label for source in versions.values()}
    for key, item, ordinal, window, category, value, known, state, note, ids in rows.order_by("pk").values_list(
        *fields
    ):
        quarter, span = Quarter.from_ordinal(ordinal), Window(window)
        if span is Window.QUARTER and key not in versions:
            continue
        if span is not Window.QUARTER and not all(one in by_public_id for one in ids):
            continue  # counted over versions that no longer stand, or not yet
        labels = (versions[key].label,) if span is Window.QUARTER else tuple(by_public_id[one] for one in ids)
        figure = FigureValue(value=value, state=State(state), known=known, note=note, sources=labels)
        is_records = span is not Window.QUARTER or versions[key].return_type == ITEMS[item].source
        if is_records and (item, quarter, span) not in from_records:
            from_records.add((item, quarter, span))
            parts.pop((item, quarter, breakdown), None)  # a total gives way with its parts
        elif not is_records and (item, quarter, span) in from_records:
            continue
        if category:
            parts.setdefault((item, quarter, breakdown), {})[category] = figure
        else:
            totals[(item, quarter, span)] = figure
    return totals, parts


def _populations(area: Area, as_at: datetime | None) -> dict[str, dict[int, int]]:
    populations: dict[str, dict[int, int]] = {}
    rows = _recorded_by(Population.objects.filter(area=area), as_at)
    for group, year, people in rows.values_list("age_group", "mid_year", "people"):
        populations.setdefault(AGE_GROUPS[group], {})[year] = people
    return populations


def _benchmarks(
    keys: Collection[str], codes: Collection[str], quarter: Quarter, as_at: datetime | None
) -> dict[tuple[str, str], dict[str, BenchmarkValue]]:
    periods = _periods_to(quarter)
    rows = _recorded_by(Benchmark.objects.filter(key__in=keys, area__code__in=codes, period__in=periods), as_at)
    benchmarks: dict[tuple[str, str], dict[str, BenchmarkValue]] = {}
    for key, code, name, period, value, state, source in rows.values_list(
        "key", "area__code", "area__name", "period", "value", "state", "source"
    ):
        number = None if value is None else float(value)
        benchmarks.setdefault((key, code), {})[period] = BenchmarkValue(
            name, code, period, number, State(state), source
        )
    return benchmarks


def _periods_to(quarter: Quarter) -> list[str]:
    years = [FinancialYear(year) for year in range(quarter.start_year - 6, quarter.start_year + 1)]
    return [str(year) for year in years] + [year.end.isoformat() for year in years]


def _neighbour_lists(area: Area, as_at: datetime | None) -> tuple[NeighbourList, ...]:
    members = Prefetch("neighbours", Neighbour.objects.select_related("area"))
    rows = _recorded_by(NeighbourSet.objects.filter(area=area), as_at).prefetch_related(members)
    lists = {
        (one.model, one.valid_from): NeighbourList(
            one.model,
            one.valid_from,
            one.valid_to,
            tuple((member.area.code, member.area.name) for member in one.neighbours.all()),
        )
        for one in rows
    }
    return tuple(sorted(lists.values(), key=lambda one: one.valid_from))


def _thresholds(codes: Collection[str], as_at: datetime | None) -> dict[str, tuple[Threshold, ...]]:
    newest: dict[tuple[str, date], Threshold] = {}
    for target in _recorded_by(Target.objects.filter(measure__in=codes), as_at):
        newest[(target.measure, target.valid_from)] = Threshold(
            measure=target.measure,
            valid_from=target.valid_from,
            green_edge=float(target.green_edge),
            red_edge=float(target.red_edge),
            inclusive=target.inclusive,
            owner=target.owner,
            reason=target.reason,
        )
    thresholds: dict[str, tuple[Threshold, ...]] = {}
    for threshold in newest.values():
        thresholds[threshold.measure] = (*thresholds.get(threshold.measure, ()), threshold)
    return thresholds


def _recorded_by(rows: "QuerySet[Any]", as_at: datetime | None) -> "QuerySet[Any]":
    """Oldest first, so that in a dictionary the newest row recorded by the moment stands.

    A row known to have been published later was not known then, whenever it was recorded.
    """
    if as_at is not None:
        later = timezone.localtime(as_at).date()
        rows = rows.filter(recorded_at__lte=as_at).exclude(published_on__gt=later)
    return rows.order_by("recorded_at", "pk")
