"""The page on which a file is sent, and the same page again with everything that is wrong with it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import Agency, User
from accounts.permissions import require
from accounts.roles import Right
from dataset.forms import UploadForm
from dataset.ingest.findings import Finding
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.storing import Receipt, receive_file
from dataset.models import Obligation
from dataset.periods import PeriodError, Quarter
from dataset.permissions import suppliers_to_upload_for
from dataset.views.calendar import latest_ended_quarter
from dataset.views.who import person

logger = logging.getLogger(__name__)

NO_KEY = (
    "Nothing was stored: the key that children’s identifiers are replaced with cannot be used at the moment. Your file "
    "is not at fault. Tell the system’s administrator, who will find the reason in the site’s log, and try again later."
)
FINDINGS_SHOWN = 200
SUMMARY_SHOWN = 8
FIRST_QUARTER_WITHOUT_CALENDAR = 8  # quarters back, before anyone owes anything


@dataclass(frozen=True)
class FindingList:
    """What a page shows of a file's findings: at most FINDINGS_SHOWN, the errors first, each sort by line."""

    errors: tuple[Finding, ...]
    queries: tuple[Finding, ...]
    error_count: int
    query_count: int

    @classmethod
    def of(cls, receipt: Receipt) -> "FindingList":
        errors = receipt.errors[:FINDINGS_SHOWN]
        queries = receipt.queries[: FINDINGS_SHOWN - len(errors)]
        return cls(errors, queries, len(receipt.errors), len(receipt.queries))

    @property
    def left_out(self) -> int:
        return self.error_count + self.query_count - len(self.errors) - len(self.queries)

    @property
    def summary(self) -> tuple[Finding, ...]:
        return self.errors[:SUMMARY_SHOWN]

    @property
    def not_in_summary(self) -> int:
        return self.error_count - len(self.summary)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    sender = person(request)
    suppliers = list(suppliers_to_upload_for(sender))
    if not suppliers:
        raise PermissionDenied(
            "You may not upload returns: that is for an agency’s data officer. If you should be able to, ask the "
            "board manager."
        )
    asked = request.POST if request.method == "POST" else request.GET
    _refuse_supplier_of_others(sender, asked.get("supplier", ""), suppliers)
    quarters = _quarters_to_choose(suppliers)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, suppliers=suppliers, quarters=quarters)
        return _receive(request, form, sender)
    return _page(request, UploadForm(initial=_prefilled(request, quarters), suppliers=suppliers, quarters=quarters))


@sensitive_variables("form")
def _receive(request: HttpRequest, form: UploadForm, sender: User) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = form.cleaned_data
    try:
        receipt = receive_file(
            content=form.content,
            file_name=form.file_name,
            return_type=chosen["type"],
            supplier=chosen["supplier"],
            quarter=chosen["quarter"],
            nil=chosen["nil"],
            by=sender,
        )
    except BoardNotSetUp as problem:
        form.add_error(None, f"Nothing was stored. {problem}")
        return _page(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except KeyFileError as problem:
        logger.error("%s", problem)  # it names a path on the server, which an officer can do nothing with
        form.add_error(None, NO_KEY)
        return _page(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if receipt.candidate:
        return redirect("returns:detail", receipt.candidate.public_id)
    if receipt.unchanged:
        return _page(request, form, unchanged=receipt.unchanged)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, findings=FindingList.of(receipt))


def _page(request: HttpRequest, form: UploadForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    return render(request, "returns/upload.html", {"form": form, **more}, status=status)


def _refuse_supplier_of_others(sender: User, code: str, suppliers: Sequence[Agency]) -> None:
    """403, saying whom to ask, where a supplier exists for which the sender may not upload."""
    if code and code not in {supplier.code for supplier in suppliers}:
        other = Agency.objects.filter(code=code).first()
        if other is not None:
            require(sender, Right.UPLOAD_RETURN, other)


def _quarters_to_choose(suppliers: Sequence[Agency]) -> list[Quarter]:
    """The quarters that have ended, from the first for which anything is owed, newest first."""
    latest = latest_ended_quarter()
    first = Obligation.objects.filter(supplier__in=suppliers).aggregate(first=Min("first_quarter"))["first"]
    start = latest - FIRST_QUARTER_WITHOUT_CALENDAR if first is None else Quarter.from_ordinal(first)
    return [Quarter.from_ordinal(ordinal) for ordinal in range(latest.ordinal, min(start, latest).ordinal - 1, -1)]


def _prefilled(request: HttpRequest, quarters: Sequence[Quarter]) -> dict[str, str]:
    try:
        quarter = Quarter.parse(request.GET.get("quarter", ""))
    except PeriodError:
        quarter = latest_ended_quarter()
    chosen = quarter if quarter in quarters else latest_ended_quarter()
    return {
        "supplier": request.GET.get("supplier", ""),
        "type": request.GET.get("type", ""),
        "quarter": chosen.slug,
    }
