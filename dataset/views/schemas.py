"""The data dictionary for machines: each return as CSVW and as Table Schema, and everything in one file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import require
from accounts.roles import Right
from dataset.measures import BREAKDOWNS, ITEMS, MEASURES
from dataset.returns import RETURN_TYPES
from dataset.schemas.csvw import MEDIA_TYPE, Lists, csvw_metadata
from dataset.schemas.package import data_package
from dataset.schemas.table_schema import table_schema
from dataset.views.templates import asked_quarter, known_type


@require_safe
def csvw(request: HttpRequest, return_type: str) -> HttpResponse:
    """`quarter` in the address adds that quarter's days and leaves the codes of its year."""
    require(request.user, Right.SEE_DICTIONARY)
    kind, quarter = known_type(return_type), asked_quarter(request)
    metadata = csvw_metadata(kind, _template_at(request, return_type), _lists(), quarter)
    return _json(metadata, f"{return_type}.csvw.json", MEDIA_TYPE)


@require_safe
def schema(request: HttpRequest, return_type: str) -> HttpResponse:
    """`quarter` in the address adds that quarter's days and leaves the codes of its year."""
    require(request.user, Right.SEE_DICTIONARY)
    described = table_schema(known_type(return_type), _lists(), asked_quarter(request))
    return _json(described, f"{return_type}.schema.json")


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.SEE_DICTIONARY)
    package = data_package(
        RETURN_TYPES,
        ITEMS.values(),
        MEASURES.values(),
        BREAKDOWNS.values(),
        lists=_lists(),
        paths={code: _template_at(request, code) for code in RETURN_TYPES},
    )
    return _json(package, "data-dictionary.json")


def _lists() -> Lists:
    """What the columns of the counts return take: every item that may come as a total, every way of splitting one."""
    return {
        "item": [(item.code, item.title) for item in ITEMS.values() if item.source in RETURN_TYPES],
        "breakdown": [(name, "") for name in BREAKDOWNS],
    }


def _template_at(request: HttpRequest, return_type: str) -> str:
    return request.build_absolute_uri(reverse("returns:template", args=[return_type]))


def _json(content: dict[str, Any], name: str, media_type: str = "application/json") -> HttpResponse:
    options = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(content, json_dumps_params=options, content_type=media_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
