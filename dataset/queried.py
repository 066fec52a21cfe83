"""Queries by code and column, and how many of them are answered: of one version, and of the last that came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dataset.due import DueReturn, Standing
from dataset.ingest.findings import Severity
from dataset.ingest.grouping import say_of_sort
from dataset.models import QuarterlyReturn, StoredFinding

SAMPLES = 3  # queries of a group that stand on the page of the version


@dataclass(frozen=True)
class QueryGroup:
    """The queries of one code in one column: how many, how many are answered, and the first of them."""

    code: str
    column: str
    total: int
    answered: int
    samples: Sequence[StoredFinding] = ()

    @property
    def title(self) -> str:
        """What they have in common."""
        return say_of_sort(self.code).removesuffix(".")

    @property
    def open(self) -> int:
        return self.total - self.answered

    @property
    def anchor(self) -> str:
        return f"queries-{self.code}-{self.column}".rstrip("-")

    @property
    def not_shown(self) -> int:
        return self.total - len(self.samples)


@dataclass(frozen=True)
class Queries:
    """All queries of a version."""

    groups: Sequence[QueryGroup]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def answered(self) -> int:
        return sum(group.answered for group in self.groups)

    @property
    def open(self) -> int:
        return self.total - self.answered


@dataclass(frozen=True)
class LastTime:
    """What was wrong with the newest version of a return that came: how late it was, and its queries by code."""

    due: DueReturn
    sorts: Sequence[QueryGroup]

    @property
    def open(self) -> int:
        return sum(group.open for group in self.sorts)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.sorts)


def wrong_last_time(due: Iterable[DueReturn]) -> list[LastTime]:
    """Of each supplier's return the newest that came, where it was late or had a query. One query at most."""
    newest: dict[tuple[str, str], DueReturn] = {}
    for one in sorted(due, key=lambda one: one.quarter):
        if one.current is not None:
            newest[(one.supplier.code, one.return_type)] = one
    counts = (
        StoredFinding.objects.filter(
            quarterly_return__in=[one.current for one in newest.values()], severity=Severity.QUERY
        )
        .order_by("code", "column")
        .values("quarterly_return_id", "code", "column")
        .annotate(total=Count("pk"), answered=Count("pk", filter=~Q(answer="")))
    )
    sorts: dict[int, list[QueryGroup]] = {}
    for row in counts:
        group = QueryGroup(row["code"], row["column"], row["total"], row["answered"])
        sorts.setdefault(row["quarterly_return_id"], []).append(group)
    found = [LastTime(one, sorts.get(one.current.pk, ())) for one in newest.values() if one.current]
    return [one for one in found if one.sorts or one.due.standing is Standing.LATE]


def queries_of(version: QuarterlyReturn) -> "QuerySet[StoredFinding]":
    return StoredFinding.objects.filter(quarterly_return=version, severity=Severity.QUERY)


def queries_by_group(version: QuarterlyReturn) -> Queries:
    """The version's queries, a group each code and column, the most unanswered first. Two queries of the database."""
    counts = (
        queries_of(version)
        .order_by()
        .values("code", "column")
        .annotate(total=Count("pk"), answered=Count("pk", filter=~Q(answer="")))
    )
    place = Window(RowNumber(), partition_by=[F("code"), F("column")], order_by=["line", "pk"])
    first = queries_of(version).annotate(place=place).filter(place__lte=SAMPLES).select_related("answered_by")
    samples: dict[tuple[str, str], list[StoredFinding]] = {}
    for finding in first:
        samples.setdefault((finding.code, finding.column), []).append(finding)
    groups = [QueryGroup(**one, samples=samples[(one["code"], one["column"])]) for one in counts]
    return Queries(sorted(groups, key=lambda one: (-one.open, one.column, one.code)))
