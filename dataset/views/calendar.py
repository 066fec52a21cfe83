"""What is owed, by whom, by when, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Agency, User
from accounts.permissions import can, can_somewhere
from accounts.roles import Right
from dataset import boardtime
from dataset.checks import unfinished_checks
from dataset.due import DueReturn, Standing, due_returns
from dataset.forms import types_offered
from dataset.models import QuarterlyReturn
from dataset.periods import PeriodError, Quarter
from dataset.permissions import (
    can_upload_return,
    candidates_visible_to,
    suppliers_in_calendar_of,
    suppliers_to_upload_for,
)
from dataset.queried import wrong_last_time
from dataset.returns import RETURN_TYPES
from dataset.views.template_links import TemplateLinks, links_to_templates, template_links
from dataset.views.who import person

QUARTERS_SHOWN = 4
OWED_SHOWN = 12
QUARTERS_CHASED = 8  # how far back a return that never came is still asked for


@dataclass(frozen=True)
class Cell:
    """How one return stands, and the way to it: to its current version, or to the upload of one that is awaited."""

    due: DueReturn
    url: str


@dataclass(frozen=True)
class Row:
    title: str
    sub: str
    cells: tuple[Cell | None, ...]  # None: not owed for that quarter


@dataclass(frozen=True)
class Owed:
    """A return that the reader is to send."""

    due: DueReturn
    upload_url: str
    template: TemplateLinks


@dataclass(frozen=True)
class Waiting:
    """An upload that waits to be accepted: of one quarter, or of a year whose quarters wait together."""

    candidate: QuarterlyReturn
    url: str
    title: str


@dataclass(frozen=True)
class OverdueAgency:
    """An agency's overdue returns: those of its newest overdue quarter, and how many more."""

    supplier: Agency
    newest: tuple[DueReturn, ...]
    more: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    if not can_somewhere(reader, Right.SEE_CALENDAR):
        raise PermissionDenied(
            "You may not see the calendar of returns. It is for the agencies that send them and for those who look "
            "after them for the board. If you should see it, ask the board manager."
        )
    latest = latest_ended_quarter()
    last_shown = _asked_quarter(request.GET.get("quarter", ""), latest)
    shown, chased = last_shown.back(QUARTERS_SHOWN), latest.back(QUARTERS_CHASED)
    due = due_returns(sorted({*shown, *chased}), suppliers_in_calendar_of(reader))
    own = {held.agency_id for held in reader.held_roles}
    mine = [one for one in due if one.supplier.pk in own and can_upload_return(reader, one.supplier)]
    awaited = [one for one in due if one.quarter in chased and not one.standing.is_in]
    owed = [Owed(one, upload_url(one), _template_of(one)) for one in sorted(awaited, key=_newest_first) if one in mine]
    offered = types_offered(suppliers_to_upload_for(reader).values_list("code", flat=True))
    context = {
        "latest": latest,
        "next": latest + 1,
        "next_due": _first_due_day(mine, latest),
        "owes_anything": bool(mine),
        "owed": owed[:OWED_SHOWN],
        "owed_left_out": len(owed[OWED_SHOWN:]),
        "wrong_last_time": wrong_last_time(mine),
        "overdue_elsewhere": _by_agency([o for o in awaited if o not in mine and o.standing is Standing.OVERDUE]),
        "waiting": _waiting(reader),
        "checks": [(check, RETURN_TYPES[check.return_type].title) for check in unfinished_checks(reader)],
        "caption": f"Returns for {shown[0]} to {shown[-1]}",
        "quarters": shown,
        "rows": _rows([one for one in due if one.quarter in shown], shown, reader),
        "last_shown": last_shown,
        "earlier": last_shown - QUARTERS_SHOWN,
        "later": min(last_shown + QUARTERS_SHOWN, latest) if last_shown < latest else None,
        "sees_every_agency": can(reader, Right.SEE_CALENDAR),
        "may_upload": bool(offered),
        "templates": links_to_templates(
            offered or RETURN_TYPES, sorted({held.agency_code for held in reader.held_roles}), latest
        ),
    }
    return render(request, "returns/home.html", context)


