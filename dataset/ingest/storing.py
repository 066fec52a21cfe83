"""The only writer of returns: file → candidate → accepted version, each in one transaction."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath

import pandas as pd
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Agency, User
from accounts.trail import SYSTEM, record_event
from dataset import boardtime
from dataset.definitions import ReturnType, State
from dataset.ingest import gathering
from dataset.ingest.answering import carry_answers, carry_late_answers
from dataset.ingest.counting import count_distinct, count_return
from dataset.ingest.examining import Examined, SentTable, examine_file
from dataset.ingest.findings import Finding, Severity
from dataset.ingest.forgetting import delete_forgotten, is_forgotten
from dataset.ingest.locking import hold_lock
from dataset.ingest.names import identifies
from dataset.ingest.past import NOTHING_ELSE, Instead, odd_totals
from dataset.ingest.reading import TextTable
from dataset.ingest.record_keys import record_keys
from dataset.ingest.records import store_records
from dataset.ingest.renaming import Offer
from dataset.ingest.revising import reason_problem
from dataset.ingest.stages import Tell, untold
from dataset.models import CheckStage, Figure, QuarterlyReturn, ReturnState, StoredFinding
from dataset.periods import Quarter, Window

PRESSED_TWICE = timedelta(minutes=1)
OF_A_RESTATEMENT = "This quarter is one of a year that was uploaded together: it is accepted with its year."
_SUFFIX = re.compile(r"\.(?:csv|txt|tsv)", re.IGNORECASE)


class AcceptanceRefused(Exception):
    """The candidate cannot be accepted; the message is for the officer."""


class ReasonRefused(AcceptanceRefused):
    """The candidate changes accepted totals and no reason was given, or one that cannot be kept."""


@dataclass(frozen=True)
class Receipt:
    """What became of a file: its findings, and a candidate, or the current version where the file is the same.

    `sent` is the file's table, None where it could not be read; `offer` what may be asked about its column names;
    `carried` how many answers to queries were taken over from the version before.
    """

    findings: tuple[Finding, ...]
    rows: int = 0
    candidate: QuarterlyReturn | None = None
    unchanged: QuarterlyReturn | None = None
    sent: SentTable | None = None
    offer: Offer = field(default_factory=Offer)
    carried: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def queries(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.QUERY)


Stored = tuple[tuple[Finding, ...], int]  # a candidate's findings, and how many answers it took over
Store = Callable[[QuarterlyReturn, Examined, ReturnType], Stored]


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
    tell: Tell = untold,
    store: Store | None = None,
) -> Receipt:
    """Check a file and store it as a candidate; nothing is stored where it has an error.

    The same file as the current version is a no-op, told by `unchanged`; the same as the same person sent a moment
    before, as when the button is pressed twice, gives that candidate again. `tell` hears of each stage, never within
    a transaction of ours; `store` is `store_candidate` and more in one transaction, for a file that was staged, of
    which there is only one.
    """
    if refusal := gathering.refuse_before_reading(return_type, supplier, quarter):
        return Receipt(findings=refusal)
    digest = hashlib.sha256(content).hexdigest()
    current = gathering.current_version(return_type, supplier, quarter)
    if current and current.file_digest == digest and current.nil == nil:
        return Receipt(findings=(), rows=current.row_count, unchanged=current)
    examined = examine_file(
        content=content, return_type=return_type, supplier=supplier, quarter=quarter, nil=nil, tell=tell
    )
    if examined.has_errors:
        return Receipt(findings=examined.findings, rows=examined.rows, sent=examined.sent, offer=examined.offer)
    candidate = QuarterlyReturn(
        return_type=return_type.code,
        supplier=supplier,
        area=gathering.board_area(),
        quarter_ordinal=quarter.ordinal,
        nil=nil,
        file_name=kept_file_name(file_name, return_type),
        file_digest=digest,
        file_size=len(content),
        replaces_version=current.version if current else None,
        uploaded_by=by,
        uploaded_by_label=by_label,
        uploaded_at=timezone.now(),
    )
    tell(CheckStage.STORING)
    with transaction.atomic():
        if store is None and (first := _sent_just_before(candidate, examined)):
            return Receipt(findings=examined.findings, rows=examined.rows, candidate=first, sent=examined.sent)
        findings, carried = (store or store_candidate)(candidate, examined, return_type)
    return Receipt(findings=findings, rows=examined.rows, candidate=candidate, sent=examined.sent, carried=carried)


def _sent_just_before(candidate: QuarterlyReturn, examined: Examined) -> QuarterlyReturn | None:
    """The candidate that the same person made a moment ago of the same file, read in the same way.

    Waits for that person's other upload, where one is being stored.
    """
    assert examined.sent is not None
    if candidate.uploaded_by is None:
        return None
    User.objects.select_for_update(no_key=True).get(pk=candidate.uploaded_by.pk)
    return (
        QuarterlyReturn.objects.filter(
            state=ReturnState.CANDIDATE,
            restatement=None,
            return_type=candidate.return_type,
            supplier=candidate.supplier,
            area=candidate.area,
            quarter_ordinal=candidate.quarter_ordinal,
            nil=candidate.nil,
            file_digest=candidate.file_digest,
            replaces_version=candidate.replaces_version,
            read_as=examined.sent.facts,
            uploaded_by=candidate.uploaded_by,
            uploaded_at__gte=candidate.uploaded_at - PRESSED_TWICE,
        )
        .order_by("-pk")
        .first()
    )


@transaction.atomic
def store_candidate(
    candidate: QuarterlyReturn, examined: Examined, return_type: ReturnType, instead: Instead = NOTHING_ELSE
) -> Stored:
    """Store a candidate whole, of what the check of its file came to; all but who sent what for when is filled in.

    Gives its findings, now with those on its totals, and how many answers it took over. `instead` are the candidates
    of the same upload that its totals are held against in the place of what stands.
    """
    assert examined.frame is not None
    assert examined.sent is not None
    frame, findings = examined.frame, examined.findings
    candidate.row_count, candidate.set_aside = len(frame), examined.set_aside
    candidate.absent_columns = _absent(examined.sent.table, return_type)
    candidate.read_as, candidate.key_fingerprint = examined.sent.facts, examined.fingerprint
    delete_forgotten()
    candidate.save()
    if return_type.table and len(frame):
        prepared = return_type.prepare(frame, candidate.quarter) if return_type.prepare else frame
        store_records(candidate, prepared)
    elif not return_type.table:
        Figure.objects.bulk_create(_figures_of_counts(candidate, frame))
    lines = {} if return_type.table else _lines_of_totals(frame)
    findings = tuple(sorted([*findings, *odd_totals(candidate, lines, instead)]))
    records = record_keys(frame, return_type, {finding.line for finding in findings if finding.line})
    stored, carried = carry_answers(candidate, findings, records)
    StoredFinding.objects.bulk_create(stored)
    record_event(
        verb="return.received",
        by=candidate.uploaded_by,
        by_label=candidate.uploaded_by_label or SYSTEM,
        subject=candidate,
        agency=candidate.supplier,
    )
    return findings, carried


def accept_return(
    *, candidate: QuarterlyReturn, by: User | None, by_label: str = "", reason: str = "", with_its_year: bool = False
) -> QuarterlyReturn:
    """Make a candidate the next version, count it, and recount the distinct children that it reaches.

    `reason` says why an accepted quarter is revised. One of a restatement is only accepted with its year. Raises
    AcceptanceRefused where the candidate is gone, was accepted already, or another version was accepted since it was
    checked; ReasonRefused where a reason is needed, or the one given cannot be kept.
    """
    with transaction.atomic():
        hold_lock(candidate)
        version = QuarterlyReturn.objects.select_for_update(of=("self",)).filter(pk=candidate.pk).first()
        current = gathering.current_version_like(candidate)
        _refuse_stale(version, current)
        assert version is not None
        if version.restatement_id and not with_its_year:
            raise AcceptanceRefused(OF_A_RESTATEMENT)
        version.revision_reason = " ".join(reason.split())
        if problem := reason_problem(version, version.revision_reason):
            raise ReasonRefused(problem)
        version.version = _last_number(version) + 1
        version.state = ReturnState.ACCEPTED
        version.accepted_by, version.accepted_at = by, boardtime.now()
        version.uploaded_by_label = by_label or version.uploaded_by_label
        version.save()
        carry_late_answers(version)
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
        if found is None or found.restatement_id:
            return False
        found.delete()
        record_event(verb="return.abandoned", by=by, subject=candidate, agency=candidate.supplier)
    return True


def _last_number(like: QuarterlyReturn) -> int:
    """The highest version number of the return so far, withdrawn versions included."""
    return QuarterlyReturn.objects.versions_of(like).aggregate(last=Max("version"))["last"] or 0


def _refuse_stale(version: QuarterlyReturn | None, current: QuarterlyReturn | None) -> None:
    if version is None or is_forgotten(version):
        raise AcceptanceRefused(
            "This upload is no longer waiting: it was abandoned or is over a day old. Upload it again."
        )
    if version.state != ReturnState.CANDIDATE:
        raise AcceptanceRefused(f"This upload has already been accepted, as version {version.version}.")
    if problem := why_stale(version, current):
        raise AcceptanceRefused(problem)


def why_stale(candidate: QuarterlyReturn, current: QuarterlyReturn | None) -> str:
    """How what stands, `current`, has changed since the candidate was uploaded; empty where it has not."""
    if (current.version if current else None) == candidate.replaces_version:
        return ""
    if current is None or (current.version or 0) < (candidate.replaces_version or 0):
        return (
            f"Version {candidate.replaces_version} of this return was withdrawn after you uploaded yours. Upload your "
            "file again, so that you see what it changes now."
        )
    return (
        f"Version {current.version} of this return was accepted after you uploaded yours. "
        "Look at it first; if yours should replace it, upload your file again."
    )


def _count(version: QuarterlyReturn) -> None:
    moment = version.accepted_at
    assert moment is not None
    figures = [] if version.return_type == "partner_counts" else count_return(version, counted_at=moment)
    Figure.objects.bulk_create(figures + count_distinct(version, counted_at=moment), batch_size=500)


def kept_file_name(file_name: str, return_type: ReturnType) -> str:
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


def _lines_of_totals(frame: pd.DataFrame) -> dict[str, int]:
    """The line on which a counts return gives each item's total."""
    totals = frame[frame["breakdown"].fillna("") == ""]
    return {item: int(line) for item, line in zip(totals["item"], totals["line"], strict=True)}


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
