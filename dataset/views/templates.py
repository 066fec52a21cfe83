"""The blank files that a data officer fills in: as CSV, and as an Excel workbook with drop-downs and notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Agency, User
from accounts.permissions import require
from accounts.roles import Right
from dataset.definitions import DataItem, ReturnType
from dataset.ingest.dates import EARLIEST_DATE
from dataset.ingest.template import blank_template
from dataset.ingest.workbook_template import Blank, blank_workbook
from dataset.measures import BREAKDOWNS, ITEMS
from dataset.models import Area
from dataset.owing import COUNTS, owed_items, owner_of
from dataset.periods import PeriodError, Quarter
from dataset.returns import RETURN_TYPES
from dataset.schemas.csvw import MEDIA_TYPE
from dataset.views.annotated import EXCEL
from dataset.views.calendar import latest_ended_quarter
from dataset.views.who import person


@dataclass(frozen=True)
class Asked:
    """The template that an address asks for. Without a quarter it is for the last that ended.

    Without a supplier it is for the one that owes the return; of the counts return for the reader's own agency, where
    there is one only.
    """

    kind: ReturnType
    quarter: Quarter
    supplier: str

    @property
    def owed(self) -> tuple[DataItem, ...]:
        return owed_items(self.supplier, self.quarter) if self.kind.code == COUNTS else ()

    @property
    def names(self) -> list[str]:
        """The parts of the file's name that tell it from others."""
        return [self.kind.code, *([self.supplier] if self.owed else [])]


@require_safe
def template(request: HttpRequest, return_type: str) -> HttpResponse:
    """The column names, and for the counts return what is owed. The same in every quarter but for what is owed."""
    asked = _asked(request, return_type)
    response = HttpResponse(blank_template(asked.kind, asked.owed), content_type="text/csv; charset=utf-8")
    name = "-".join([*asked.names, *([asked.quarter.slug] if asked.owed else [])])
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Link"] = f'<{reverse("returns:csvw", args=[return_type])}>; rel="describedby"; type="{MEDIA_TYPE}"'
    return response


@require_safe
def workbook(request: HttpRequest, return_type: str) -> HttpResponse:
    """The workbook, whose lists and bounds are those of its quarter."""
    asked = _asked(request, return_type)
    named = Area.objects.filter(code=settings.BOARD_AREA_CODE).values_list("localities", flat=True).first()
    localities = tuple(named or ())
    upload = {"type": return_type, "supplier": asked.supplier, "quarter": asked.quarter.slug}
    blank = Blank(
        asked.kind,
        asked.quarter,
        owed=asked.owed,
        breakdowns=_breakdowns(asked.supplier, localities) if return_type == COUNTS else (),
        localities=localities,
        upload_at=request.build_absolute_uri(f"{reverse('returns:upload')}?{urlencode(upload)}"),
    )
    response = HttpResponse(blank_workbook(blank), content_type=EXCEL)
    name = "-".join([*asked.names, asked.quarter.slug])
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _breakdowns(supplier: str, localities: Sequence[str]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The ways of splitting what a supplier may send as totals, with their categories; every way of no supplier's."""
    own = {name for item in ITEMS.values() if supplier in ("", item.owner) for name in item.breakdowns}
    of_the_area = {"locality": dict.fromkeys(localities, "")}
    return tuple(
        (name, tuple((of_the_area.get(name) or one.labels).items())) for name, one in BREAKDOWNS.items() if name in own
    )


def known_type(code: str) -> ReturnType:
    kind = RETURN_TYPES.get(code)
    if kind is None:
        raise Http404(f"There is no return “{code}”. The data dictionary lists them all.")
    return kind


def asked_quarter(request: HttpRequest) -> Quarter | None:
    """The quarter in the address. One so old that no date of it is taken is refused like one that is none."""
    text = request.GET.get("quarter", "")
    try:
        quarter = Quarter.parse(text) if text else None
    except PeriodError as problem:
        raise BadRequest(str(problem)) from problem
    if quarter and quarter.start < EARLIEST_DATE:
        raise BadRequest(f"{quarter} is too long ago: dates since {EARLIEST_DATE.year} are taken.")
    return quarter


def _asked(request: HttpRequest, return_type: str) -> Asked:
    require(request.user, Right.DOWNLOAD_TEMPLATE)
    kind, quarter = known_type(return_type), asked_quarter(request) or latest_ended_quarter()
    supplier = request.GET.get("supplier", "")
    if supplier and not Agency.objects.filter(code=supplier).exists():
        raise BadRequest("There is no such supplier. Take the template from the page of returns.")
    return Asked(kind, quarter, supplier or (owner_of(kind.code) if kind.table else _own_agency(person(request))))


def _own_agency(reader: User) -> str:
    own = {held.agency_code for held in reader.held_roles}
    return own.pop() if len(own) == 1 else ""
