"""The rehearsal of a candidate: the board as it stands beside the board as it would be, for one reader."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.conf import settings

from accounts.models import Agency
from dataset import boardtime
from dataset.definitions import DataItem, Measure, Timing
from dataset.derivation import FigureValue
from dataset.evidence import Evidence, ReturnSource
from dataset.ingest.revising import Revision, large_revisions, quarter_totals
from dataset.measures import ITEMS, MEASURES
from dataset.models import QuarterlyReturn
from dataset.owing import COUNTS
from dataset.periods import Quarter, Window
from dataset.readings import Reading, read_measures
from dataset.rehearsal import Change, compare_totals, stored_totals
from dataset.rehearsing.awaiting import Lacking, lacking
from dataset.rehearsing.moves import Move, WhatChanges
from dataset.rehearsing.outcomes import Outcomes, rows_by_outcome
from dataset.rehearsing.overlay import Key, changed_items, lay_over
from dataset.rehearsing.recounting import distinct_items, reached, recount
from dataset.selectors import latest_quarter, load_evidence
from dataset.standards import JudgementRules
from dataset.suppression import Audience, mask_figure

BEFORE = 24  # quarters that the pages look back over, and so the rehearsal
REACH = 3  # quarters later whose windows hold the return's own
WINDOWS = tuple(Window)


@dataclass(frozen=True)
class Readers:
    """The reader's audience for a measure, and for a data item."""

    of_measure: Callable[[Measure], Audience]
    of_item: Callable[[DataItem], Audience]


@dataclass(frozen=True)
class Rehearsal:
    """What accepting a candidate would do, as one reader may see it.

    `totals` are the return's own, beside those that stand; `revisions` those that move so far that acceptance asks
    for a reason; `queried` counts the rows that have a query.
    """

    changes: WhatChanges
    totals: tuple[Change, ...]
    revisions: tuple[Revision, ...]
    outcomes: Outcomes | None
    queried: int
    as_they_stand: int
    lacking: tuple[tuple[str, Lacking], ...]  # (the supplier's name, what has not come)


@dataclass(frozen=True)
class Outlook:
    """The evidence before and after acceptance, of the measures that the return is part of."""

    candidate: QuarterlyReturn
    measures: tuple[Measure, ...]
    now: Evidence
    after: Evidence
    totals: dict[str, FigureValue]
    recounted: tuple[Key, ...]

    @property
    def last(self) -> Quarter:
        """The newest quarter that the pages would show."""
        return max([self.candidate.quarter, *(source.quarter for source in self.now.sources.values())])


def look_ahead(candidate: QuarterlyReturn, standing: QuarterlyReturn | None) -> Outlook:
    """Lay the candidate over what stands; nothing is stored. `standing` is the version it would replace, if any.

    Raises LookupError before the board's area is set up.
    """
    quarter = candidate.quarter
    last = max(quarter, latest_quarter() or quarter)
    totals = quarter_totals(candidate)
    measures = _measures_of(_items_of(candidate, standing, totals))
    now = load_evidence(measures, last, quarters=BEFORE + last.ordinal - quarter.ordinal)
    if now is None:
        raise LookupError("The board's area has not been loaded.")
    source = _source(candidate)
    figures: dict[Key, FigureValue] = {
        (item, quarter, Window.QUARTER): replace(figure, sources=(source.label,)) for item, figure in totals.items()
    }
    labels = {one.public_id: one.label for one in now.sources.values()}
    figures |= recount(candidate, source.label, labels)
    recounted = tuple(
        (item.code, *window) for item in distinct_items(candidate.return_type) for window in reached(candidate)
    )
    after = lay_over(now, source, figures, recounted)
    return Outlook(candidate, measures, now, after, totals, recounted)


def rehearse(candidate: QuarterlyReturn, standing: QuarterlyReturn | None, readers: Readers) -> Rehearsal:
    """Everything that the officer is told before accepting. A fixed number of queries for each return type."""
    outlook = look_ahead(candidate, standing)

    def mask(item: DataItem, figure: FigureValue) -> FigureValue:
        return mask_figure(item, figure, readers.of_item(item), settings.SUPPRESSION_MAXIMUM)

    waits = lacking(outlook.measures, outlook.after, candidate.quarter)
    names = dict(Agency.objects.values_list("code", "name"))
    queried = candidate.findings.filter(line__isnull=False).values("line").distinct().count()
    return Rehearsal(
        changes=what_changes(outlook, readers),
        totals=tuple(_totals(outlook, standing, readers)),
        revisions=tuple(large_revisions(candidate, outlook.totals)),
        outcomes=rows_by_outcome(candidate, standing, mask),
        queried=queried,
        as_they_stand=max(candidate.row_count - queried, 0),
        lacking=tuple((names.get(one.supplier, one.supplier), one) for one in waits),
    )


