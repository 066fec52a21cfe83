"""Lists of statistical neighbours: uploaded as they are published, looked at and accepted."""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import zip_longest

from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dataset.ingest.findings import Finding
from dataset.models import NeighbourSet, StagedPublication
from dataset.publication_forms import NeighbourListForm
from dataset.reference.published import FileRefused
from dataset.reference.staging import accept_list, find_staged, outlook_of_list, stage_list
from dataset.views.published import MOST_PROBLEMS, manager_of


@require_http_methods(["GET", "HEAD", "POST"])
def neighbour_lists(request: HttpRequest) -> HttpResponse:
    """The models that are stored, and the form for another."""
    manager = manager_of(request)
    if request.method != "POST":
        return _page(request, NeighbourListForm())
    form = NeighbourListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        staged = stage_list(
            content=form.content,
            file_name=form.file_name,
            model=form.cleaned_data["model"].strip(),
            valid_from=form.cleaned_data["valid_from"],
            valid_to=form.cleaned_data["valid_to"],
            by=manager,
        )
    except FileRefused as refused:
        return _page(request, form, refused.findings, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("returns:neighbour_list", staged.public_id)


def _page(
    request: HttpRequest, form: NeighbourListForm, problems: Sequence[Finding] = (), *, status: int = HTTPStatus.OK
) -> HttpResponse:
    models = (
        NeighbourSet.objects.values("model", "valid_from", "valid_to")
        .annotate(areas=Count("area", distinct=True), recorded=Max("recorded_at"))
        .order_by("-valid_from", "model")
    )
    context = {"form": form, "problems": problems[:MOST_PROBLEMS], "models": models}
    return render(request, "published/neighbour_lists.html", context, status=status)


@require_safe
def neighbour_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """What accepting a waiting list would change, our own neighbours first."""
    manager_of(request)
    staged = _waiting(public_id)
    outlook = outlook_of_list(staged)
    rows = list(zip_longest(dict(outlook.before).items(), dict(outlook.ours).items(), fillvalue=(0, "")))
    names_before = {name for _, name in outlook.before}
    return render(
        request,
        "published/neighbour_list.html",
        {
            "staged": staged,
            "outlook": outlook,
            "rows": [
                (place, before[1], now[1], bool(outlook.before) and now[1] not in names_before)
                for place, (before, now) in enumerate(rows, start=1)
            ],
        },
    )


@require_POST
def accept_neighbour_list(request: HttpRequest, public_id: str) -> HttpResponse:
    stored = accept_list(public_id=public_id, by=manager_of(request))
    if stored is None:
        messages.info(request, "That list no longer waits: it was accepted or abandoned already, or a day went by.")
        return redirect("returns:neighbour_lists")
    made, outlook = stored
    if made is None:
        messages.info(request, "Nothing was stored: every list stands already as the file has it.")
        return redirect("returns:neighbour_lists")
    messages.success(request, f"Stored: the neighbours of {len(outlook.new):,} authorities.")
    return redirect("returns:publication", made.public_id)


def _waiting(public_id: str) -> StagedPublication:
    staged = find_staged(public_id, neighbours=True)
    if staged is None:
        raise Http404(
            "No neighbour list waits at this address: it was accepted or abandoned, or a day went by. Upload it again."
        )
    return staged
