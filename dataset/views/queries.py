"""Answering a return's queries: by group on the version's page, or one by one on a page of their own."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import audience_of, require
from accounts.roles import Right
from dataset.ingest.answering import READY_ANSWERS, AnswerRefused, answer_queries
from dataset.models import QuarterlyReturn
from dataset.permissions import can_answer_query
from dataset.queried import Queries, queries_by_group, queries_of
from dataset.returns import RETURN_TYPES
from dataset.views.versions import visible_version
from dataset.views.who import person

A_PAGE = 50


@require_safe
def queries(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = person(request)
    return _page(request, reader, visible_version(reader, public_id))


@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer a group of queries, or those ticked on the page of a group."""
    reader = person(request)
    version = visible_version(reader, public_id)
    require(reader, Right.ANSWER_QUERY, version.supplier)
    asked = request.POST
    ticked = [int(key) for key in asked.getlist("only") if key.isdecimal() and len(key) < 19]
    only = ticked if asked.get("which") == "ticked" else None
    if only == []:
        return _page(request, reader, version, problem="Tick the queries that the answer is for.")
    try:
        answered = answer_queries(
            version=version,
            answer=asked.get("ready") or asked.get("answer", ""),
            by=reader,
            code=asked.get("code", ""),
            column=asked.get("column", ""),
            only=only,
        )
    except AnswerRefused as refused:
        return _page(request, reader, version, problem=str(refused), ticked=ticked)
    left = queries_by_group(version)
    messages.success(request, _what_was_answered(answered, left))
    if asked.get("back") == "queries":
        return redirect(f"{reverse('returns:queries', args=[version.public_id])}?{_group_query(request)}")
    return redirect(f"{reverse('returns:detail', args=[version.public_id])}#findings")


def _page(
    request: HttpRequest, reader: User, version: QuarterlyReturn, *, problem: str = "", ticked: list[int] | None = None
) -> HttpResponse:
    """The queries of the group that is asked for, A_PAGE at a time; of all, where the address names none."""
    asked = request.POST if request.method == "POST" else request.GET
    every = queries_by_group(version)
    code, column = asked.get("code", ""), asked.get("column", "")
    group = next((one for one in every.groups if (one.code, one.column) == (code, column)), None)
    if code and group is None:
        raise Http404("The return has no such queries.")
    listed = queries_of(version).select_related("answered_by")
    if group:
        listed = listed.filter(code=code, column=column)
    page = Paginator(listed, A_PAGE).get_page(asked.get("page"))
    kind = RETURN_TYPES.get(version.return_type)
    context = {
        "version": version,
        "supplier": version.supplier,
        "title": kind.title if kind else version.return_type,
        "audience": audience_of(reader, version.supplier.code),
        "every": every,
        "group": group,
        "group_query": _group_query(request),
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "may_answer": can_answer_query(reader, version),
        "ready_answers": READY_ANSWERS,
        "problem": problem,
        "ticked": ticked or [],
        "typed": asked.get("answer", "") if problem else "",
    }
    return render(request, "returns/queries.html", context, status=422 if problem else 200)


def _group_query(request: HttpRequest) -> str:
    asked = request.POST if request.method == "POST" else request.GET
    return urlencode({name: asked[name] for name in ("code", "column", "page") if asked.get(name)})


def _what_was_answered(answered: int, left: Queries) -> str:
    done = f"{answered:,} quer{'y' if answered == 1 else 'ies'} answered."
    if not answered:
        done = "Nothing was left to answer there."
    still = f"{left.open:,} of {left.total:,} still wait{'s' if left.open == 1 else ''} for an answer."
    return f"{done} {still if left.open else 'Every query of this return has its answer.'}"
