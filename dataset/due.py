"""The calendar: which supplier owes which return for which quarter, by when, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Agency
from dataset import boardtime
from dataset.models import Obligation, QuarterlyReturn
from dataset.owing import is_owed
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES


class Standing(StrEnum):
    """How a due return stands."""

    NOT_OVER = "not_over"
    DUE = "due"
    OVERDUE = "overdue"
    RECEIVED = "received"
    LATE = "late"
    NIL = "nil"
    QUERIED = "queried"

    @property
    def label(self) -> str:
        return {
            "not_over": "Quarter not over",
            "due": "Due",
            "overdue": "Overdue",
            "received": "Received",
            "late": "Received late",
            "nil": "Nil return",
            "queried": "Received, with queries",
        }[self]

    @property
    def is_in(self) -> bool:
        return self in (Standing.RECEIVED, Standing.LATE, Standing.NIL, Standing.QUERIED)


@dataclass(frozen=True)
class DueReturn:
    """One cell of the calendar. `received_on` is the first version's day; `days_over` counts from the due day."""

    return_type: str
    supplier: Agency
    quarter: Quarter
    due_on: date
    standing: Standing
    received_on: date | None
    days_over: int
    current: QuarterlyReturn | None

    @property
    def title(self) -> str:
        return RETURN_TYPES[self.return_type].title


def due_returns(
    quarters: Iterable[Quarter],
    suppliers: Iterable[Agency] | None = None,
    as_at: date | None = None,
    *,
    moment: datetime | None = None,
) -> list[DueReturn]:
    """Every return owed for the quarters, by supplier and type, and how it stands. Two queries.

    At the moment, or at the end of the day; now, where neither is given. What is owed is what was known then.
    """
    wanted = list(quarters)
    if moment is None:
        moment = boardtime.end_of(as_at or boardtime.today())
    owed = Obligation.objects.known(moment).select_related("supplier")
    if suppliers is not None:
        owed = owed.filter(supplier__in=suppliers)
    day = timezone.localtime(moment).date()
    standing = QuarterlyReturn.objects.standing(moment).filter(
        area__code=settings.BOARD_AREA_CODE, quarter_ordinal__in=[quarter.ordinal for quarter in wanted]
    )
    newest: dict[tuple[str, int, int], QuarterlyReturn] = {}
    first: dict[tuple[str, int, int], QuarterlyReturn] = {}
    for version in standing.annotate(query_count=Count("findings", filter=Q(findings__answer=""))).order_by("version"):
        key = (version.return_type, version.supplier_id, version.quarter_ordinal)
        newest[key] = version
        first.setdefault(key, version)
    due = []
    for obligation in owed:
        for quarter in wanted:
            if obligation.is_owed_for(quarter) and is_owed(obligation.return_type, obligation.supplier.code, quarter):
                key = (obligation.return_type, obligation.supplier_id, quarter.ordinal)
                due.append(_due_return(obligation, quarter, first.get(key), newest.get(key), day))
    return due


def _due_return(
    obligation: Obligation, quarter: Quarter, first: QuarterlyReturn | None, newest: QuarterlyReturn | None, day: date
) -> DueReturn:
    due_on = obligation.due_on(quarter)
    received = _received_on(first) if first else None
    return DueReturn(
        return_type=obligation.return_type,
        supplier=obligation.supplier,
        quarter=quarter,
        due_on=due_on,
        standing=_standing(due_on, quarter, first, newest, day),
        received_on=received,
        days_over=max(0, ((received or day) - due_on).days),
        current=newest,
    )


def _standing(
    due_on: date, quarter: Quarter, first: QuarterlyReturn | None, newest: QuarterlyReturn | None, day: date
) -> Standing:
    if first is None or newest is None:
        if day <= quarter.end:
            return Standing.NOT_OVER
        return Standing.OVERDUE if day > due_on else Standing.DUE
    if _received_on(first) > due_on:
        return Standing.LATE
    if newest.nil:
        return Standing.NIL
    return Standing.QUERIED if newest.query_count else Standing.RECEIVED  # type: ignore[attr-defined]


def _received_on(version: QuarterlyReturn) -> date:
    assert version.accepted_at is not None
    return timezone.localtime(version.accepted_at).date()
