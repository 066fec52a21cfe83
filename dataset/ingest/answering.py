"""What the officers say to a return's queries: given singly or to many at once, and carried to a corrected version."""

import re
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.models import User
from accounts.trail import record_event
from dataset import boardtime
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.names import identifies
from dataset.ingest.wording import wording_problem
from dataset.models import QuarterlyReturn, ReturnState, StoredFinding

LONGEST_ANSWER = StoredFinding._meta.get_field("answer").max_length or 0
READY_ANSWERS = (
    "Checked: it is right as sent.",
    "Known at the source; it will be right in the next return.",
    "It cannot be found out any more.",
)
_LINE = re.compile(r"\blines? \d[\d,]*", re.IGNORECASE)


class AnswerRefused(ValueError):
    """The answer cannot be kept; the message is for the officer and repeats nothing of it."""


def answer_queries(
    *,
    version: QuarterlyReturn,
    answer: str,
    by: User,
    code: str = "",
    column: str = "",
    only: Collection[int] | None = None,
) -> int:
    """Give one answer to the version's queries of a code and column that have none yet; how many they were.

    With `only`, to those of its queries with these keys instead, whether they had an answer or not. A locked version
    may be answered too, as no figure changes; a purged one not. Raises AnswerRefused.
    """
    answer = " ".join(answer.split())
    if problem := answer_problem(answer, version):
        raise AnswerRefused(problem)
    with transaction.atomic():
        standing = QuarterlyReturn.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
        if standing is None:
            raise AnswerRefused("This upload is no longer waiting: it was abandoned or is over a day old.")
        if standing.purged_at:
            raise AnswerRefused("The rows of this version are gone for ever, so nothing can be checked any more.")
        if standing.state == ReturnState.WITHDRAWN:
            raise AnswerRefused("This version was withdrawn. Answer the queries of the version that stands.")
        queries = StoredFinding.objects.filter(quarterly_return=standing, severity=Severity.QUERY)
        chosen = queries.filter(code=code, column=column, answer="") if only is None else queries.filter(pk__in=only)
        groups = list(chosen.order_by().values_list("code", "column").annotate(count=Count("pk")))
        answered = chosen.update(answer=answer, answered_by=by, answered_at=boardtime.now(), answer_from_version=None)
        for group_code, group_column, count in groups:
            record_event(
                verb="queries.answered",
                by=by,
                subject=standing,
                agency=standing.supplier,
                detail={"code": group_code, "column": group_column, "count": count},
            )
    return answered


def answer_problem(answer: str, version: QuarterlyReturn) -> str:
    """Why an answer cannot be kept; empty where it can."""
    places = (version.area.name, *version.area.localities)
    if problem := wording_problem(answer, "answer", longest=LONGEST_ANSWER, places=places, about=version):
        return problem
    if identifies(answer):
        return (
            "The answer seems to name a person. Say it without a name: a team or a post will do. If it names nobody, "
            "write it with small letters."
        )
    return ""


def carry_answers(
    candidate: QuarterlyReturn, findings: Iterable[Finding], records: Mapping[int, str]
) -> tuple[list[StoredFinding], int]:
    """The candidate's findings, not yet stored, with the answers given to the same ones of the version it replaces.

    Also how many answers were carried. A finding is the same where its code, column, record, what was found and what
    is said of it are, whatever line it stands on; `records` tells each line's record.
    """
    given = {_key(one): one for one in _answered_before(candidate) if _is_known(one)}
    stored, carried = [], 0
    for finding in findings:
        one = StoredFinding(
            quarterly_return=candidate,
            severity=finding.severity,
            code=finding.code,
            line=finding.line,
            record=records.get(finding.line, "") if finding.line else "",
            column=finding.column,
            found=finding.found[:200],
            expected=finding.expected[:300],
            message=finding.message[:600],
        )
        if _is_known(one) and (before := given.get(_key(one))):
            _take_over(one, before, candidate)
            carried += 1
        stored.append(one)
    return stored, carried


def carry_late_answers(version: QuarterlyReturn) -> None:
    """Take over what the version before was answered since this one was checked, for its queries that have no answer.

    Called in the transaction that accepts it, so that an answer given meanwhile is not asked for again.
    """
    still_open: dict[tuple[str, ...], list[StoredFinding]] = {}
    for one in version.findings.filter(answer=""):
        if _is_known(one):
            still_open.setdefault(_key(one), []).append(one)
    if not still_open or version.replaces_version is None:
        return
    # waits for whoever is answering it now
    list(_versions_before(version).select_for_update(of=("self",)).values_list("pk"))
    late = []
    for before in _answered_before(version):
        if not _is_known(before):
            continue
        for one in still_open.pop(_key(before), ()):
            _take_over(one, before, version)
            late.append(one)
    names = ["answer", "answered_by", "answered_at", "answer_from_version"]
    StoredFinding.objects.bulk_update(late, names, batch_size=500)


def _take_over(one: StoredFinding, before: StoredFinding, version: QuarterlyReturn) -> None:
    one.answer, one.answered_by_id, one.answered_at = before.answer, before.answered_by_id, before.answered_at
    one.answer_from_version = before.answer_from_version or version.replaces_version


def _answered_before(candidate: QuarterlyReturn) -> "QuerySet[StoredFinding] | tuple[()]":
    if candidate.replaces_version is None:
        return ()
    return StoredFinding.objects.filter(quarterly_return__in=_versions_before(candidate)).exclude(answer="")


def _versions_before(candidate: QuarterlyReturn) -> "QuerySet[QuarterlyReturn]":
    return QuarterlyReturn.objects.versions_of(candidate).filter(version=candidate.replaces_version)


def _is_known(finding: StoredFinding) -> bool:
    """Whether it is known what the finding is of: the file as a whole, or a record."""
    return finding.line is None or bool(finding.record)


def _key(finding: StoredFinding) -> tuple[str, ...]:
    """What makes two findings the same; a line that a message names is left out, as lines move."""
    return (finding.code, finding.column, finding.record, finding.found, _LINE.sub("line", finding.message))
