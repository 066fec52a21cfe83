"""Removing a version's rows for ever, by two people and with a reason; its figures and a tombstone stay.

PostgreSQL and SQLite keep deleted rows in their files until they are vacuumed, and backups keep them longer: see
docs/running.md.
"""

from django.db import transaction

from accounts.models import User
from accounts.permissions import can
from accounts.roles import Right
from accounts.trail import record_event
from dataset import boardtime
from dataset.ingest.locking import hold_lock
from dataset.ingest.wording import wording_problem
from dataset.models import RECORD_MODELS, QuarterlyReturn
from dataset.owing import COUNTS

LONGEST_REASON = QuarterlyReturn._meta.get_field("purge_reason").max_length or 0


class PurgeRefused(Exception):
    """The version cannot be purged, or not by this person; the message is for them."""


def ask_purge(*, version: QuarterlyReturn, by: User, reason: str) -> QuarterlyReturn:
    """Record who asks for a purge and why; nothing is removed until a second person does it. Raises PurgeRefused."""
    reason = " ".join(reason.split())
    places = (version.area.name, *version.area.localities)
    if problem := wording_problem(reason, "reason", longest=LONGEST_REASON, places=places, about=version):
        raise PurgeRefused(problem)
    with transaction.atomic():
        version = _held(version, by)
        if version.purge_asked_by:
            raise PurgeRefused(
                f"{version.purge_asked_by} asked for this already. Another person with the right carries it out, or "
                "cancels it."
            )
        version.purge_asked_by, version.purge_asked_at, version.purge_reason = by, boardtime.now(), reason
        version.save(update_fields=["purge_asked_by", "purge_asked_at", "purge_reason"])
        _record("return.purge_asked", version, by)
    return version


def cancel_purge(*, version: QuarterlyReturn, by: User) -> QuarterlyReturn:
    """Take back a purge that was asked for and not carried out. Raises PurgeRefused."""
    with transaction.atomic():
        version = _held(version, by)
        if version.purge_asked_by is None:
            raise PurgeRefused("Nobody has asked for this version to be purged.")
        version.purge_asked_by, version.purge_asked_at, version.purge_reason = None, None, ""
        version.save(update_fields=["purge_asked_by", "purge_asked_at", "purge_reason"])
        _record("return.purge_cancelled", version, by)
    return version


def purge_return(*, version: QuarterlyReturn, by: User) -> int:
    """Remove the version's rows, findings, answers and every free text; how many rows they were.

    `by` is another person than who asked. The figures stay, as do the digest, size and
    row count of the file and who did what when; of the notes on them only those that a supplier wrote go, and a
    total counted from records keeps why it is not available. Raises PurgeRefused.
    """
    with transaction.atomic():
        version = _held(version, by)
        if version.purge_asked_by is None:
            raise PurgeRefused("Nobody has asked for this version to be purged. Ask first, and say why.")
        if version.purge_asked_by_id == by.pk:
            raise PurgeRefused("You asked for this yourself. A second person has to carry it out.")
        removed = 0
        if model := RECORD_MODELS.get(version.return_type):
            removed, _ = model._default_manager.filter(quarterly_return=version).delete()
        version.findings.all().delete()
        if version.return_type == COUNTS:
            version.figures.exclude(note="").update(note="")
        version.file_name, version.revision_reason, version.read_as = "", "", {}
        if version.withdrawal_reason:
            version.withdrawal_reason = "Removed with the version's rows."
        version.purged_by, version.purged_at = by, boardtime.now()
        version.save()
        _record("return.purged", version, by)
    return removed


def _held(version: QuarterlyReturn, by: User) -> QuarterlyReturn:
    """The version under its lock, where this person may purge it at all."""
    hold_lock(version)
    related = ("supplier", "area", "purge_asked_by")
    found = (
        QuarterlyReturn.objects.select_for_update(of=("self",))
        .select_related(*related)
        .filter(pk=version.pk, version__isnull=False)
        .first()
    )
    if found is None:
        raise PurgeRefused("Only a version that was accepted can be purged; a candidate is abandoned.")
    if not can(by, Right.PURGE_RETURN, found.supplier):
        raise PurgeRefused(f"{by} may not purge returns: it takes two board managers.")
    if found.purged_at:
        raise PurgeRefused("The rows of this version are gone already.")
    return found


def _record(verb: str, version: QuarterlyReturn, by: User) -> None:
    record_event(
        verb=verb,
        by=by,
        subject=version,
        agency=version.supplier,
        detail={"type": version.return_type, "quarter": str(version.quarter), "version": version.version},
    )
