"""What a reader is told when the server fails: whether to wait, and what became of their work."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error

RETRY_AFTER = 60  # seconds
_DISK_FULL = "53100"  # PostgreSQL's code; SQLite has only its words
_DISK_FULL_WORDS = "disk is full"


@requires_csrf_token
def tell_fault(request: HttpRequest) -> HttpResponse:
    """The page for an error that no view answered: 503 while the database is away or full, otherwise 500.

    It reads nothing from the database, which may be what failed.
    """
    fault = sys.exc_info()[1]
    if not isinstance(fault, OperationalError | InterfaceError):
        return server_error(request)
    context = {"is_full": is_disk_full(fault), "was_saving": request.method == "POST"}
    response = render(None, "503.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER)
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"  # the page itself, not a part of the one asked
    return response


def is_disk_full(fault: BaseException) -> bool:
    return getattr(fault.__cause__, "pgcode", "") == _DISK_FULL or _DISK_FULL_WORDS in str(fault)
