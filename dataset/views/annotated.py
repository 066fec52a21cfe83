"""A copy of a file with its findings beside the cells: made from what is sent, handed back, and never kept."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts.permissions import require
from accounts.roles import Right
from dataset.definitions import ReturnType
from dataset.ingest.annotating import MOST_ROWS_IN_A_WORKBOOK, annotate, as_csv, as_workbook
from dataset.ingest.examining import SentTable, examine_file
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.gathering import BoardNotSetUp
from dataset.ingest.keyfile import KeyFileError
from dataset.ingest.reading import UnreadableFile
from dataset.ingest.year_files import read_file_of
from dataset.models import QuarterlyReturn
from dataset.periods import Quarter
from dataset.queried import queries_of
from dataset.returns import RETURN_TYPES
from dataset.views.upload import asked_form, check_and_receive, show_upload
from dataset.views.versions import visible_version
from dataset.views.who import person

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "Choose the file that this was made from. It is not kept, so the copy is made from the file that you send."
ANOTHER_FILE = (
    "That is not the file that this was made from, so its findings would stand on the wrong lines. Choose the file as "
    "it was sent, or upload the other one as a correction."
)
TOO_LONG = (
    f"The file has more than {MOST_ROWS_IN_A_WORKBOOK:,} rows, which is too many for a marked workbook. Take the CSV "
    "copy away instead: Excel opens it."
)


@require_POST
@sensitive_variables("form", "sent", "content")
def annotated_upload(request: HttpRequest) -> HttpResponse:
    """The copy of a file that is being checked; where none can be made, the page that says why."""
    form = asked_form(request)
    if not form.is_valid() or not form.cleaned_data["file"]:
        if not form.errors:
            form.add_error("file", "Choose the file that the copy is to be made of.")
        return show_upload(request, form, status=422)
    chosen = form.cleaned_data
    content = form.content
    try:
        examined = examine_file(
            content=content,
            return_type=chosen["type"],
            supplier=chosen["supplier"],
            quarter=chosen["quarter"],
            nil=chosen["nil"],
        )
    except (BoardNotSetUp, KeyFileError):
        return check_and_receive(request, asked_form(request))  # which says why
    if examined.sent is None:
        form.add_error("file", "No copy could be made: " + " ".join(one.message for one in examined.findings))
        return show_upload(request, form, status=422)
    if _is_too_long(request, examined.sent):
        form.add_error("file", TOO_LONG)
        return show_upload(request, form, status=422)
    name = f"{chosen['supplier'].code}-{chosen['type'].code}-{chosen['quarter'].slug}"
    return _copy(request, examined.sent, chosen["type"], chosen["quarter"], examined.findings, name)


@require_POST
@sensitive_variables("sent", "content", "file")
def annotated_version(request: HttpRequest, public_id: str) -> HttpResponse:
    """The copy of the file of a version, made from the same file sent again, with its queries and their answers."""
    reader = person(request)
    version = visible_version(reader, public_id)
    require(reader, Right.UPLOAD_RETURN, version.supplier)
    file = request.FILES.get("file")
    problem, sent = _sent_again(file, version)
    if sent and _is_too_long(request, sent):
        problem = TOO_LONG
    if problem or sent is None:
        messages.error(request, problem)
        return redirect("returns:detail", version.public_id)
    return_type = RETURN_TYPES[version.return_type]
    findings = [
        Finding(
            Severity.QUERY,
            one.code,
            f"{one.message} Answered: {one.answer}" if one.answer else one.message,
            one.line,
            one.column,
            one.found,
            one.expected,
        )
        for one in queries_of(version)
    ]
    name = f"{version.supplier.code}-{version.return_type}-{version.quarter.slug}"
    return _copy(request, sent, return_type, version.quarter, findings, name)


def _sent_again(file: UploadedFile | None, version: QuarterlyReturn) -> tuple[str, SentTable | None]:
    """Why no copy can be made of the file, or its table."""
    if file is None:
        return NO_FILE, None
    try:
        sent = read_file_of(version, file.read())
    except UnreadableFile as unreadable:
        return f"No copy could be made: {unreadable}", None
    return ("", sent) if sent else (ANOTHER_FILE, None)


def _is_too_long(request: HttpRequest, sent: SentTable) -> bool:
    return request.POST.get("as") == "xlsx" and len(sent.table.rows) > MOST_ROWS_IN_A_WORKBOOK


def _copy(
    request: HttpRequest,
    sent: SentTable,
    return_type: ReturnType,
    quarter: Quarter,
    findings: "tuple[Finding, ...] | list[Finding]",
    name: str,
) -> HttpResponse:
    annotated = annotate(sent.table, sent.own_header, return_type, quarter, findings)
    if request.POST.get("as") == "xlsx":
        title = f"{return_type.title} for {quarter}: your file, with what the check found"
        response = HttpResponse(as_workbook(annotated, title), content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="{name}-with-findings.xlsx"'
    else:
        response = HttpResponse(as_csv(annotated), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}-with-findings.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
