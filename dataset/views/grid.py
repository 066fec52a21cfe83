"""Who has sent what: suppliers by quarters, for whoever looks after the returns."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Agency
from accounts.permissions import can, can_somewhere
from accounts.roles import Right
from dataset.due import DueReturn, Standing, due_returns
from dataset.ingest.plain_text import plain_row
from dataset.periods import FinancialYear, PeriodError, Quarter
from dataset.permissions import suppliers_in_calendar_of
from dataset.views.calendar import latest_ended_quarter
from dataset.views.who import person

ON_TIME = (Standing.RECEIVED, Standing.NIL, Standing.QUERIED)
COLUMNS = ("agency", "name", "return", "quarter", "due_on", "standing", "received_on", "days_late", "version")


@dataclass(frozen=True)
class QuarterCount:
    """How many of a quarter's returns are in, and how many of them came by their day."""

    quarter: Quarter
    owed: int
    received: int
    on_time: int
    unlocked: int


@dataclass(frozen=True)
class SupplierRow:
    supplier: Agency
    cells: tuple[tuple[DueReturn, ...], ...]


@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    year, standing = _asked(request)
    due = _due(request, year)
    shown = [one for one in due if standing is None or one.standing is standing]
    newest = latest_ended_quarter().year
    context = {
        "year": year,
        "earlier": FinancialYear(year.start_year - 1),
        "later": FinancialYear(year.start_year + 1) if year.start_year < newest.start_year else None,
        "standing": standing,
        "standings": [(one, sum(found.standing is one for found in due)) for one in Standing],
        "counts": _counts(due, year.quarters),
        "rows": _rows(shown, year.quarters),
        "may_lock": can(reader, Right.LOCK_RETURN),
        "may_manage": can(reader, Right.MANAGE_CALENDAR),
    }
    return render(request, "returns/grid.html", context)


@require_safe
def grid_csv(request: HttpRequest) -> HttpResponse:
    """The same, a row a return: what the page shows and no more."""
    year, standing = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="returns-{year}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for one in _due(request, year):
        if standing is None or one.standing is standing:
            writer.writerow(plain_row(_line(one)))
    return response


def _due(request: HttpRequest, year: FinancialYear) -> list[DueReturn]:
    reader = person(request)
    if not can_somewhere(reader, Right.SEE_CALENDAR):
        raise PermissionDenied(
            "You may not see the calendar of returns. It is for the agencies that send them and for those who look "
            "after them for the board. If you should see it, ask the board manager."
        )
    return due_returns(year.quarters, suppliers_in_calendar_of(reader))


def _asked(request: HttpRequest) -> tuple[FinancialYear, Standing | None]:
    """The year and the standing in the address, where there are such; otherwise the newest year, and every standing."""
    try:
        year = FinancialYear.parse(request.GET.get("year", ""))
    except PeriodError:
        year = latest_ended_quarter().year
    text = request.GET.get("standing", "")
    return year, Standing(text) if text in set(Standing) else None


def _counts(due: Sequence[DueReturn], quarters: Sequence[Quarter]) -> list[QuarterCount]:
    counts = []
    for quarter in quarters:
        found = [one for one in due if one.quarter == quarter]
        received = [one for one in found if one.standing.is_in]
        counts.append(
            QuarterCount(
                quarter,
                len(found),
                len(received),
                sum(one.standing in ON_TIME for one in found),
                sum(one.current is not None and one.current.locked_at is None for one in received),
            )
        )
    return counts


def _rows(due: Sequence[DueReturn], quarters: Sequence[Quarter]) -> list[SupplierRow]:
    suppliers = {one.supplier.pk: one.supplier for one in due}
    return [
        SupplierRow(
            supplier,
            tuple(
                tuple(one for one in due if one.supplier.pk == key and one.quarter == quarter) for quarter in quarters
            ),
        )
        for key, supplier in sorted(suppliers.items(), key=lambda item: item[1].code)
    ]


def _line(one: DueReturn) -> list[object]:
    late = one.days_over if one.standing in (Standing.LATE, Standing.OVERDUE) else 0
    version = one.current.version if one.current else ""
    received = one.received_on.isoformat() if one.received_on else ""
    due_on = one.due_on.isoformat()
    return [
        one.supplier.code, one.supplier.name, one.return_type, str(one.quarter), due_on, one.standing.label, received,
        late, version,
    ]  # fmt: skip
