"""The only writer of returns: file → candidate → accepted version, each in one transaction."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

import pandas as pd
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Agency, User
from accounts.trail import SYSTEM, record_event
from dataset import boardtime
from dataset.definitions import ReturnType, State
from dataset.ingest import gathering
from dataset.ingest.checking import check_return
from dataset.ingest.counting import count_distinct, count_return
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.history import check_history
from dataset.ingest.keyfile import load_key
from dataset.ingest.names import identifies
from dataset.ingest.pseudonyms import hash_identifiers, key_fingerprint
from dataset.ingest.reading import TextTable, UnreadableFile, read_table
from dataset.ingest.records import store_records
from dataset.models import Figure, QuarterlyReturn, ReturnLock, ReturnState, StoredFinding
from dataset.periods import Quarter, Window

CANDIDATE_LIFE = timedelta(days=1)
_SUFFIX = re.compile(r"\.(?:csv|txt|tsv)", re.IGNORECASE)


class AcceptanceRefused(Exception):
    """The candidate cannot be accepted; the message is for the officer."""


@dataclass(frozen=True)
class Receipt:
    """What became of a file: its findings, and a candidate, or the current version where the file is the same."""

    findings: tuple[Finding, ...]
    rows: int = 0
    candidate: QuarterlyReturn | None = None
    unchanged: QuarterlyReturn | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def queries(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.QUERY)


def receive_file(
    *,
    content: bytes,
    file_name: str,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    by: User | None,
    by_label: str = "",
    nil: bool = False,
) -> Receipt:
    """Check a file and store it as a candidate; nothing is stored where it has an error.

    The same file as the current version is a no-op, told by `unchanged`.
    """
    if refusal := gathering.refuse_before_reading(return_type, supplier, quarter):
        return Receipt(findings=refusal)
    digest = hashlib.sha256(content).hexdigest()
    current = gathering.current_version(return_type, supplier, quarter)
    if current and current.file_digest == digest and current.nil == nil:
        return Receipt(findings=(), rows=current.row_count, unchanged=current)
    try:
        table = _read(content, return_type, nil)
    except UnreadableFile as unreadable:
        return Receipt(findings=(Finding(severity=Severity.ERROR, code=unreadable.code, message=str(unreadable)),))
    context = gathering.checking_context(return_type, supplier, quarter, nil=nil)
    checked = check_return(table, context)
    if checked.errors:
        return Receipt(findings=checked.findings, rows=checked.rows)
    frame, fingerprint = checked.frame, ""
    if return_type.identifiers:
        key = load_key(settings.IDENTIFIER_KEY_FILE, create=settings.IDENTIFIER_KEY_CREATE)
        fingerprint = key_fingerprint(key)
        if refusal := gathering.refuse_other_key(fingerprint):
            return Receipt(findings=refusal, rows=checked.rows)
        area = gathering.board_area()
        frame = hash_identifiers(frame, return_type, area=area.code, space=supplier.identifier_space, key=key)
    past = check_history(frame, context, gathering.history(return_type, supplier, quarter))
    findings = tuple(sorted(checked.findings + past))
    candidate = QuarterlyReturn(
        return_type=return_type.code,
        supplier=supplier,
        area=gathering.board_area(),
        quarter_ordinal=quarter.ordinal,
        nil=nil,
        file_name=_kept_file_name(file_name, return_type),
        file_digest=digest,
        file_size=len(content),
        row_count=len(frame),
        set_aside=checked.set_aside,
        absent_columns=_absent(table, return_type),
        key_fingerprint=fingerprint,
        replaces_version=current.version if current else None,
        uploaded_by=by,
        uploaded_by_label=by_label,
        uploaded_at=timezone.now(),
    )
    _store_candidate(candidate, frame, return_type, findings)
    return Receipt(findings=findings, rows=checked.rows, candidate=candidate)


@transaction.atomic
def _store_candidate(
    candidate: QuarterlyReturn, frame: pd.DataFrame, return_type: ReturnType, findings: tuple[Finding, ...]
) -> None:
    forgotten = QuarterlyReturn.objects.select_for_update(skip_locked=True).filter(
        state=ReturnState.CANDIDATE, uploaded_at__lt=timezone.now() - CANDIDATE_LIFE
    )
    QuarterlyReturn.objects.filter(pk__in=list(forgotten.values_list("pk", flat=True))).delete()
    candidate.save()
    if return_type.table and len(frame):
        prepared = return_type.prepare(frame, candidate.quarter) if return_type.prepare else frame
        store_records(candidate, prepared)
    elif not return_type.table:
        Figure.objects.bulk_create(_figures_of_counts(candidate, frame))
    StoredFinding.objects.bulk_create(
        StoredFinding(
            quarterly_return=candidate,
            severity=finding.severity,
            code=finding.code,
            line=finding.line,
            column=finding.column,
            found=finding.found[:200],
            expected=finding.expected[:300],
            message=finding.message[:600],
        )
        for finding in findings
    )
    record_event(
        verb="return.received",
        by=candidate.uploaded_by,
        by_label=candidate.uploaded_by_label or SYSTEM,
        subject=candidate,
        agency=candidate.supplier,
    )


def accept_return(*, candidate: QuarterlyReturn, by: User | None, by_label: str = "") -> QuarterlyReturn:
    """Make a candidate the next version, count it, and recount the distinct children that it reaches.

    Raises AcceptanceRefused where the candidate is gone, was accepted already, or another version was accepted since
    it was checked.
    """
    with transaction.atomic():
        ReturnLock.objects.get_or_create(return_type=candidate.return_type, area=candidate.area)
        ReturnLock.objects.select_for_update().get(return_type=candidate.return_type, area=candidate.area)
        version = QuarterlyReturn.objects.select_for_update(of=("self",)).filter(pk=candidate.pk).first()
        current = gathering.current_version_like(candidate)
        _refuse_stale(version, current)
        assert version is not None
        version.version = _last_number(version) + 1
        version.state = ReturnState.ACCEPTED
        version.accepted_by, version.accepted_at = by, boardtime.now()
        version.uploaded_by_label = by_label or version.uploaded_by_label
        version.save()
        _count(version)
        record_event(
            verb="return.accepted",
            by=by,
            by_label=version.uploaded_by_label or SYSTEM,
            subject=version,
            agency=version.supplier,
            detail={"type": version.return_type, "quarter": str(version.quarter), "version": version.version},
        )
    return version


def abandon_candidate(*, candidate: QuarterlyReturn, by: User | None) -> bool:
    """Delete a candidate with its records and findings; whether it was still there to delete.

    An accepted return is left alone, even where it was accepted a moment before.
    """
    with transaction.atomic():
        # Locked first: a delete that only looked could take what was accepted between its look and its delete.
        waiting = QuarterlyReturn.objects.select_for_update().filter(pk=candidate.pk, state=ReturnState.CANDIDATE)
        found = waiting.first()
        if found is None:
            return False
        found.delete()
        record_event(verb="return.abandoned", by=by, subject=candidate, agency=candidate.supplier)
    return True


def _last_number(like: QuarterlyReturn) -> int:
    """The highest version number of the return so far, withdrawn versions included."""
    return QuarterlyReturn.objects.versions_of(like).aggregate(last=Max("version"))["last"] or 0


def _refuse_stale(version: QuarterlyReturn | None, current: QuarterlyReturn | None) -> None:
    if version is None or (version.state == ReturnState.CANDIDATE and _is_forgotten(version)):
        raise AcceptanceRefused(
            "This upload is no longer waiting: it was abandoned or is over a day old. Upload it again."
        )
    if version.state == ReturnState.ACCEPTED:
        raise AcceptanceRefused(f"This upload has already been accepted, as version {version.version}.")
    if (current.version if current else None) != version.replaces_version:
        assert current is not None
        raise AcceptanceRefused(
            f"Version {current.version} of this return was accepted after you uploaded yours. "
            "Look at it first; if yours should replace it, upload your file again."
        )


def _is_forgotten(candidate: QuarterlyReturn) -> bool:
    """Whether it has waited for over a day: what it was checked against may have moved on."""
    return candidate.uploaded_at < timezone.now() - CANDIDATE_LIFE


def _count(version: QuarterlyReturn) -> None:
    moment = boardtime.now()
    figures = [] if version.return_type == "partner_counts" else count_return(version, counted_at=moment)
    Figure.objects.bulk_create(figures + count_distinct(version, counted_at=moment), batch_size=500)


def _read(content: bytes, return_type: ReturnType, nil: bool) -> TextTable:
    names = tuple(column.name for column in return_type.columns)
    if nil and not content.strip():
        return TextTable(header=names, rows=[], lines=[], header_line=1)
    return read_table(content, names)


def _kept_file_name(file_name: str, return_type: ReturnType) -> str:
    """The file's own name, or the return's where its own may identify a person."""
    name = PurePath(file_name.replace("\\", "/")).name
    suffix = PurePath(name).suffix
    if not identifies(name.removesuffix(suffix)) and not identifies(name):
        return name[-200:]
    return f"{return_type.code}{suffix.lower() if _SUFFIX.fullmatch(suffix) else '.csv'}"


def _absent(table: TextTable, return_type: ReturnType) -> list[str]:
    from dataset.ingest.headers import match_headers

    present = set(match_headers(table.header, return_type).values())
    return [column.name for column in return_type.columns if column.name not in present]


def _figures_of_counts(candidate: QuarterlyReturn, frame: pd.DataFrame) -> list[Figure]:
    figures = []
    for row in frame.itertuples(index=False):
        value = None if pd.isna(row.value) else int(row.value)
        state = State(row.state) if isinstance(row.state, str) and row.state else State.REPORTED
        figures.append(
            Figure(
                quarterly_return=candidate,
                item=row.item,
                quarter_ordinal=candidate.quarter_ordinal,
                window=Window.QUARTER,
                breakdown="" if pd.isna(row.breakdown) else row.breakdown,
                category="" if pd.isna(row.category) else row.category,
                value=value,
                state=state,
                note="" if pd.isna(row.note) else row.note[:300],
                counted_at=boardtime.now(),
            )
        )
    return figures
