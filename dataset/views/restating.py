"""A year sent again: four quarters of one return, seen together and accepted together."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import audience_of, require
from accounts.roles import Right
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.restating import YearReceipt, abandon_year, accept_year, receive_year, still_waits
from dataset.ingest.revising import large_revisions, needs_reason
from dataset.ingest.storing import AcceptanceRefused, ReasonRefused
from dataset.models import QuarterlyReturn, Restatement
from dataset.periods import FinancialYear, Quarter
from dataset.permissions import can_see_restatement, suppliers_to_upload_for
from dataset.reconciling import reconcile_year
from dataset.returns import RETURN_TYPES
from dataset.versioning import RowChanges, compare_rows
from dataset.views.calendar import latest_ended_quarter
from dataset.views.upload import NO_KEY, FindingList
from dataset.views.who import person
from dataset.year_form import RestateForm

logger = logging.getLogger(__name__)
YEARS_OFFERED = 6


@dataclass(frozen=True)
class QuarterFindings:
    """What was found in one quarter of the upload; `quarter` is None for the upload as a whole."""

    quarter: Quarter | None
    findings: FindingList


@dataclass(frozen=True)
class QuarterOfYear:
    """One quarter of a restated year: the candidate, or None where the quarter is left as it stands."""

    quarter: Quarter
    candidate: QuarterlyReturn | None
    standing: QuarterlyReturn | None
    rows: RowChanges | None

    @property
    def is_purged(self) -> bool:
        """Whether the rows of one of the two were removed, so that they cannot be compared."""
        return any(one.purged_at for one in (self.candidate, self.standing) if one)


@require_http_methods(["GET", "HEAD", "POST"])
def restate(request: HttpRequest) -> HttpResponse:
    sender = person(request)
    suppliers = list(suppliers_to_upload_for(sender))
    if not suppliers:
        raise PermissionDenied(
            "You may not upload returns: that is for an agency’s data officer. If you should be able to, ask the "
            "board manager."
        )
    known: dict[str, Any] = {"suppliers": suppliers, "years": _years_ended()}
    if request.method == "POST":
        return _receive(request, RestateForm(request.POST, request.FILES, **known), sender)
    return _form(request, RestateForm(initial=request.GET.dict(), **known))


@sensitive_variables("form")
def _receive(request: HttpRequest, form: RestateForm, sender: User) -> HttpResponse:
    if not form.is_valid():
        return _form(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = form.cleaned_data
    try:
        receipt = receive_year(
            files=form.sent_files,
            return_type=chosen["type"],
            supplier=chosen["supplier"],
            year=chosen["year"],
            nil_where_empty=chosen["nil_where_empty"],
            by=sender,
        )
    except BoardNotSetUp as problem:
        form.add_error(None, f"Nothing was stored. {problem}")
        return _form(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except KeyFileError as problem:
        logger.error("%s", problem)
        form.add_error(None, NO_KEY)
        return _form(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if receipt.restatement:
        return redirect("returns:restatement", receipt.restatement.public_id)
    if not receipt.has_errors:
        return _form(request, form, unchanged=chosen["year"])
    return _form(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, quarters=_found(receipt))


def _form(request: HttpRequest, form: RestateForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    quarters: Sequence[QuarterFindings] = more.get("quarters", ())
    more["error_count"] = sum(one.findings.error_count for one in quarters)
    return render(request, "returns/restate.html", {"form": form, **more}, status=status)


def _found(receipt: YearReceipt) -> list[QuarterFindings]:
    return [
        QuarterFindings(quarter, FindingList.of(findings)) for quarter, findings in receipt.findings.items() if findings
    ]


@require_safe
def restatement(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    year = _visible(reader, public_id)
    if year.accepted_at is None and not still_waits(year):
        raise Http404("This year is no longer waiting: it was over a day old. Upload it again.")
    return _show(request, reader, year)


def _show(
    request: HttpRequest, reader: User, year: Restatement, *, reason: str = "", problem: str = ""
) -> HttpResponse:
    is_waiting = year.accepted_at is None
    quarters = _quarters(year)
    after = [version for one in quarters if (version := one.candidate or one.standing)]
    before = [one.standing for one in quarters if one.standing]
    revisions = [found for one in quarters if one.candidate and is_waiting for found in large_revisions(one.candidate)]
    context = {
        "year": year,
        "title": RETURN_TYPES[year.return_type].title,
        "is_waiting": is_waiting,
        "quarters": quarters,
        "reconciled": reconcile_year(year.year, year.area, after, before),
        "audience": audience_of(reader, year.supplier.code),
        "reason": reason,
        "reason_needed": needs_reason(revisions) if revisions else "",
        "reason_problem": problem,
    }
    return render(request, "returns/restatement.html", context, status=422 if problem else 200)


@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    year = _visible(reader, public_id)
    require(reader, Right.ACCEPT_RETURN, year.supplier)
    reason = request.POST.get("reason", "")
    try:
        versions = accept_year(restatement=year, by=reader, reason=reason)
    except ReasonRefused as refused:
        return _show(request, reader, year, reason=reason, problem=str(refused))
    except AcceptanceRefused as refused:
        messages.warning(request, f"Nothing of the year was accepted. {refused}")
        return redirect("returns:home")
    count = len(versions)
    title = RETURN_TYPES[year.return_type].title
    many = "quarter was" if count == 1 else "quarters were"
    messages.success(request, f"{title}: {count} {many} accepted together for {year.year}.")
    return redirect("returns:restatement", year.public_id)


@require_POST
def abandon(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    year = _visible(reader, public_id)
    require(reader, Right.ACCEPT_RETURN, year.supplier)
    if abandon_year(restatement=year, by=reader):
        messages.success(request, f"The restatement of {year.year} was abandoned, and nothing of it is kept.")
    else:
        messages.warning(request, f"The restatement of {year.year} was no longer waiting: it was accepted, or is gone.")
    return redirect("returns:home")


def _visible(reader: User, public_id: str) -> Restatement:
    related = ("supplier", "area", "uploaded_by")
    year = Restatement.objects.select_related(*related).filter(public_id=public_id).first()
    if year is None or not can_see_restatement(reader, year):
        raise Http404("No such restatement, or not one that you may see.")
    return year


def _quarters(year: Restatement) -> list[QuarterOfYear]:
    """The year's quarters: each with its candidate, or version once accepted, and what it takes the place of.

    Of a quarter that is left as it stands, the version that stood when the year was sent, whatever came since.
    """
    of_year = QuarterlyReturn.objects.filter(
        return_type=year.return_type,
        supplier=year.supplier,
        area=year.area,
        quarter_ordinal__in=[quarter.ordinal for quarter in year.year.quarters],
    ).select_related("supplier", "area")
    sent = {one.quarter: one for one in of_year if one.restatement_id == year.pk}
    others: dict[tuple[Quarter, int | None], QuarterlyReturn] = {
        (one.quarter, one.version): one for one in of_year if one.version and one.restatement_id != year.pk
    }
    quarters = []
    for quarter in year.year.quarters:
        candidate = sent.get(quarter)
        standing = others.get((quarter, candidate.replaces_version if candidate else year.left_version(quarter)))
        rows = compare_rows(standing, candidate) if standing and candidate else None
        quarters.append(QuarterOfYear(quarter, candidate, standing, rows))
    return quarters


def _years_ended() -> list[FinancialYear]:
    last = latest_ended_quarter()
    newest = last.start_year if last.number == 4 else last.start_year - 1
    return [FinancialYear(newest - back) for back in range(YEARS_OFFERED)]
