"""What checking needs to know from the database, gathered as plain data."""

from typing import Any

import pandas as pd
from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Sum

from accounts.models import Agency
from dataset import boardtime
from dataset.definitions import Kind, ReturnType
from dataset.ingest.checking import Context
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.history import ROLLED_FORWARD, History
from dataset.ingest.past import NOTHING_ELSE, Instead, standing_keys, usual_rows
from dataset.measures import BREAKDOWNS, ITEMS, MEASURES
from dataset.models import (
    RECORD_MODELS,
    Area,
    QuarterlyReturn,
    Referral,
    TrainingAttendance,
    TrainingSession,
)
from dataset.owing import COUNTS, owed_items, owner_of, suppliers_of_counts
from dataset.periods import Quarter, a_year_before
from dataset.returns import RETURN_TYPES


class BoardNotSetUp(RuntimeError):
    """The board's own area has not been loaded."""


def board_area() -> Area:
    area = Area.objects.filter(code=settings.BOARD_AREA_CODE).first()
    if area is None:
        raise BoardNotSetUp(
            f"The board's area {settings.BOARD_AREA_CODE} is not loaded yet. "
            "Run “manage.py load_population” with the population file first."
        )
    return area


def refuse_before_reading(return_type: ReturnType, supplier: Agency, quarter: Quarter) -> tuple[Finding, ...]:
    """Why this supplier may not send this return for this quarter at all, if so."""
    if quarter.end >= boardtime.today():
        message = (
            f"{quarter} ends on {quarter.end:%-d %B %Y} and is not over yet. "
            "Choose a quarter that has ended, or wait until it has."
        )
        return (_error("quarter_not_over", message, found=str(quarter)),)
    if return_type.table and owner_of(return_type.code) != supplier.code:
        owner = owner_of(return_type.code)
        name = Agency.objects.filter(code=owner).values_list("name", flat=True).first() or owner
        message = (
            f"The return “{return_type.title}” is owed by {name} ({owner}), not by {supplier.name} ({supplier.code}). "
            "Choose your own return, or ask the board manager if this should change."
        )
        return (_error("not_owner", message, found=supplier.code, expected=owner),)
    if not return_type.table and supplier.code not in suppliers_of_counts():
        message = (
            f"{supplier.name} ({supplier.code}) owes no partner counts. Ask the board manager if this should change."
        )
        return (_error("not_owner", message, found=supplier.code),)
    return ()


def refuse_other_key(fingerprint: str) -> tuple[Finding, ...]:
    """Identifiers hashed under another key could never be linked: refuse."""
    other = (
        QuarterlyReturn.objects.filter(version__isnull=False, purged_at__isnull=True)
        .exclude(key_fingerprint__in=["", fingerprint])
        .values_list("key_fingerprint", flat=True)
        .first()
    )
    if other is None:
        return ()
    message = (
        f"The identifier key in use ({fingerprint}) is not the one that the stored returns were made with ({other}). "
        "Nothing was stored. Ask the system's administrator to put the right key file back."
    )
    return (_error("other_key", message, found=fingerprint, expected=other),)


def current_version(return_type: ReturnType, supplier: Agency, quarter: Quarter) -> QuarterlyReturn | None:
    return _newest(return_type=return_type.code, supplier=supplier, quarter_ordinal=quarter.ordinal)


def current_version_like(candidate: QuarterlyReturn) -> QuarterlyReturn | None:
    return _newest(
        return_type=candidate.return_type, supplier=candidate.supplier, quarter_ordinal=candidate.quarter_ordinal
    )


def _newest(**key: object) -> QuarterlyReturn | None:
    standing = QuarterlyReturn.objects.standing().filter(area__code=settings.BOARD_AREA_CODE, **key)
    return standing.select_related("supplier").order_by("-version").first()


def checking_context(return_type: ReturnType, supplier: Agency, quarter: Quarter, *, nil: bool) -> Context:
    area = board_area()
    accepted_types = _types_accepted_for(quarter)
    record_items = [i for i in ITEMS.values() if i.source in RECORD_MODELS and i.owner == supplier.code]
    counted_items = [i for i in ITEMS.values() if i.source == COUNTS and i.owner == supplier.code]
    owed = {item.code: item for item in owed_items(supplier.code, quarter)}
    return Context(
        return_type=return_type,
        quarter=quarter,
        supplier=supplier.code,
        nil=nil,
        area_name=area.name,
        owed_items=owed,
        other_items={i.code: i.owner for i in ITEMS.values() if i.owner != supplier.code},
        allowed_record_items={i.code: i for i in record_items if i.source not in accepted_types},
        localities=frozenset(area.localities),
        record_return_items=frozenset(i.code for i in record_items if i.source in accepted_types),
        parts=tuple((m.numerator, m.denominator) for m in MEASURES.values() if m.kind is Kind.PERCENTAGE),
        breakdowns=BREAKDOWNS,
        not_due_items={i.code: i for i in counted_items if i.code not in owed},
    )


