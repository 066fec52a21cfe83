"""An issue of neighbour lists: set beside those that are stored, and stored whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.trail import SYSTEM, record_event
from dataset import boardtime
from dataset.ingest.findings import Finding, error
from dataset.models import Area, AreaLevel, FileLayout, NeighbourSet, Publication
from dataset.reference.areas import AreaBook
from dataset.reference.issue import reading_limits
from dataset.reference.neighbour_table import Ranked, read_neighbour_table
from dataset.reference.neighbours import NewSet, sort_sets, store_sets
from dataset.reference.published import FileRefused

_MOST_TOLD = 20


@dataclass(frozen=True)
class ListIssue:
    """The lists' model, the days between which it is in force, and the file's digest."""

    model: str
    valid_from: date
    valid_to: date | None
    digest: str


@dataclass(frozen=True)
class ListOutlook:
    """What loading the lists would do: whole sets that are new or other, and those that stand already.

    `ours` are our own area's neighbours as they would be, `before` as they stand under `before_model`: the same
    model, else the one in force on the list's first day. `added` are the authorities that no list has named before.
    """

    new: Sequence[NewSet]
    unchanged: Sequence[NewSet]
    added: Sequence[Area]
    ours: Sequence[tuple[int, str]]
    before: Sequence[tuple[int, str]]
    before_model: str

    @property
    def has_ours(self) -> bool:
        return bool(self.ours)


def read_list(content: bytes) -> list[Ranked]:
    """Raises FileRefused."""
    return read_neighbour_table(content, reading_limits())


def list_faults(model: str, valid_from: date | None, valid_to: date | None) -> list[Finding]:
    """Why the model's name or days cannot be taken."""
    faults = []
    if not model.strip():
        faults.append(error("no_model", "Say what the model is called, such as dfe_2021."))
    if valid_from is None:
        faults.append(error("no_day", "Say from which day the lists are in force."))
    elif valid_to is not None and valid_to < valid_from:
        faults.append(error("days_in_order", f"The last day, {valid_to}, is before the first, {valid_from}."))
    return faults


def look_ahead_list(ranked: Sequence[Ranked], issue: ListIssue) -> ListOutlook:
    """What loading would do, storing nothing. Raises FileRefused where a code is nobody's."""
    with transaction.atomic():
        outlook = _outlook(ranked, issue)
        transaction.set_rollback(True)
    return outlook


@transaction.atomic
def store_list(
    *, ranked: Sequence[Ranked], issue: ListIssue, by: User | None, by_label: str = SYSTEM
) -> tuple[Publication | None, ListOutlook]:
    """Store the sets that are new or other, with an event; None where all stand already. Raises FileRefused."""
    list(Area.objects.select_for_update(no_key=True).filter(level=AreaLevel.NATIONAL).order_by("pk"))
    outlook = _outlook(ranked, issue)
    if not outlook.new:
        return None, outlook
    publication = Publication.objects.create(
        name=f"Neighbour lists {issue.model}"[:200],
        layout=FileLayout.NEIGHBOURS,
        file_digest=issue.digest,
        loaded_by_label=str(by) if by else by_label,
        recorded_at=boardtime.now(),
    )
    store_sets(list(outlook.new), publication)
    record_event(
        verb="neighbours.loaded",
        by=by,
        by_label=by_label,
        subject=publication,
        detail={"model": issue.model, "valid_from": issue.valid_from.isoformat(), "sets": len(outlook.new)},
    )
    return publication, outlook


def _outlook(ranked: Sequence[Ranked], issue: ListIssue) -> ListOutlook:
    """The sets, with the authorities that are new made on the way: in a transaction, to be kept or rolled back."""
    book = AreaBook.open()
    known = {area.pk for area in (*book.by_code.values(), *book.by_legacy.values())}
    areas = _areas(ranked, book)
    members: dict[str, list[tuple[int, Area, str]]] = {}
    for one in ranked:
        members.setdefault(one.authority, []).append((one.rank, areas[one.neighbour], one.closeness))
    wanted = [
        NewSet(issue.model, issue.valid_from, issue.valid_to, areas[code], sorted(found, key=lambda member: member[0]))
        for code, found in members.items()
    ]
    new, unchanged = sort_sets(wanted)
    standing = _standing(issue)
    ours = next((one for one in wanted if one.area.code == settings.BOARD_AREA_CODE), None)
    return ListOutlook(
        new=new,
        unchanged=unchanged,
        added=[area for area in {area.pk: area for area in areas.values()}.values() if area.pk not in known],
        ours=[(rank, member.name) for rank, member, _ in ours.members] if ours else [],
        before=list(standing.neighbours.values_list("rank", "area__name")) if standing else [],
        before_model=standing.model if standing else "",
    )


def _areas(ranked: Sequence[Ranked], book: AreaBook) -> dict[str, Area]:
    """Each code's area. One that is not known yet is made with the name that the file itself gives the code."""
    names = {one.neighbour: one.neighbour_name for one in ranked if one.neighbour_name}
    names |= {one.authority: one.authority_name for one in ranked if one.authority_name}
    areas, faults = {}, []
    for one in ranked:
        for code in (one.authority, one.neighbour):
            if code in areas:
                continue
            area = book.by_code.get(code) or book.by_legacy.get(code)
            if area is None and not names.get(code):
                faults.append(
                    error(
                        "unknown_area",
                        f"Line {one.line}: {code} is no authority that the board knows, and the file does not name it. "
                        "Check the code, or give the authority a line with its name.",
                        line=one.line,
                        found=code,
                    )
                )
                continue
            areas[code] = area or book.find_or_add(
                level=AreaLevel.LOCAL_AUTHORITY,
                name=names[code],
                code="" if code.isdigit() else code,
                legacy_code=code if code.isdigit() else "",
            )
    if faults:
        raise FileRefused(faults[:_MOST_TOLD])
    return areas


def _standing(issue: ListIssue) -> NeighbourSet | None:
    ours = NeighbourSet.objects.filter(area__code=settings.BOARD_AREA_CODE)
    same = ours.filter(model=issue.model).order_by("recorded_at", "pk").last()
    in_force = ours.filter(valid_from__lte=issue.valid_from).order_by("valid_from", "recorded_at", "pk").last()
    return same or in_force
