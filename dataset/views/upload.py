"""The page on which a file is sent, and the same page again with everything that is wrong with it.

With JavaScript only the page's own part is exchanged, and the file stays chosen; without it the whole page comes
again, and the file is chosen anew.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Agency, User
from accounts.permissions import require
from accounts.roles import Right
from dataset.definitions import ReturnType
from dataset.forms import UploadForm
from dataset.ingest.background import check_in_background
from dataset.ingest.findings import Finding
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.grouping import FindingGroup, group_findings
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.mapping import remembered_names
from dataset.ingest.renaming import Offer
from dataset.ingest.storing import receive_file
from dataset.ingest.telling import tell_reading
from dataset.models import Obligation
from dataset.periods import PeriodError, Quarter
from dataset.permissions import suppliers_to_upload_for
from dataset.returns import RETURN_TYPES
from dataset.views.calendar import latest_ended_quarter
from dataset.views.template_links import TemplateLinks, template_links
from dataset.views.who import person

logger = logging.getLogger(__name__)

NO_KEY = (
    "Nothing was stored: the key that children’s identifiers are replaced with cannot be used at the moment. Your file "
    "is not at fault. Tell the system’s administrator, who will find the reason in the site’s log, and try again later."
)
GROUPS_SHOWN = 100
SUMMARY_SHOWN = 8
FIRST_QUARTER_WITHOUT_CALENDAR = 8  # quarters back, before anyone owes anything


@dataclass(frozen=True)
class FindingList:
    """What a page shows of a file's findings: those that say the same together, at most GROUPS_SHOWN of either sort."""

    errors: tuple[FindingGroup, ...]
    queries: tuple[FindingGroup, ...]
    error_count: int
    query_count: int
    left_out: int

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "FindingList":
        groups = group_findings(findings)
        errors = tuple(group for group in groups if group.is_error)
        queries = tuple(group for group in groups if not group.is_error)
        return cls(
            errors[:GROUPS_SHOWN],
            queries[:GROUPS_SHOWN],
            sum(group.count for group in errors),
            sum(group.count for group in queries),
            sum(group.count for sort in (errors, queries) for group in sort[GROUPS_SHOWN:]),
        )

    @property
    def summary(self) -> tuple[FindingGroup, ...]:
        return self.errors[:SUMMARY_SHOWN]

    @property
    def not_in_summary(self) -> int:
        return self.error_count - sum(group.count for group in self.summary)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    form = asked_form(request)
    if request.method == "POST":
        return check_and_receive(request, form)
    return show_upload(request, form)


def asked_form(request: HttpRequest) -> UploadForm:
    """The upload as it was filled in, or as the address asks for it. Refuses whoever may not send it."""
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
        return UploadForm(request.POST, request.FILES, suppliers=suppliers, quarters=quarters)
    return UploadForm(initial=_prefilled(request, quarters), suppliers=suppliers, quarters=quarters)


def form_of(sender: User, chosen: Mapping[str, Any]) -> UploadForm:
    """The upload page's form for a sender, with these choices made."""
    suppliers = list(suppliers_to_upload_for(sender))
    return UploadForm(initial=dict(chosen), suppliers=suppliers, quarters=_quarters_to_choose(suppliers))


@sensitive_variables("form")
def check_and_receive(request: HttpRequest, form: UploadForm, **more: Any) -> HttpResponse:
    """Check the file and go on to what would be accepted, or show what is wrong with it."""
    response = _receive(request, form, person(request), more)
    if getattr(request, "htmx", False) and "Location" in response:
        return HttpResponseClientRedirect(response["Location"])
    return response


@sensitive_variables("form", "sent")
def _receive(request: HttpRequest, form: UploadForm, sender: User, more: Mapping[str, Any]) -> HttpResponse:
    if not form.is_valid():
        return show_upload(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, **more)
    chosen = form.cleaned_data
    sent: dict[str, Any] = {
        "content": form.content,
        "file_name": form.file_name,
        "return_type": chosen["type"],
        "supplier": chosen["supplier"],
        "quarter": chosen["quarter"],
        "nil": chosen["nil"],
        "by": sender,
    }
    try:
        if len(sent["content"]) > settings.BACKGROUND_ABOVE_BYTES:
            return redirect("returns:checking", check_in_background(**sent).public_id)
        receipt = receive_file(**sent)
    except BoardNotSetUp as problem:
        form.add_error(None, f"Nothing was stored. {problem}")
        return show_upload(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except KeyFileError as problem:
        logger.error("%s", problem)  # it names a path on the server, which an officer can do nothing with
        form.add_error(None, NO_KEY)
        return show_upload(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if receipt.candidate:
        return redirect("returns:detail", receipt.candidate.public_id)
    if receipt.unchanged:
        return show_upload(request, form, unchanged=receipt.unchanged)
    facts = receipt.sent.facts if receipt.sent else {}
    found = tell_refused(receipt.findings, facts, receipt.offer, chosen["supplier"], chosen["type"])
    return show_upload(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, **found, **more)


def tell_refused(
    findings: Sequence[Finding], facts: Mapping[str, Any], offer: Offer, supplier: Agency, return_type: ReturnType
) -> dict[str, Any]:
    """What the page says of a file that was refused. Where names of columns are asked for, those of before too.

    `facts` is how the file was read; nothing where no table could be.
    """
    return {
        "findings": FindingList.of(findings),
        "read_as": tell_reading(facts),
        "may_annotate": bool(facts),
        "offer": offer,
        "remembered": remembered_names(supplier, return_type) if offer else [],
    }


def show_upload(request: HttpRequest, form: UploadForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    """The page, or its own part where that is asked for; then the file stays chosen unless it is the fault."""
    is_part = bool(getattr(request, "htmx", False))
    if is_part and "file" not in form.errors:
        form.fields["file"].widget.attrs["data-hx-preserve"] = "true"
    template = "returns/_upload.html" if is_part else "returns/upload.html"
    context = {
        "form": form,
        "is_part": is_part,
        "blank": _blank_template(form),
        "background_above": settings.BACKGROUND_ABOVE_BYTES,
        **more,
    }
    return render(request, template, context, status=status)


def _blank_template(form: UploadForm) -> TemplateLinks | None:
    """Where the blank template of the return is that was asked for or chosen."""
    chosen = {name: str(form[name].value() or "") for name in ("type", "supplier", "quarter")}
    if chosen["type"] not in RETURN_TYPES or chosen["supplier"] not in form.suppliers:
        return None
    try:
        return template_links(chosen["type"], Quarter.parse(chosen["quarter"]), chosen["supplier"])
    except PeriodError:
        return None


def _refuse_supplier_of_others(sender: User, code: str, suppliers: Sequence[Agency]) -> None:
    """403, saying whom to ask, where a supplier exists for which the sender may not upload."""
    if code and code not in {supplier.code for supplier in suppliers}:
        other = Agency.objects.filter(code=code).first()
        if other is not None:
            require(sender, Right.UPLOAD_RETURN, other)


def _quarters_to_choose(suppliers: Sequence[Agency]) -> list[Quarter]:
    """The quarters that have ended, from the first for which anything is owed, newest first."""
    latest = latest_ended_quarter()
    first = Obligation.objects.known().filter(supplier__in=suppliers).aggregate(first=Min("first_quarter"))["first"]
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
