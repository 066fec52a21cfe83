"""An issue of a publication: read, set beside what stands, and stored whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.trail import SYSTEM, record_event
from dataset import boardtime
from dataset.comparison import period_end
from dataset.ingest.findings import Finding, error
from dataset.ingest.formats import Limits
from dataset.models import Area, AreaLevel, Benchmark, FileLayout, IndicatorMapping, Publication
from dataset.narrative import benchmark_period, day
from dataset.reference.assembling import PublishedFigure, assemble
from dataset.reference.beside import compare
from dataset.reference.choosing import Choice, Key, Part, check_choices, remembered_choices
from dataset.reference.differences import Changes, Difference
from dataset.reference.ees import KNOWN as EES_COLUMNS
from dataset.reference.ees import ees_of, is_ees
from dataset.reference.keys import describe_keys
from dataset.reference.long_table import KNOWN as LONG_COLUMNS
from dataset.reference.long_table import long_of
from dataset.reference.published import FileRefused, PublishedFile, read_text_table

_COLUMNS = 600  # DfE's files go past the widest return
_LACKING = (
    "This is neither a data file of explore education statistics (time_period, time_identifier, geographic_level and "
    "indicators) nor a long table (indicator, area code, year and value): no line near its top has such column names. "
    "Download the data as CSV, not its metadata or a chart."
)


@dataclass(frozen=True)
class Issue:
    """What an issue is called, when it came out, and the file's digest."""

    name: str
    published_on: date
    digest: str


@dataclass(frozen=True)
class Outlook:
    """What loading would do. `changes` is None where an error stops it; `notes` are of the reading."""

    choices: tuple[Choice, ...]
    errors: tuple[Finding, ...]
    queries: tuple[Finding, ...]
    changes: Changes | None = None

    @property
    def has_nothing_new(self) -> bool:
        return self.changes is not None and not self.changes.to_store


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def reading_limits() -> Limits:
    return Limits(
        content_bytes=settings.UPLOAD_MAX_BYTES,
        rows=settings.UPLOAD_MAX_ROWS,
        columns=_COLUMNS,
        cell_length=settings.UPLOAD_MAX_CELL_LENGTH,
        unpacked_bytes=settings.UPLOAD_MAX_UNPACKED_BYTES,
    )


def read_issue(content: bytes, layout: str = "") -> PublishedFile:
    """The file's figures, in the layout given or else the one that its column names show. Raises FileRefused."""
    columns = tuple(dict.fromkeys((*EES_COLUMNS, *LONG_COLUMNS)))
    table = read_text_table(content, columns, reading_limits(), _LACKING)
    found = layout or (FileLayout.EES if is_ees(table.header) else FileLayout.LONG)
    return ees_of(table) if found == FileLayout.EES else long_of(table)


def usual_name(name: str) -> str:
    """The name as it was first written, where the publication is known: case and spaces make no other of it."""
    plain = " ".join(name.split())
    known = Publication.objects.filter(name__iexact=plain).order_by("pk").values_list("name", flat=True).first()
    return known or plain


def choices_for(name: str, file: PublishedFile) -> tuple[Choice, ...]:
    """What was chosen for this publication's earlier issues, as far as the file still answers it."""
    return remembered_choices(_remembered(name), file)


def unanswered_choices(name: str, file: PublishedFile) -> tuple[Choice, ...]:
    """What was chosen of indicators that the file has, for rows that it has not: to be chosen anew."""
    kept = {(choice.key, choice.part) for choice in choices_for(name, file)}
    return tuple(
        one for one in _remembered(name) if one.indicator in file.indicators and (one.key, one.part) not in kept
    )


def _remembered(name: str) -> list[Choice]:
    rows = IndicatorMapping.objects.filter(publication=name)
    return [Choice(row.indicator, row.key, Part(row.part), tuple(sorted(row.filters.items()))) for row in rows]


def issue_faults(name: str, published_on: date | None) -> list[Finding]:
    """Why the issue's name or day cannot be taken. The day is set against the real calendar, not the board's."""
    faults = []
    if not name.strip():
        faults.append(
            error("no_name", "Say what the publication is called, such as “Characteristics of children in need”.")
        )
    if published_on is None:
        faults.append(error("no_day", "Say on which day it was published: the publication’s page has it."))
    elif published_on > timezone.localdate():
        faults.append(
            error(
                "day_to_come",
                f"The day of publication, {day(published_on)}, is still to come. Check the year.",
                found=published_on.isoformat(),
            )
        )
    return faults


def look_ahead(file: PublishedFile, choices: Sequence[Choice], issue: Issue) -> Outlook:
    """What loading the chosen indicators would do, storing nothing."""
    keys = describe_keys()
    filled, faults = check_choices(choices, file, keys)
    if faults:
        return Outlook(filled, tuple(faults), file.notes)
    figures, findings = assemble(file, filled, keys)
    errors = [finding for finding in findings if finding.is_error] + _too_early(figures, issue)
    queries = (*file.notes, *(finding for finding in findings if not finding.is_error))
    if errors:
        return Outlook(filled, tuple(errors), queries)
    changes, errors = compare(figures, keys, publication=issue.name, published_on=issue.published_on)
    changes = Changes(changes.differences, keys, (*queries, *changes.findings), changes.left_out)
    return Outlook(filled, tuple(errors), tuple(changes.findings), None if errors else changes)