def _waiting(reader: User) -> list[Waiting]:
    found: dict[str, Waiting] = {}
    for candidate in candidates_visible_to(reader).select_related("supplier", "uploaded_by", "restatement"):
        title = f"{RETURN_TYPES[candidate.return_type].title}, {candidate.supplier.name}"
        if year := candidate.restatement:
            url = reverse("returns:restatement", args=[year.public_id])
            found.setdefault(url, Waiting(candidate, url, f"{title}, the year {year.year}"))
        else:
            url = reverse("returns:detail", args=[candidate.public_id])
            found[url] = Waiting(candidate, url, f"{title}, {candidate.quarter}")
    return list(found.values())


def latest_ended_quarter() -> Quarter:
    return Quarter.of(boardtime.today()) - 1


def upload_url(due: DueReturn) -> str:
    asked = {"type": due.return_type, "supplier": due.supplier.code, "quarter": due.quarter.slug}
    return f"{reverse('returns:upload')}?{urlencode(asked)}"


def _asked_quarter(text: str, latest: Quarter) -> Quarter:
    """The quarter in the address, where it is one that has ended; otherwise the latest that has."""
    try:
        return min(Quarter.parse(text), latest)
    except PeriodError:
        return latest


def _newest_first(due: DueReturn) -> tuple[int, str, str]:
    """The newest quarter first: the board waits for that one."""
    return (-due.quarter.ordinal, due.supplier.code, due.title)


def _by_agency(overdue: list[DueReturn]) -> list[OverdueAgency]:
    suppliers = {one.supplier.code: one.supplier for one in overdue}
    agencies = []
    for code in sorted(suppliers):
        theirs = [one for one in overdue if one.supplier.code == code]
        last = max(one.quarter for one in theirs)
        newest = tuple(one for one in theirs if one.quarter == last)
        agencies.append(OverdueAgency(suppliers[code], newest, len(theirs) - len(newest)))
    return agencies


def _template_of(due: DueReturn) -> TemplateLinks:
    return template_links(due.return_type, due.quarter, due.supplier.code)


def _first_due_day(mine: Iterable[DueReturn], latest: Quarter) -> date | None:
    """When the first of the reader's returns for the quarter now running will be due."""
    days_allowed = [one.due_on - one.quarter.end for one in mine if one.quarter == latest]
    return (latest + 1).end + min(days_allowed) if days_allowed else None


def _rows(due: Iterable[DueReturn], quarters: tuple[Quarter, ...], reader: User) -> list[Row]:
    """A row for each supplier's return, by supplier and then in the order of the registry.

    Of one supplier the return's title leads, of several the supplier's name.
    """
    cells = {(one.supplier.code, one.return_type, one.quarter): one for one in due}
    names = {one.supplier.code: str(one.supplier) for one in cells.values()}
    order = {code: place for place, code in enumerate(RETURN_TYPES)}
    keys = sorted({key[:2] for key in cells}, key=lambda key: (key[0], order[key[1]]))
    rows = []
    for supplier, kind in keys:
        names_in_order = (RETURN_TYPES[kind].title, names[supplier])
        title, sub = names_in_order if len(names) == 1 else reversed(names_in_order)
        cells_of_row = tuple(_cell(cells.get((supplier, kind, quarter)), reader) for quarter in quarters)
        rows.append(Row(title, sub, cells_of_row))
    return rows


def _cell(due: DueReturn | None, reader: User) -> Cell | None:
    if due is None:
        return None
    if due.current:
        url = reverse("returns:detail", args=[due.current.public_id])
    else:
        url = upload_url(due) if can_upload_return(reader, due.supplier) else ""
    return Cell(due, url)
