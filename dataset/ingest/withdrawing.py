"""Taking back a return that was accepted: the version before it stands again, or it is owed again."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.trail import record_event
from dataset import boardtime
from dataset.ingest.counting import count_distinct
from dataset.ingest.gathering import current_version_like
from dataset.ingest.locking import hold_lock
from dataset.ingest.wording import wording_problem
from dataset.models import CountedBecause, Figure, QuarterlyReturn, Reminder, ReturnState

LONGEST_REASON = QuarterlyReturn._meta.get_field("withdrawal_reason").max_length or 0


class WithdrawalRefused(Exception):
    """The version cannot be withdrawn; the message is for the officer."""


class ReasonRefused(WithdrawalRefused):
    """There is no reason, or one that cannot be kept."""


def withdraw_return(*, version: QuarterlyReturn, by: User | None, reason: str) -> QuarterlyReturn:
    """Withdraw the version that stands, and count again the distinct children of the windows that hold its quarter.

    What was shown before, as at its moment, stays. Raises WithdrawalRefused where the version is locked or does not
    stand any more, ReasonRefused where the reason is wanting or names somebody.
    """
    reason = " ".join(reason.split())
    if problem := wording_problem(reason, "reason", longest=LONGEST_REASON, places=_places(version), about=version):
        raise ReasonRefused(problem)
    with transaction.atomic():
        hold_lock(version)
        version = QuarterlyReturn.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=version.pk)
        _refuse(version)
        version.state = ReturnState.WITHDRAWN
        version.withdrawn_by, version.withdrawn_at, version.withdrawal_reason = by, boardtime.now(), reason
        version.save()
        counted = count_distinct(version, counted_at=version.withdrawn_at)
        for figure in counted:
            figure.because = CountedBecause.WITHDRAWN
        Figure.objects.bulk_create(counted, batch_size=500)
        if current_version_like(version) is None:
            _forget_reminders(version)
        record_event(
            verb="return.withdrawn",
            by=by,
            subject=version,
            agency=version.supplier,
            detail={"type": version.return_type, "quarter": str(version.quarter), "version": version.version},
        )
    return version


def why_not_withdrawn(version: QuarterlyReturn, current: QuarterlyReturn | None) -> str:
    """Why the version cannot be withdrawn, `current` being the one that stands; empty where it can."""
    if version.state == ReturnState.WITHDRAWN:
        return f"Version {version.version} has been withdrawn already."
    if current is None or current.pk != version.pk:
        return f"Version {version.version} does not stand any more, so there is nothing to withdraw."
    if version.locked_at:
        day = timezone.localtime(version.locked_at)
        return (
            f"Version {version.version} was locked on {day:%-d %B %Y}: a meeting has worked with it. It "
            "can only be corrected: upload the corrected file."
        )
    return ""


def _forget_reminders(version: QuarterlyReturn) -> None:
    """The return is owed anew, so that those who were reminded of it before are reminded again."""
    of_return = {"return_type": version.return_type, "supplier": version.supplier}
    Reminder.objects.filter(quarter_ordinal=version.quarter_ordinal, **of_return).delete()


def _refuse(version: QuarterlyReturn) -> None:
    if problem := why_not_withdrawn(version, current_version_like(version)):
        raise WithdrawalRefused(problem)


def _places(version: QuarterlyReturn) -> tuple[str, ...]:
    return (version.area.name, *version.area.localities)
