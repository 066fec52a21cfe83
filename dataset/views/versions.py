"""One version of a return: the rehearsal of a candidate, and what stands of an accepted one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from accounts.models import User
from accounts.permissions import audience_of, require
from accounts.roles import Right
from dataset.definitions import DataItem
from dataset.ingest.answering import READY_ANSWERS
from dataset.ingest.gathering import current_version_like
from dataset.ingest.revising import needs_reason
from dataset.ingest.storing import (
    OF_A_RESTATEMENT,
    AcceptanceRefused,
    ReasonRefused,
    abandon_candidate,
    accept_return,
    why_stale,
)
from dataset.ingest.telling import tell_reading
from dataset.ingest.withdrawing import why_not_withdrawn
from dataset.models import QuarterlyReturn, ReturnState
from dataset.owing import COUNTS
from dataset.permissions import (
    audience_for,
    can_accept_return,
    can_answer_query,
    can_see_return,
    can_upload_return,
    can_withdraw_return,
)
from dataset.queried import queries_by_group
from dataset.rehearsal import Change, changes
from dataset.rehearsing.outlook import Readers, rehearse
from dataset.returns import RETURN_TYPES
from dataset.suppression import Audience
from dataset.tables import FiguresTable
from dataset.views.who import person

GONE = (
    "There is no such return, or not one that you may see. An upload that was abandoned, or is over a day old, is no "
    "longer waiting: upload the file again if it should count."
)


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    return show_version(request, reader, visible_version(reader, public_id))


def show_version(
    request: HttpRequest,
    reader: User,
    version: QuarterlyReturn,
    *,
    reason: str = "",
    reason_problem: str = "",
    withdrawal_reason: str = "",
    withdrawal_problem: str = "",
) -> HttpResponse:
    """The version's page; the problems say why a reason given for a revision or a withdrawal did not do."""
    is_candidate = version.state == ReturnState.CANDIDATE
    current = current_version_like(version)
    versions = _accepted_versions(version)
    before = current if is_candidate else next((v for v in versions if v.version == version.replaces_version), None)
    rehearsal = rehearse(version, current, _readers(reader)) if is_candidate else None
    found = list(rehearsal.totals) if rehearsal else _changes(version, before, reader)
    context = {
        **about(version),
        "audience": audience_of(reader, version.supplier.code),
        "is_candidate": is_candidate,
        "stale": why_stale(version, current) if is_candidate else "",
        "becomes": (versions[0].version or 0) + 1 if versions else 1,
        "is_current": current is not None and current.pk == version.pk,
        "current": current,
        "before": before,
        "versions": versions,
        "findings": queries_by_group(version),
        "may_answer": can_answer_query(reader, version),
        "ready_answers": READY_ANSWERS,
        "reading": tell_reading(version.read_as),
        "rehearsal": rehearsal,
        "reason": reason,
        "reason_needed": needs_reason(rehearsal.revisions) if rehearsal and rehearsal.revisions else "",
        "reason_problem": reason_problem,
        "changed_count": sum(1 for change in found if change.is_change),
        "table": _figures_table(request, version, before, found),
        "may_accept": can_accept_return(reader, version) and not version.restatement_id,
        "may_upload": can_upload_return(reader, version.supplier),
        "may_withdraw": can_withdraw_return(reader, version) and not why_not_withdrawn(version, current),
        "withdrawal_reason": withdrawal_reason,
        "withdrawal_problem": withdrawal_problem,
    }
    template = "returns/candidate.html" if is_candidate else "returns/version.html"
    return render(request, template, context, status=422 if reason_problem or withdrawal_problem else 200)


@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    version = visible_version(reader, public_id)
    require(reader, Right.ACCEPT_RETURN, version.supplier)
    try:
        accepted = accept_return(candidate=version, by=reader, reason=request.POST.get("reason", ""))
    except ReasonRefused as refused:
        return show_version(
            request, reader, version, reason=request.POST.get("reason", ""), reason_problem=str(refused)
        )
    except AcceptanceRefused as refused:
        messages.warning(request, str(refused))
        still_there = QuarterlyReturn.objects.filter(pk=version.pk).exists()
        return redirect("returns:detail", version.public_id) if still_there else redirect("returns:home")
    messages.success(request, _what_changed(accepted))
    return redirect("returns:detail", accepted.public_id)


