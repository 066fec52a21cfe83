"""The lock that every change of what stands takes first, and the locking of versions that a meeting has seen."""

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.trail import record_event
from dataset import boardtime
from dataset.models import Area, QuarterlyReturn, ReturnLock
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES


def hold_lock(like: QuarterlyReturn) -> None:
    """Wait for, and hold to the transaction's end, the lock of the return's type and area.

    So two changes of different quarters cannot miss each other in the windows that hold both.
    """
    _hold(like.return_type, like.area_id)


def _hold(return_type: str, area_id: int) -> None:
    ReturnLock.objects.get_or_create(return_type=return_type, area_id=area_id)
    ReturnLock.objects.select_for_update().get(return_type=return_type, area_id=area_id)


def lock_returns(*, quarter: Quarter, by: User | None) -> int:
    """Lock every version that stands for the quarter: it may be corrected from now on, never withdrawn.

    How many were locked; those that were locked before stay as they were.
    """
    with transaction.atomic():
        for area in Area.objects.filter(code=settings.BOARD_AREA_CODE):
            for return_type in sorted(RETURN_TYPES):  # before looking: nothing may be accepted after the look
                _hold(return_type, area.pk)
        standing = QuarterlyReturn.objects.standing().filter(
            area__code=settings.BOARD_AREA_CODE, quarter_ordinal=quarter.ordinal
        )
        newest = {(one.return_type, one.supplier_id): one for one in standing.order_by("version")}
        moment, locked = boardtime.now(), 0
        for version in sorted(newest.values(), key=lambda one: one.return_type):
            rows = QuarterlyReturn.objects.standing().filter(pk=version.pk, locked_at__isnull=True)
            if rows.update(locked_at=moment):
                record_event(
                    verb="return.locked",
                    by=by,
                    subject=version,
                    agency=version.supplier,
                    detail={"type": version.return_type, "quarter": str(quarter), "version": version.version},
                )
                locked += 1
    return locked
