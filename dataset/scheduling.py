"""Changing the calendar: who owes which return from which quarter on, and how many days they have.

A change reaches the quarters from the one that it names. What was due before keeps the day it had, and what was known
before the change is kept, so that a page as at an earlier moment says what it said.
"""

from django.db import transaction

from accounts.models import Agency, User
from accounts.trail import record_event
from dataset import boardtime
from dataset.models import Obligation
from dataset.owing import owner_of, suppliers_of_counts, types_owed_by
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES

MOST_DAYS = 200


class ScheduleRefused(ValueError):
    """The calendar cannot be changed so; the message says why."""


@transaction.atomic
def set_days(*, return_type: str, supplier: Agency, days: int, first: Quarter, by: User) -> Obligation:
    """The supplier owes the return from the quarter on, so many days after each quarter's end. Raises ScheduleRefused.

    An obligation already there is ended with the quarter before; one that was to begin later gives way.
    """
    _check_owner(return_type, supplier)
    if not 0 < days <= MOST_DAYS:
        raise ScheduleRefused(f"Give from 1 to {MOST_DAYS} days after the quarter’s end.")
    _end(return_type, supplier, first)
    made = Obligation.objects.create(
        return_type=return_type,
        supplier=supplier,
        days_after_quarter_end=days,
        first_quarter=first.ordinal,
        recorded_at=boardtime.now(),
    )
    _record("calendar.changed", supplier, by, {"type": return_type, "days": days, "from": str(first)})
    return made


@transaction.atomic
def end_owing(*, return_type: str, supplier: Agency, first: Quarter, by: User) -> None:
    """From the quarter on the return is owed no more. Raises ScheduleRefused where it was not."""
    if not _end(return_type, supplier, first):
        raise ScheduleRefused(f"{supplier.name} does not owe this return for {first} or later.")
    _record("calendar.ended", supplier, by, {"type": return_type, "from": str(first)})


def _end(return_type: str, supplier: Agency, first: Quarter) -> bool:
    """End what is owed before the quarter; whether anything was."""
    owed = Obligation.objects.known().select_for_update().filter(return_type=return_type, supplier=supplier)
    later = owed.filter(first_quarter__gte=first.ordinal).update(replaced_at=boardtime.now())
    running = [one for one in owed if one.last_quarter is None or one.last_quarter >= first.ordinal]
    for one in running:
        keep_terms(one)
        one.last_quarter = first.ordinal - 1
        one.save()
    return bool(later or running)


def keep_terms(changing: Obligation) -> None:
    """Keep the terms as they are stored, replaced at this moment; the obligation itself is about to be changed."""
    now = boardtime.now()
    was = Obligation.objects.get(pk=changing.pk)
    was.pk, was._state.adding, was.replaced_at = None, True, now
    was.save(force_insert=True)
    changing.recorded_at = now


def _check_owner(return_type: str, supplier: Agency) -> None:
    """A record return has one owner, by its definition; the counts return those who owe any item."""
    kind = RETURN_TYPES.get(return_type)
    if kind is None:
        raise ScheduleRefused("There is no such return. Choose one from the list.")
    owners = suppliers_of_counts() if not kind.table else {owner_of(return_type)}
    if supplier.code not in owners:
        named = ", ".join(sorted(owners))
        raise ScheduleRefused(f"“{kind.title}” is owed by {named}, not by {supplier.name} ({supplier.code}).")


def possible_obligations(suppliers: list[Agency]) -> list[tuple[Agency, str]]:
    """Each agency with each return that it could owe."""
    return [(supplier, code) for supplier in suppliers for code in types_owed_by(supplier.code)]


def _record(verb: str, supplier: Agency, by: User, detail: dict[str, object]) -> None:
    record_event(verb=verb, by=by, subject=supplier, agency=supplier, detail=detail)
