"""Year-end restatement: four quarters of one return in one upload, accepted together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, User
from accounts.trail import record_event
from dataset import boardtime
from dataset.definitions import ReturnType
from dataset.ingest import gathering
from dataset.ingest.counting import current_versions
from dataset.ingest.examining import Examined, check_table, compare_with_past
from dataset.ingest.findings import Finding, error
from dataset.ingest.forgetting import CANDIDATE_LIFE
from dataset.ingest.locking import hold_lock
from dataset.ingest.reading import UnreadableFile
from dataset.ingest.storing import AcceptanceRefused, accept_return, kept_file_name, store_candidate
from dataset.ingest.year_files import Part, SentFile, read_part, split_year
from dataset.models import QuarterlyReturn, Restatement, ReturnState
from dataset.periods import FinancialYear, Quarter
from dataset.versioning import compare_rows


@dataclass(frozen=True)
class YearReceipt:
    """What became of a year's upload: the findings of each quarter (None for the upload as a whole) and, where no
    quarter has an error, the restatement; `unchanged` are the quarters left as they stand."""

    findings: Mapping[Quarter | None, tuple[Finding, ...]]
    rows: Mapping[Quarter, int] = field(default_factory=dict)
    restatement: Restatement | None = None
    unchanged: tuple[Quarter, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for found in self.findings.values() for finding in found)


def receive_year(
    *, files: Mapping[Quarter, SentFile] | SentFile, return_type: ReturnType, supplier: Agency, year: FinancialYear,
    by: User | None, nil_where_empty: bool = False,
) -> YearReceipt:  # fmt: skip
    """Check four quarters' files, or one file of the year, and store them as candidates that belong together.

    One file is split by its column `quarter` or, without one, by the date that must lie in the quarter. With
    `nil_where_empty` a quarter without rows is a nil return. Nothing is stored where any quarter has an error.
    """
    quarters = year.quarters
    for quarter in quarters:
        if refusal := gathering.refuse_before_reading(return_type, supplier, quarter):
            return YearReceipt({None: refusal})
    parts: dict[Quarter, Part] = {}
    unreadable: dict[Quarter | None, tuple[Finding, ...]] = {}
    if isinstance(files, SentFile):
        try:
            split = split_year(files, return_type, supplier, quarters)
        except UnreadableFile as why:
            return YearReceipt({None: (error(why.code, str(why)),)})
        if isinstance(split, tuple):
            return YearReceipt({None: split})
        parts = split
    else:
        for quarter in quarters:
            try:
                parts[quarter] = read_part(files[quarter], return_type, supplier)
            except UnreadableFile as why:
                unreadable[quarter] = (error(why.code, str(why)),)
    if unreadable:
        return YearReceipt(unreadable)
    nil = {quarter: nil_where_empty and not part.sent.table.rows for quarter, part in parts.items()}
    examined = {
        quarter: check_table(part.sent, return_type=return_type, supplier=supplier, quarter=quarter, nil=nil[quarter])
        for quarter, part in parts.items()
    }
    receipt = YearReceipt(
        {quarter: one.findings for quarter, one in examined.items()},
        {quarter: one.rows for quarter, one in examined.items()},
    )
    if receipt.has_errors:
        return receipt
    return _store(receipt, parts, examined, nil, return_type, supplier, year, by)


@transaction.atomic
def _store(
    receipt: YearReceipt, parts: Mapping[Quarter, Part], examined: Mapping[Quarter, Examined],
    nil: Mapping[Quarter, bool], return_type: ReturnType, supplier: Agency, year: FinancialYear, by: User | None,
) -> YearReceipt:  # fmt: skip
    """Store the quarters in their order: each is compared with those of the same upload before it."""
    moment = timezone.now()
    restatement = Restatement.objects.create(
        return_type=return_type.code,
        supplier=supplier,
        area=gathering.board_area(),
        start_year=year.start_year,
        uploaded_by=by,
        uploaded_at=moment,
    )
    left: dict[Quarter, int] = {}  # quarters that the year leaves as they stand, and the version that does
    instead: dict[int, QuarterlyReturn] = {}
    findings: dict[Quarter | None, tuple[Finding, ...]] = {}
    for quarter, part in parts.items():
        current = gathering.current_version(return_type, supplier, quarter)
        candidate = QuarterlyReturn(
            return_type=return_type.code,
            supplier=supplier,
            area=restatement.area,
            quarter_ordinal=quarter.ordinal,
            nil=nil[quarter],
            file_name=kept_file_name(part.name, return_type),
            file_digest=part.digest,
            file_size=part.size,
            replaces_version=current.version if current else None,
            restatement=restatement,
            uploaded_by=by,
            uploaded_at=moment,
        )
        compared = compare_with_past(
            examined[quarter],
            return_type=return_type,
            supplier=supplier,
            quarter=quarter,
            nil=nil[quarter],
            instead=instead,
        )
        findings[quarter], _ = store_candidate(candidate, compared, return_type, instead)
        rows = compare_rows(current, candidate) if current else None
        if current and current.version and rows is not None and rows.is_none:
            candidate.delete()
            left[quarter] = current.version
        else:
            instead[quarter.ordinal] = candidate
    receipt = replace(receipt, findings=findings, unchanged=tuple(left))
    if not instead:
        restatement.delete()
        return receipt
    restatement.left_versions = {quarter.slug: version for quarter, version in left.items()}
    restatement.save(update_fields=["left_versions"])
    return replace(receipt, restatement=restatement)


def still_waits(restatement: Restatement) -> bool:
    """Whether the year may yet be accepted: it was not, and is not over a day old, after which its quarters go."""
    return restatement.accepted_at is None and restatement.uploaded_at >= timezone.now() - CANDIDATE_LIFE


def accept_year(*, restatement: Restatement, by: User | None, reason: str = "") -> list[QuarterlyReturn]:
    """Accept every quarter of the restatement at one moment, or none. Raises AcceptanceRefused, ReasonRefused."""
    with transaction.atomic():
        candidates = list(_candidates(restatement).select_related("supplier", "area"))
        if not candidates:
            raise AcceptanceRefused(
                "This year is no longer waiting: it was accepted, abandoned, or is over a day old. Look at the "
                "calendar, and upload it again if it is not there."
            )
        hold_lock(candidates[0])
        _refuse_moved_on(restatement, candidates[0])
        with boardtime.at(boardtime.now()):
            versions = [
                accept_return(candidate=candidate, by=by, reason=reason, with_its_year=True) for candidate in candidates
            ]
            restatement.accepted_at = boardtime.now()
        restatement.save(update_fields=["accepted_at"])
        record_event(
            verb="restatement.accepted",
            by=by,
            subject=restatement,
            agency=restatement.supplier,
            detail={"type": restatement.return_type, "year": str(restatement.year), "quarters": len(versions)},
        )
    return versions


def _refuse_moved_on(restatement: Restatement, candidate: QuarterlyReturn) -> None:
    """Refuse the year where a quarter that it leaves as it stood does not stand so any more."""
    standing = current_versions(candidate)
    for quarter in restatement.year.quarters:
        left, now = restatement.left_version(quarter), standing.get(quarter.ordinal)
        if left and (now is None or now.version != left):
            became = f"version {now.version} stands" if now else "that was withdrawn"
            raise AcceptanceRefused(
                f"Your upload left {quarter} as it stood, with version {left}, and now {became}. Look at it first; "
                "then upload the year again, so that you see what it changes now."
            )


def abandon_year(*, restatement: Restatement, by: User | None) -> bool:
    """Delete every candidate of the restatement; whether it still waited."""
    with transaction.atomic():
        first = _candidates(restatement).first()
        if first is None:
            return False
        hold_lock(first)
        if not _candidates(restatement).exists():
            return False
        _candidates(restatement).delete()
        record_event(verb="restatement.abandoned", by=by, subject=restatement, agency=restatement.supplier)
        restatement.delete()
    return True


def _candidates(restatement: Restatement) -> "QuerySet[QuarterlyReturn]":
    waiting = QuarterlyReturn.objects.filter(restatement=restatement, state=ReturnState.CANDIDATE)
    return waiting.order_by("quarter_ordinal")
