"""How far the check of a large file has come: a page that may be left and come back to, and what it ends in."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from dataset.ingest.background import try_again
from dataset.ingest.stages import stages_of
from dataset.ingest.staging import discard, findings_of, offer_of
from dataset.models import MOST_ATTEMPTS, CheckStage, StagedUpload
from dataset.permissions import can_see_staged_upload
from dataset.returns import RETURN_TYPES
from dataset.views.upload import form_of, show_upload, tell_refused
from dataset.views.who import person


@dataclass(frozen=True)
class Step:
    label: str
    is_done: bool
    is_now: bool


@require_safe
def checking(request: HttpRequest, public_id: str) -> HttpResponse:
    """The stages, and once they are over what came of the file.

    A page that asks again says what it shows, and gets nothing where that is so still.
    """
    reader = person(request)
    upload = _visible(reader, public_id)
    is_part = bool(getattr(request, "htmx", False))
    if upload.is_over:
        if is_part:
            return HttpResponseClientRedirect(_end_url(upload))
        return _show_end(request, reader, upload)
    context = _progress(upload)
    if is_part and request.GET.get("shown") == context["shown"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    template = "returns/_checking.html" if is_part else "returns/checking.html"
    return render(request, template, {**context, "is_part": is_part})


@require_POST
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = _visible(person(request), public_id)
    if not try_again(upload):
        messages.info(request, "That check is not one to be tried again: this is how it stands.")
    return redirect("returns:checking", public_id)


@require_POST
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = _visible(person(request), public_id)
    discard(upload)
    title = f"{RETURN_TYPES[upload.return_type].title} for {upload.quarter}"
    messages.success(request, f"The check of {title} is ended, and nothing of the file is kept.")
    return redirect("returns:home")


def _visible(reader: User, public_id: str) -> StagedUpload:
    """The staged file, or 404 alike where there is none and where the reader may not send that return."""
    related = ("supplier", "uploaded_by", "candidate", "unchanged")
    found = StagedUpload.objects.select_related(*related).defer("content")
    upload = found.filter(public_id=public_id).first()
    if upload is None or not can_see_staged_upload(reader, upload):
        raise Http404("No such check, or not one that you may see. One that is over is kept for a day.")
    return upload


def _progress(upload: StagedUpload) -> dict[str, Any]:
    return_type = RETURN_TYPES[upload.return_type]
    stages = stages_of(return_type)
    has_stopped = upload.has_stopped
    place = 0 if upload.stage == CheckStage.RETRY else stages.index(CheckStage(upload.stage))
    return {
        "upload": upload,
        "title": return_type.title,
        "has_stopped": has_stopped,
        "most_attempts": MOST_ATTEMPTS,
        "stopped_after": settings.CHECK_STALLED_MINUTES,
        "shown": "stopped" if has_stopped else str(upload.stage),
        "steps": [Step(str(one.label), i < place, i == place) for i, one in enumerate(stages)],
        "now": stages[place].label,
        "number": place + 1,
        "count": len(stages),
    }


def _end_url(upload: StagedUpload) -> str:
    if upload.candidate:
        return reverse("returns:detail", args=[upload.candidate.public_id])
    return reverse("returns:checking", args=[upload.public_id])


def _show_end(request: HttpRequest, reader: User, upload: StagedUpload) -> HttpResponse:
    """On to what would be accepted; otherwise what the upload page says of such a file."""
    return_type = RETURN_TYPES[upload.return_type]
    if upload.candidate:
        return redirect(_end_url(upload))
    if upload.stage == CheckStage.READY and not upload.unchanged:
        messages.info(
            request,
            f"The file of {return_type.title.lower()} for {upload.quarter} was checked, and is no longer waiting: it "
            "was abandoned, or not accepted within a day. Upload it again if it is still wanted.",
        )
        return redirect("returns:home")
    chosen = {"supplier": upload.supplier.code, "type": upload.return_type, "quarter": upload.quarter.slug}
    form = form_of(reader, {**chosen, "nil": upload.nil})
    if upload.unchanged:
        return show_upload(request, form, unchanged=upload.unchanged, checked=upload)
    offer = offer_of(upload, return_type)
    told = tell_refused(findings_of(upload), upload.read_as, offer, upload.supplier, return_type)
    return show_upload(request, form, checked=upload, **told)
