"""What a return does to totals that stood before it, and when that must be explained."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from dataset import boardtime
from dataset.definitions import DataItem, State
from dataset.derivation import FigureValue
from dataset.ingest.counting import count_return, items_of
from dataset.ingest.wording import wording_problem
from dataset.measures import ITEMS
from dataset.models import Figure, QuarterlyReturn, ReturnState
from dataset.narrative import listing
from dataset.owing import COUNTS
from dataset.periods import Window
from dataset.selectors import current_versions

LONGEST_REASON = QuarterlyReturn._meta.get_field("revision_reason").max_length or 0
NAMED = 3  # totals that a refusal lists

Totals = Mapping[str, FigureValue]


@dataclass(frozen=True, slots=True)
class Revision:
    """A total of an accepted quarter that a return changes by more than the board lets pass without a reason."""

    item: DataItem
    before: int
    after: int | None


def quarter_totals(version: QuarterlyReturn) -> dict[str, FigureValue]:
    """The quarter's totals of one version by item: a candidate of records is counted, as acceptance will."""
    return {
        figure.item: FigureValue(figure.value, State(figure.state), figure.known, figure.note)
        for figure in _figures(version)
        if figure.item in ITEMS
    }


def _figures(version: QuarterlyReturn) -> Iterable[Figure]:
    if version.state == ReturnState.CANDIDATE and version.return_type != COUNTS:
        whole = [replace(item, breakdowns=()) for item in items_of(version.return_type)]
        return count_return(version, counted_at=boardtime.now(), items=whole)
    return version.figures.filter(breakdown="", window=Window.QUARTER)


def large_revisions(candidate: QuarterlyReturn, totals: Totals | None = None) -> list[Revision]:
    """The totals of the candidate's quarter that it would change by more than the settings let pass.

    Compared with what stands now, whichever return it came from; a total that is new is no revision, one that would
    be a number no more is. `totals` are the candidate's, where they have been counted already.
    """
    standing = _standing_totals(candidate)
    if not standing:
        return []
    totals = quarter_totals(candidate) if totals is None else totals
    found = []
    for code, before in standing.items():
        after = totals.get(code, FigureValue(None, State.NOT_RETURNED))
        if before.value is not None and is_large(before.value, after.value):
            found.append(Revision(ITEMS[code], before.value, after.value))
    return found


def is_large(before: int, after: int | None) -> bool:
    """Whether a total moves by REVISION_REASON_MINIMUM or more, and by over REVISION_REASON_PERCENT of itself."""
    moved = before if after is None else abs(after - before)
    if moved < settings.REVISION_REASON_MINIMUM:
        return False
    return after is None or moved * 100 > settings.REVISION_REASON_PERCENT * before


def _standing_totals(candidate: QuarterlyReturn) -> dict[str, FigureValue]:
    """What stands of the totals that the candidate would take the place of: of two, that of records."""
    standing = current_versions([candidate.quarter_ordinal])
    found: dict[str, tuple[bool, str, FigureValue]] = {}
    rows = Figure.objects.filter(
        quarterly_return__in=standing,
        quarter_ordinal=candidate.quarter_ordinal,
        window=Window.QUARTER,
        breakdown="",
        item__in=ITEMS,
    )
    for key, item, value, state in rows.values_list("quarterly_return_id", "item", "value", "state"):
        source = standing[key]
        is_of_records = source.return_type == ITEMS[item].source != COUNTS
        if item not in found or is_of_records:
            found[item] = (is_of_records, source.supplier, FigureValue(value, State(state)))
    if candidate.return_type == COUNTS:
        ours = candidate.supplier.code
        return {code: one for code, (of_records, owner, one) in found.items() if owner == ours and not of_records}
    return {code: one for code, (_, _, one) in found.items() if ITEMS[code].source == candidate.return_type}


def reason_problem(candidate: QuarterlyReturn, reason: str) -> str:
    """Why the candidate may not be accepted with this reason, or with none; empty where it may."""
    places = (candidate.area.name, *candidate.area.localities)
    if reason:
        return wording_problem(reason, "reason", longest=LONGEST_REASON, places=places, about=candidate)
    if not (revisions := large_revisions(candidate)):
        return ""
    return f"{needs_reason(revisions)} Say why, and accept it again."


def needs_reason(revisions: Collection[Revision]) -> str:
    """The sentence that says which totals ask for a reason; it tells no number."""
    named = [revision.item.title for revision in revisions][:NAMED]
    more = len(revisions) - len(named)
    if more:
        named.append(f"{more} more")
    percent, minimum = settings.REVISION_REASON_PERCENT, settings.REVISION_REASON_MINIMUM
    return (
        f"This changes {len(revisions)} total{'s' * (len(revisions) != 1)} of an accepted quarter by more than "
        f"{percent:g}% and at least {minimum}: {listing(named)}."
    )
