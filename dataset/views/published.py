"""Published figures: uploaded as they come, their indicators made benchmarks, looked at and accepted."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import require
from accounts.roles import Right
from dataset.ingest.findings import Finding
from dataset.models import Area, FileLayout, IndicatorMapping, Publication
from dataset.publication_forms import PublicationForm
from dataset.reference.brought import brought_by
from dataset.reference.choosing import Choice, Part
from dataset.reference.differences import What
from dataset.reference.issue import Outlook, unanswered_choices
from dataset.reference.keys import describe_keys
from dataset.reference.offering import key_options, lines_of, posted_choices
from dataset.reference.published import FileRefused
from dataset.reference.staging import (
    Waiting,
    abandon_staged,
    accept_publication,
    find_staged,
    open_staged,
    save_choices,
    stage_publication,
    waiting_publications,
)
from dataset.reference.telling import own_codes
from dataset.views.who import person

MOST_CHANGED = 200
MOST_PROBLEMS = 20


def manager_of(request: HttpRequest) -> User:
    """The reader, who may look after reference data; nobody else comes this far."""
    manager = person(request)
    require(manager, Right.MANAGE_REFERENCE_DATA)
    return manager


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    manager_of(request)
    loaded = Publication.objects.annotate(
        figures=Count("benchmarks", distinct=True), sets=Count("neighbour_sets", distinct=True)
    )
    return render(request, "published/list.html", {"loaded": loaded, "waiting": waiting_publications()})


@require_safe
def publication(request: HttpRequest, public_id: str) -> HttpResponse:
    manager_of(request)
    found = Publication.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is no publication at this address. The list has them all.")
    remembered = IndicatorMapping.objects.filter(publication=found.name)
    return render(
        request,
        "published/one.html",
        {"publication": found, "brought": brought_by(found), "remembered": remembered},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Choose the file. One whose publication is known goes straight on to what would change."""
    manager = manager_of(request)
    if request.method != "POST":
        return _load_page(request, PublicationForm())
    form = PublicationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _load_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        waiting = stage_publication(
            content=form.content,
            file_name=form.file_name,
            name=form.cleaned_data["name"],
            published_on=form.cleaned_data["published_on"],
            by=manager,
        )
    except FileRefused as refused:
        return _load_page(request, form, refused.findings, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    is_known = waiting.choices and not waiting.outlook().errors
    return redirect("returns:published_changes" if is_known else "returns:published_mapping", waiting.staged.public_id)


def _load_page(
    request: HttpRequest, form: PublicationForm, problems: Sequence[Finding] = (), *, status: int = HTTPStatus.OK
) -> HttpResponse:
    names = Publication.objects.exclude(layout=FileLayout.NEIGHBOURS).order_by("name").values_list("name", flat=True)
    return render(
        request,
        "published/load.html",
        {"form": form, "problems": problems[:MOST_PROBLEMS], "names": list(dict.fromkeys(names))},
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which benchmark each indicator is. What is chosen is kept with the file, so that a reload shows it again."""
    manager_of(request)
    waiting = _waiting(public_id)
    if request.method != "POST":
        return _mapping_page(request, waiting, waiting.choices)
    choices = posted_choices(request.POST.dict(), waiting.file)
    waiting = save_choices(waiting, choices)
    if again := request.POST.get("again"):
        return _mapping_page(request, waiting, choices, again=again)
    outlook = waiting.outlook()
    if outlook.errors:
        return _mapping_page(request, waiting, choices, problems=outlook.errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("returns:published_changes", public_id)


def _mapping_page(
    request: HttpRequest,
    waiting: Waiting,
    choices: Sequence[Choice],
    *,
    again: str = "",
    problems: Sequence[Finding] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    keys = describe_keys()
    area = Area.objects.filter(code=settings.BOARD_AREA_CODE).first()
    return render(
        request,
        "published/mapping.html",
        {
            "staged": waiting.staged,
            "file": waiting.file,
            "lines": lines_of(waiting.file, choices, keys, area, again),
            "options": key_options(keys),
            "parts": list(Part),
            "unanswered": unanswered_choices(waiting.staged.name, waiting.file) if not choices else (),
            "area": area,
            "problems": problems[:MOST_PROBLEMS],
            "problems_left_out": max(0, len(problems) - MOST_PROBLEMS),
        },
        status=status,
    )


@require_safe
def changes(request: HttpRequest, public_id: str) -> HttpResponse:
    """What accepting would change; nothing is stored yet."""
    manager_of(request)
    waiting = _waiting(public_id)
    outlook = waiting.outlook()
    if outlook.errors:
        return redirect("returns:published_mapping", public_id)
    return _changes_page(request, waiting, outlook)


def _changes_page(
    request: HttpRequest, waiting: Waiting, outlook: Outlook, *, problems: Sequence[Finding] = (), status: int = 200
) -> HttpResponse:
    found = outlook.changes
    assert found is not None
    codes = own_codes()
    elsewhere = [one for one in found.of(What.CHANGED) if one.area.code not in codes]
    ours = [(found.keys[one.figure.key], one) for one in found.of_places(codes)]
    context: dict[str, Any] = {
        "staged": waiting.staged,
        "changes": found,
        "new": found.count(What.NEW),
        "changed": found.count(What.CHANGED),
        "unchanged": found.count(What.UNCHANGED),
        "kept": found.count(What.KEPT),
        "without_number": sum(one.figure.value is None for one in found.to_store),
        "doubts": found.needs_confirming,
        "queries": [one for one in found.findings if one not in found.needs_confirming],
        "ours": ours,
        "elsewhere": [(found.keys[one.figure.key], one) for one in elsewhere[:MOST_CHANGED]],
        "elsewhere_count": len(elsewhere),
        "loaded_before": Publication.objects.filter(file_digest=waiting.staged.file_digest).first(),
        "problems": problems,
    }
    return render(request, "published/changes.html", context, status=status)


@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    manager = manager_of(request)
    try:
        stored = accept_publication(
            public_id=public_id,
            agreed=request.POST.get("agreed", ""),
            confirmed=bool(request.POST.get("confirmed")),
            by=manager,
        )
    except FileRefused as refused:
        waiting = _waiting(public_id)
        outlook = waiting.outlook()
        if outlook.changes is None:
            return redirect("returns:published_mapping", public_id)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _changes_page(request, waiting, outlook, problems=refused.findings, status=status)
    if stored is None:
        messages.info(request, "That file no longer waits: it was accepted or abandoned already, or a day went by.")
        return redirect("returns:publications")
    made, outlook = stored
    if made is None:
        messages.info(request, "Nothing was stored: every figure chosen stands already.")
        return redirect("returns:publications")
    assert outlook.changes is not None
    new, changed = outlook.changes.count(What.NEW), outlook.changes.count(What.CHANGED)
    messages.success(request, f"Stored: {new:,} new and {changed:,} changed figures of “{made.name}”.")
    return redirect("returns:publication", made.public_id)


@require_POST
def abandon(request: HttpRequest, public_id: str) -> HttpResponse:
    """Forget a file that waits, of figures or of neighbour lists."""
    if abandon_staged(public_id=public_id, by=manager_of(request)):
        messages.success(request, "The file was abandoned. Nothing of it was stored.")
    else:
        messages.info(request, "That file no longer waits: it was accepted or abandoned already.")
    return redirect("returns:publications")


def _waiting(public_id: str) -> Waiting:
    staged = find_staged(public_id)
    if staged is None:
        raise Http404(
            "No published file waits at this address: it was accepted or abandoned, or a day went by. Upload it again."
        )
    try:
        return open_staged(staged)
    except FileRefused as refused:  # read by other rules than when it was uploaded
        raise Http404(f"This file cannot be read any more: {refused} Upload it again.") from refused
