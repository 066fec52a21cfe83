"""What the suppliers' systems call the columns of the returns: remembered from a refused file, listed, forgotten."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency
from accounts.permissions import can_somewhere, require
from accounts.roles import Right
from dataset.ingest.mapping import NameRefused, forget_name, remember_names
from dataset.models import ColumnMapping
from dataset.permissions import suppliers_to_upload_for
from dataset.returns import RETURN_TYPES
from dataset.views.upload import asked_form, check_and_receive, show_upload
from dataset.views.who import person

PREFIX = "column-"


@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    if not can_somewhere(reader, Right.UPLOAD_RETURN):
        raise PermissionDenied(
            "You may not see how agencies name their columns: that is for those who upload returns. If you should be "
            "able to, ask the board manager."
        )
    found = ColumnMapping.objects.filter(supplier__in=suppliers_to_upload_for(reader), return_type__in=RETURN_TYPES)
    listed = list(found.select_related("supplier", "saved_by"))
    groups = [
        (names[0].supplier, RETURN_TYPES[names[0].return_type], names)
        for names in (list(group) for _, group in groupby(listed, key=lambda one: (one.supplier_id, one.return_type)))
    ]
    return render(request, "returns/columns.html", {"groups": groups})


@require_POST
def remember(request: HttpRequest) -> HttpResponse:
    """Remember the names chosen beside a refused file's findings, and check the file again with them."""
    form = asked_form(request)
    form.is_valid()
    supplier, return_type = form.cleaned_data.get("supplier"), form.cleaned_data.get("type")
    if supplier is None or return_type is None:
        return show_upload(request, form, status=422)
    theirs_of = {
        name.removeprefix(PREFIX): theirs
        for name, theirs in request.POST.items()
        if name.startswith(PREFIX) and isinstance(theirs, str) and theirs
    }
    try:
        remembered = remember_names(supplier=supplier, return_type=return_type, theirs_of=theirs_of, by=person(request))
    except NameRefused as refused:
        return check_and_receive(request, form, names_problem=str(refused))
    return check_and_receive(request, form, just_remembered=remembered)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    reader = person(request)
    asked = request.POST
    supplier = Agency.objects.filter(code=asked.get("supplier", "")).first()
    require(reader, Right.UPLOAD_RETURN, supplier)
    return_type = RETURN_TYPES.get(asked.get("type", ""))
    forgotten = None
    if supplier is not None and return_type is not None:
        forgotten = forget_name(supplier=supplier, return_type=return_type, theirs=asked.get("theirs", ""), by=reader)
    if forgotten:
        messages.success(
            request,
            f"“{forgotten.theirs_as_written}” is no longer read as {forgotten.ours}. Returns accepted before stay as "
            "they are.",
        )
    else:
        messages.info(request, "That name was forgotten already.")
    return redirect("returns:columns")