def what_changes(outlook: Outlook, readers: Readers) -> WhatChanges:
    """Each measure that the return is part of, read both ways wherever acceptance could move it."""
    touched = changed_items(outlook.now, outlook.after)
    measures = [measure for measure in outlook.measures if touched.intersection(measure.items)]
    quarter, moves = outlook.candidate.quarter, []
    for held, group in _in_reach(measures, quarter, outlook.last):
        for window in WINDOWS:
            shown = [one for one in group if window is Window.QUARTER or one.timing is not Timing.AT_QUARTER_END]
            now, after = (_read(shown, one, held, window, readers) for one in (outlook.now, outlook.after))
            moves += [Move(now[measure.code], after[measure.code]) for measure in shown]
    ordered = sorted(moves, key=lambda move: (move.measure.tier, move.quarter))
    return WhatChanges(quarter, len(outlook.measures), tuple(ordered))


def _in_reach(measures: Collection[Measure], quarter: Quarter, last: Quarter) -> list[tuple[Quarter, list[Measure]]]:
    """The quarters whose windows hold this one; an annual figure is carried into every later one."""
    found = []
    for ordinal in range(quarter.ordinal, last.ordinal + 1):
        held = Quarter.from_ordinal(ordinal)
        near = ordinal - quarter.ordinal <= REACH
        group = [one for one in measures if near or any(ITEMS[item].timing is Timing.ANNUAL for item in one.items)]
        if group:
            found.append((held, group))
    return found


def _read(
    measures: Collection[Measure], evidence: Evidence, quarter: Quarter, window: Window, readers: Readers
) -> dict[str, Reading]:
    return read_measures(
        measures,
        evidence,
        quarter,
        window,
        audience_for=readers.of_measure,
        rules=JudgementRules(min_denominator=settings.MINIMUM_DENOMINATOR, min_events=settings.MINIMUM_EVENTS),
        region_code=settings.BOARD_REGION_CODE,
        points=1,
        maximum=settings.SUPPRESSION_MAXIMUM,
    )


def _totals(outlook: Outlook, standing: QuarterlyReturn | None, readers: Readers) -> list[Change]:
    """The quarter's totals beside those that stand, then the longer windows that are counted again."""
    quarter = outlook.candidate.quarter
    now: dict[Key, FigureValue] = {(item, quarter, Window.QUARTER): one for item, one in outlook.totals.items()}
    then = {key: one for key, one in stored_totals(standing).items() if key[2] is Window.QUARTER} if standing else {}
    for key in outlook.recounted:
        if key in outlook.after.figures:
            now[key] = outlook.after.figures[key]
        if key in outlook.now.figures:
            then[key] = outlook.now.figures[key]
    return compare_totals(now, then, readers.of_item, settings.SUPPRESSION_MAXIMUM)


def _items_of(candidate: QuarterlyReturn, standing: QuarterlyReturn | None, totals: Collection[str]) -> set[str]:
    if candidate.return_type != COUNTS:
        return {item.code for item in ITEMS.values() if item.source == candidate.return_type}
    before = standing.figures.filter(breakdown="").values_list("item", flat=True) if standing else ()
    return {*totals, *before}


def _measures_of(items: Collection[str]) -> tuple[Measure, ...]:
    return tuple(measure for measure in MEASURES.values() if any(item in items for item in measure.items))


def _source(candidate: QuarterlyReturn) -> ReturnSource:
    """The candidate as the version that it would become."""
    number = QuarterlyReturn.objects.versions_of(candidate).order_by("-version").values_list("version", flat=True)
    version = (number.first() or 0) + 1
    code, quarter = candidate.supplier.code, candidate.quarter
    return ReturnSource(
        label=f"{candidate.return_type} {code} {quarter} v{version}",
        return_type=candidate.return_type,
        supplier=code,
        supplier_name=candidate.supplier.name,
        quarter=quarter,
        version=version,
        public_id=candidate.public_id,
        accepted_at=boardtime.now(),
    )