def _types_accepted_for(quarter: Quarter) -> set[str]:
    return set(
        QuarterlyReturn.objects.standing()
        .filter(quarter_ordinal=quarter.ordinal, area__code=settings.BOARD_AREA_CODE)
        .values_list("return_type", flat=True)
    )


def history(return_type: ReturnType, supplier: Agency, quarter: Quarter, instead: Instead = NOTHING_ELSE) -> History:
    """What is stored that a new file must agree with: earlier referrals, what was open, training sessions.

    `instead` are candidates that count in the place of what stands for their quarters.
    """
    earlier = pd.DataFrame({"child_id": [], "referral_date": []})
    if return_type.code == "referrals":
        earlier = _earlier_referrals(supplier, quarter, instead)
    attendance = {"training_attendance": _sessions, "training_sessions": _attendance}.get(return_type.code)
    before = _rows_before(return_type, supplier, quarter - 1, instead)
    return History(
        earlier_referrals=earlier,
        open_before=frozenset() if before is None else frozenset(before.loc[before["open"], "key"]),
        before=before,
        attendance_by_session=attendance(quarter) if attendance else {},
        usual=usual_rows(return_type, supplier, quarter, instead),
    )


def _earlier_referrals(supplier: Agency, quarter: Quarter, instead: Instead) -> pd.DataFrame:
    ordinals = range(quarter.ordinal - 5, quarter.ordinal)
    newest = standing_keys(RETURN_TYPES["referrals"], supplier, ordinals, instead)
    rows = Referral.objects.filter(
        quarterly_return__in=newest.values(), referral_date__gte=a_year_before(quarter.start)
    ).values_list("child_id", "referral_date")
    return pd.DataFrame.from_records(list(rows), columns=["child_id", "referral_date"])


def _rows_before(return_type: ReturnType, supplier: Agency, last: Quarter, instead: Instead) -> pd.DataFrame | None:
    """Every row of last quarter's return: its key, whether it was open at the end, its start, what never changes.

    None for a return that does not go on from quarter to quarter, where none came, and where its rows were purged:
    then nothing is known of them, which is another thing than that there were none.
    """
    rolled = ROLLED_FORWARD.get(return_type.code)
    previous = (instead.get(last.ordinal) or current_version(return_type, supplier, last)) if rolled else None
    if rolled is None or previous is None or previous.purged_at:
        return None
    columns = ("key", "open", "start", *rolled.fixed)
    is_open = ExpressionWrapper(_OPEN_AT_END[return_type.code], output_field=BooleanField())
    records: QuerySet[Any] = RECORD_MODELS[return_type.code]._default_manager.filter(quarterly_return=previous)
    rows = records.annotate(open=is_open).values_list(rolled.key, "open", rolled.start, *rolled.fixed)
    frame = pd.DataFrame.from_records(list(rows), columns=columns)
    return frame.astype({"open": bool, "start": "datetime64[s]"})


_OPEN_AT_END = {
    "child_protection_plans": Q(open_at_end=True),
    "looked_after_children": Q(looked_after_at_end=True),
    "section47_enquiries": Q(end_date__isnull=True, conference_date__isnull=True),
}


def _sessions(quarter: Quarter) -> dict[str, int]:
    """The people that each session had, as the training sessions that stand for the quarter say."""
    sessions = _newest(return_type="training_sessions", quarter_ordinal=quarter.ordinal)
    rows = TrainingSession.objects.filter(quarterly_return=sessions).values_list("session_id", "attended")
    return dict(rows) if sessions else {}


def _attendance(quarter: Quarter) -> dict[str, int]:
    """The people that each session had, added up from the attendance by sector that stands for the quarter."""
    attendance = _newest(return_type="training_attendance", quarter_ordinal=quarter.ordinal)
    rows = TrainingAttendance.objects.filter(quarterly_return=attendance).order_by()
    return dict(rows.values_list("session_id").annotate(Sum("attended"))) if attendance else {}


def _error(code: str, message: str, found: str = "", expected: str = "") -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, found=found, expected=expected)
