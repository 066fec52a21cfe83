"""What a supplier's system calls the columns of a return: remembered, listed, forgotten."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from accounts.trail import record_event
from dataset.definitions import ReturnType
from dataset.ingest.reading import simplify
from dataset.ingest.renaming import may_be_remembered
from dataset.models import ColumnMapping


class NameRefused(ValueError):
    """A name cannot be remembered; the message is for the officer and does not repeat the name."""


def remembered_names(supplier: Agency, return_type: ReturnType) -> list[ColumnMapping]:
    """The supplier's names for the return's columns, in the order of the return. One query."""
    order = {column.name: place for place, column in enumerate(return_type.columns)}
    found = ColumnMapping.objects.filter(supplier=supplier, return_type=return_type.code, ours__in=order)
    return sorted(found, key=lambda one: order[one.ours])


def remember_names(
    *, supplier: Agency, return_type: ReturnType, theirs_of: Mapping[str, str], by: User
) -> list[ColumnMapping]:
    """Remember which of the supplier's names (values, as written) stands for each of our columns (keys).

    A name that was remembered for another column moves to this one. Raises NameRefused where a column is none of the
    return's, one name stands for two of them, or a name may not be kept.
    """
    known = {column.name for column in return_type.columns}
    simple = [simplify(theirs) for theirs in theirs_of.values()]
    if not theirs_of:
        raise NameRefused("Choose which of your columns is meant, for one column at the least.")
    if not known.issuperset(theirs_of):
        raise NameRefused("A column was named that is not part of this return. Check the file again.")
    if len(set(simple)) < len(simple):
        raise NameRefused("One of your columns was chosen for two of the return’s. Each may stand for one only.")
    if not all(may_be_remembered(theirs, return_type) for theirs in theirs_of.values()):
        raise NameRefused(
            "A column’s name cannot be remembered: it is a name of the return’s own, longer than 60 letters, or looks "
            "like something that identifies a person. Rename the column in the file."
        )
    with transaction.atomic():
        remembered = [
            ColumnMapping.objects.update_or_create(
                supplier=supplier,
                return_type=return_type.code,
                theirs=simplify(theirs),
                defaults={"theirs_as_written": theirs, "ours": ours, "saved_by": by, "saved_at": timezone.now()},
            )[0]
            for ours, theirs in theirs_of.items()
        ]
        _record("columns.remembered", supplier, return_type, sorted(theirs_of), by)
    return remembered


def forget_name(*, supplier: Agency, return_type: ReturnType, theirs: str, by: User) -> ColumnMapping | None:
    """Forget one of the supplier's names; what was forgotten, None where it was not remembered."""
    with transaction.atomic():
        found = ColumnMapping.objects.select_for_update().filter(
            supplier=supplier, return_type=return_type.code, theirs=simplify(theirs)
        )
        forgotten = found.first()
        if forgotten is None:
            return None
        found.delete()
        _record("columns.forgotten", supplier, return_type, [forgotten.ours], by)
    return forgotten


def _record(verb: str, supplier: Agency, return_type: ReturnType, columns: list[str], by: User) -> None:
    detail = {"type": return_type.code, "columns": columns}
    record_event(verb=verb, by=by, subject=supplier, agency=supplier, detail=detail)