@require_POST
def abandon(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    version = visible_version(reader, public_id)
    require(reader, Right.ACCEPT_RETURN, version.supplier)
    title = f"{_title(version)} for {version.quarter}"
    if not abandon_candidate(candidate=version, by=reader):
        return _not_abandoned(request, version, title)
    kept = f"Version {version.replaces_version} stands as it was." if version.replaces_version else "It is still owed."
    messages.success(request, f"The upload of {title} was abandoned, and nothing of it is kept. {kept}")
    return redirect("returns:home")


def _not_abandoned(request: HttpRequest, version: QuarterlyReturn, title: str) -> HttpResponse:
    """Say what became of an upload that was no longer waiting: somebody accepted it, or abandoned it before."""
    accepted = QuarterlyReturn.objects.filter(pk=version.pk, state=ReturnState.ACCEPTED).first()
    if version.restatement_id and QuarterlyReturn.objects.filter(pk=version.pk, state=ReturnState.CANDIDATE).exists():
        messages.warning(request, OF_A_RESTATEMENT)
        return redirect("returns:detail", version.public_id)
    if accepted is None:
        messages.info(request, f"The upload of {title} was abandoned already, and nothing of it is kept.")
        return redirect("returns:home")
    messages.warning(
        request,
        f"{title} was accepted as version {accepted.version} and stays. To correct it, upload the corrected file: "
        "it becomes the next version.",
    )
    return redirect("returns:detail", accepted.public_id)


def visible_version(reader: User, public_id: str) -> QuarterlyReturn:
    """The version, or 404 alike where there is none and where the reader may not see it."""
    related = (
        "supplier",
        "area",
        "uploaded_by",
        "accepted_by",
        "withdrawn_by",
        "purge_asked_by",
        "purged_by",
        "restatement",
    )
    version = QuarterlyReturn.objects.select_related(*related).filter(public_id=public_id).first()
    if version is None or not can_see_return(reader, version):
        raise Http404(GONE)
    return version


def _accepted_versions(version: QuarterlyReturn) -> list[QuarterlyReturn]:
    """Every version of the same return, those withdrawn too, newest first."""
    versions = QuarterlyReturn.objects.versions_of(version)
    return list(versions.select_related("uploaded_by", "accepted_by", "withdrawn_by").order_by("-version"))


def about(version: QuarterlyReturn) -> dict[str, Any]:
    kind = RETURN_TYPES.get(version.return_type)
    return {
        "version": version,
        "supplier": version.supplier,
        "quarter": version.quarter,
        "title": _title(version),
        "row_is": kind.row_is if kind else "",
        "holds_totals": version.return_type == COUNTS,
    }


def _title(version: QuarterlyReturn) -> str:
    kind = RETURN_TYPES.get(version.return_type)
    return kind.title if kind else version.return_type


def _changes(version: QuarterlyReturn, before: QuarterlyReturn | None, reader: User) -> list[Change]:
    return changes(version, before, _readers(reader).of_item, settings.SUPPRESSION_MAXIMUM)


def _readers(reader: User) -> Readers:
    def of_item(item: DataItem) -> Audience:
        return Audience(audience_of(reader, item.owner))

    return Readers(of_measure=audience_for(reader), of_item=of_item)


def _figures_table(
    request: HttpRequest, version: QuarterlyReturn, before: QuarterlyReturn | None, found: list[Change]
) -> FiguresTable:
    table = FiguresTable(found, version=version, before=before)
    RequestConfig(request, paginate=False).configure(table)
    return table


def _what_changed(accepted: QuarterlyReturn) -> str:
    rows = "a nil return" if accepted.nil else f"{accepted.row_count:,} row{'' if accepted.row_count == 1 else 's'}"
    counted = accepted.figures.count()
    sentence = (
        f"{_title(accepted)} for {accepted.quarter} is accepted as version {accepted.version}: {rows}, "
        f"{counted:,} figure{'' if counted == 1 else 's'} counted."
    )
    if accepted.replaces_version:
        return f"{sentence} It takes the place of version {accepted.replaces_version}, which is kept."
    return sentence