def _too_early(figures: Sequence[PublishedFigure], issue: Issue) -> list[Finding]:
    """Errors for figures of a year that is not over, or was not when the publication is said to have come out."""
    latest = max(figures, key=lambda one: period_end(one.period), default=None)
    if latest is None:
        return []
    ended, label = period_end(latest.period), benchmark_period(latest.period)
    if ended > timezone.localdate():
        return [
            error(
                "future_period",
                f"Line {latest.line} gives a figure for {label}, which is not over: no figure can be known for it. "
                "Check the file’s time_period.",
                line=latest.line,
                found=latest.period,
            )
        ]
    if ended > issue.published_on:
        return [
            error(
                "published_too_early",
                f"The file has figures for {label}, so it cannot have been published on {day(issue.published_on)}. "
                "Check the day of publication.",
                line=latest.line,
                found=issue.published_on.isoformat(),
            )
        ]
    return []


@transaction.atomic
def store_issue(
    *,
    file: PublishedFile,
    choices: Sequence[Choice],
    issue: Issue,
    by: User | None,
    by_label: str = SYSTEM,
    agreed: str | None = None,
    confirmed: bool = False,
) -> tuple[Publication | None, Outlook]:
    """Store what is new or changed, with the publication, what was chosen of it, and an event.

    `agreed` is the fingerprint of the changes that were looked at: where they have become others, nothing is stored.
    Raises FileRefused for an error, for changes that nobody looked at, and for doubts that are not `confirmed`. None
    where every figure stands already.
    """
    _hold_lock()
    outlook = look_ahead(file, choices, issue)
    if outlook.changes is None:
        raise FileRefused(outlook.errors)
    if agreed is not None and agreed != outlook.changes.fingerprint:
        raise FileRefused(
            [
                error(
                    "changed_meanwhile", "The figures have changed since you looked, so nothing was stored. Look again."
                )
            ]
        )
    if outlook.has_nothing_new:
        return None, outlook
    if outlook.changes.needs_confirming and not confirmed:
        raise FileRefused(
            [
                error(
                    finding.code,
                    f"{finding.message} Nothing was stored: confirm that it is right.",
                    found=finding.found,
                )
                for finding in outlook.changes.needs_confirming
            ]
        )
    publication = Publication.objects.create(
        name=issue.name,
        published_on=issue.published_on,
        layout=file.layout,
        file_digest=issue.digest,
        loaded_by_label=str(by) if by else by_label,
        recorded_at=boardtime.now(),
    )
    _store_figures(outlook.changes, publication)
    _remember(outlook.choices, file, outlook.changes, publication)
    record_event(
        verb="publication.loaded",
        by=by,
        by_label=by_label,
        subject=publication,
        detail={
            "name": publication.name,
            "published_on": issue.published_on.isoformat(),
            "new": outlook.changes.count("new"),
            "changed": outlook.changes.count("changed"),
            "keys": sorted({one.figure.key for one in outlook.changes.to_store}),
        },
    )
    return publication, outlook


def _hold_lock() -> None:
    """One load at a time: a second waits, and then sees what the first stored."""
    list(Area.objects.select_for_update(no_key=True).filter(level=AreaLevel.NATIONAL).order_by("pk"))


def _store_figures(changes: Changes, publication: Publication) -> None:
    for one in changes.to_store:
        if one.area.pk is None:
            one.area.save()
    assert publication.published_on is not None
    source = f"{publication.name}, published on {day(publication.published_on)}"
    Benchmark.objects.bulk_create(
        (_row(one, changes.keys[one.figure.key], publication, source) for one in changes.to_store), batch_size=1000
    )


def _row(one: Difference, key: Key, publication: Publication, source: str) -> Benchmark:
    figure, before = one.figure, one.before
    keeps_parts = before is not None and not one.moves_value
    return Benchmark(
        key=figure.key,
        publication=publication,
        area=one.area,
        period=figure.period,
        value=figure.value,
        state=figure.state,
        # a part that the file was not asked for stays with the value that it belongs to
        numerator=before.numerator
        if before and keeps_parts and Part.NUMERATOR not in figure.parts
        else figure.numerator,
        denominator=before.denominator
        if before and keeps_parts and Part.DENOMINATOR not in figure.parts
        else figure.denominator,
        unit=key.unit,
        source=source[:250],
        published_on=publication.published_on,
        recorded_at=publication.recorded_at,
    )


def _remember(choices: Sequence[Choice], file: PublishedFile, changes: Changes, publication: Publication) -> None:
    """Keep what was chosen for the publication's next issue; what its other files' indicators are stays."""
    kept = IndicatorMapping.objects.filter(publication=publication.name)
    kept.filter(indicator__in=file.indicators).delete()
    for choice in choices:
        kept.filter(key=choice.key, part=choice.part).delete()
    IndicatorMapping.objects.bulk_create(
        IndicatorMapping(
            publication=publication.name,
            indicator=choice.indicator,
            filters=dict(choice.filters),
            key=choice.key,
            part=choice.part,
            unit=changes.keys[choice.key].unit,
            saved_by_label=publication.loaded_by_label,
        )
        for choice in choices
    )
