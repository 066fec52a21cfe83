"""Statistical neighbour sets: dated models that rank, for each area, the ten most like it."""

from collections import defaultdict
from datetime import date
from pathlib import Path

from django.db import transaction

from dataset import boardtime
from dataset.models import Area, AreaLevel, Neighbour, NeighbourSet
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


def _store(sets: dict[_Key, list[Row]], codes: dict[tuple[str, str], str]) -> Loaded:
    book, moment = AreaBook.open(), boardtime.now()
    stored: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for existing in NeighbourSet.objects.order_by("recorded_at", "pk").prefetch_related("neighbours"):
        key = (existing.model, existing.valid_from, existing.valid_to, existing.area_id)
        stored[key] = [(member.rank, member.area_id) for member in existing.neighbours.all()]
    added, unchanged = 0, 0
    for (model, start, end, _code), rows in sets.items():
        name = rows[0].text("area")
        known = codes.get((model, name)) or codes.get(("", name), "")
        area = _area(book, name, rows[0].text("area_code"), known)
        members = sorted(
            (
                (row.whole("rank") or 0, _area(book, row.text("neighbour"), row.text("neighbour_code")), row)
                for row in rows
            ),
            key=lambda member: member[0],
        )
        if any(member.pk == area.pk for _, member, _ in members):
            raise LoadRefused([f"{area.name} is listed as its own neighbour in {model}."])
        if stored.get((model, start, end, area.pk)) == [(rank, member.pk) for rank, member, _ in members]:
            unchanged += len(rows)
            continue
        newer = NeighbourSet.objects.create(model=model, area=area, valid_from=start, valid_to=end, recorded_at=moment)
        Neighbour.objects.bulk_create(
            Neighbour(neighbour_set=newer, rank=rank, area=member, closeness=row.text("closeness", blank=True))
            for rank, member, row in members
        )
        added += len(rows)
    return Loaded(added, unchanged)


def _area(book: AreaBook, name: str, code: str, known_code: str = "") -> Area:
    legacy = code if code.isdigit() and len(code) == 3 else ""
    return book.find_or_add(
        level=AreaLevel.LOCAL_AUTHORITY, name=name, code=known_code if legacy else code, legacy_code=legacy
    )
