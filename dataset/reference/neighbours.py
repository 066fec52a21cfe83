"""Statistical neighbour sets: dated models that rank, for each area, the ten most like it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from dataset import boardtime
from dataset.models import Area, AreaLevel, Neighbour, NeighbourSet, Publication
from dataset.reference.areas import AreaBook
from dataset.reference.table import Loaded, LoadRefused, Row, Table, read_table

COLUMNS = ("model", "valid_from", "valid_to", "area", "area_code", "rank", "neighbour", "neighbour_code")
_Key = tuple[str, date, date | None, str]


def load_neighbours(path: Path) -> Loaded:
    """Add the file's sets that are not the newest stored already. Raises LoadRefused, storing nothing."""
    table = read_table(path, COLUMNS)
    sets = _sets(table)
    table.refuse_if_faulty()
    with transaction.atomic():
        return _store(sets, _codes_of_names(table))


def _sets(table: Table) -> dict[_Key, list[Row]]:
    sets: dict[_Key, list[Row]] = defaultdict(list)
    for row in table:
        model, code = row.text("model"), row.text("area_code")
        start, end, rank = row.day("valid_from"), row.day("valid_to", blank=True), row.whole("rank")
        for column in ("area", "neighbour", "neighbour_code"):
            row.text(column)
        if start and end and end < start:
            row.fault(f"valid_to {end} is before valid_from {start}.")
        if start is None or rank is None:
            continue
        earlier = sets[(model, start, end, code)]
        if any(row.text("neighbour_code") == other.text("neighbour_code") for other in earlier):
            row.fault(f"{row.text('neighbour')} stands twice in the set of {row.text('area')}.")
        if any(rank == other.whole("rank") for other in earlier):
            row.fault(f"rank {rank} stands twice in the set of {row.text('area')}.")
        earlier.append(row)
    return sets


def _codes_of_names(table: Table) -> dict[tuple[str, str], str]:
    """(model, name) → the code that the file itself gives the name as a neighbour; under the model '' for all models.

    The published lists name each area by DfE's three-digit code and its neighbours by their GSS codes, so the file
    is its own crosswalk; a name with two codes is no evidence and is left out.
    """
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in table:
        for model in ("", row.text("model")):
            codes[(model, row.text("neighbour"))].add(row.text("neighbour_code"))
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


@dataclass(frozen=True)
class NewSet:
    """One area's neighbours in one model as they would be stored: (rank, area, closeness), by rank."""

    model: str
    valid_from: date
    valid_to: date | None
    area: Area
    members: list[tuple[int, Area, str]]


def _store(sets: dict[_Key, list[Row]], codes: dict[tuple[str, str], str]) -> Loaded:
    book, wanted = AreaBook.open(), []
    for (model, start, end, _code), rows in sets.items():
        name = rows[0].text("area")
        known = codes.get((model, name)) or codes.get(("", name), "")
        area = _area(book, name, rows[0].text("area_code"), known)
        members = [
            (
                row.whole("rank") or 0,
                _area(book, row.text("neighbour"), row.text("neighbour_code")),
                row.text("closeness", blank=True),
            )
            for row in rows
        ]
        if any(member.pk == area.pk for _, member, _ in members):
            raise LoadRefused([f"{area.name} is listed as its own neighbour in {model}."])
        wanted.append(NewSet(model, start, end, area, sorted(members, key=lambda member: member[0])))
    added, unchanged = store_sets(wanted)
    return Loaded(sum(len(one.members) for one in added), sum(len(one.members) for one in unchanged))


def sort_sets(wanted: list[NewSet]) -> tuple[list[NewSet], list[NewSet]]:
    """Those that are not the newest stored already, and those that are."""
    stored: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    existing = NeighbourSet.objects.filter(model__in={one.model for one in wanted})
    for known in existing.order_by("recorded_at", "pk").prefetch_related("neighbours"):
        members = [(member.rank, member.area_id) for member in known.neighbours.all()]
        stored[(known.model, known.valid_from, known.valid_to, known.area_id)] = members
    new: list[NewSet] = []
    unchanged: list[NewSet] = []
    for one in wanted:
        same = stored.get((one.model, one.valid_from, one.valid_to, one.area.pk))
        is_same = same == [(rank, member.pk) for rank, member, _ in one.members]
        (unchanged if is_same else new).append(one)
    return new, unchanged


def store_sets(wanted: list[NewSet], publication: Publication | None = None) -> tuple[list[NewSet], list[NewSet]]:
    """Store the sets that are new or other than before, in the caller's transaction; which they were, and the rest."""
    new, unchanged = sort_sets(wanted)
    moment = boardtime.now()
    for one in new:
        stored = NeighbourSet.objects.create(
            model=one.model,
            area=one.area,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            publication=publication,
            published_on=publication.published_on if publication else None,
            recorded_at=moment,
        )
        Neighbour.objects.bulk_create(
            Neighbour(neighbour_set=stored, rank=rank, area=member, closeness=closeness)
            for rank, member, closeness in one.members
        )
    return new, unchanged


def _area(book: AreaBook, name: str, code: str, known_code: str = "") -> Area:
    legacy = code if code.isdigit() and len(code) == 3 else ""
    return book.find_or_add(
        level=AreaLevel.LOCAL_AUTHORITY, name=name, code=known_code if legacy else code, legacy_code=legacy
    )
