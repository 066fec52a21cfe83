"""Year-end restatement: four quarters of one return in one upload, accepted together or not at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, User
from accounts.trail import record_event
from dataset import boardtime
from dataset.definitions import ReturnType
from dataset.ingest import gathering
from dataset.ingest.counting import current_versions
from dataset.ingest.dates import parse_date
from dataset.ingest.examining import Examined, SentTable, check_table, compare_with_past, read_sent
from dataset.ingest.findings import Finding, error
from dataset.ingest.forgetting import CANDIDATE_LIFE
from dataset.ingest.locking import hold_lock
from dataset.ingest.reading import UnreadableFile, simplify
from dataset.ingest.storing import AcceptanceRefused, accept_return, kept_file_name, store_candidate
from dataset.models import QuarterlyReturn, Restatement, ReturnState
from dataset.periods import FinancialYear, PeriodError, Quarter
from dataset.returns import RETURN_TYPES
from dataset.versioning import compare_rows

QUARTER_COLUMN = "quarter"


@dataclass(frozen=True)
class SentFile:
    content: bytes
    name: str


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


@dataclass(frozen=True)
class _Part:
    """One quarter of the year, as it was sent."""

    sent: SentTable
    digest: str
    size: int
    name: str


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
    parts: dict[Quarter, _Part] = {}
    unreadable: dict[Quarter | None, tuple[Finding, ...]] = {}
    if isinstance(files, SentFile):
        try:
            split = _split(files, return_type, supplier, quarters)
        except UnreadableFile as why:
            return YearReceipt({None: (error(why.code, str(why)),)})
        if isinstance(split, tuple):
            return YearReceipt({None: split})
        parts = split
    else:
        for quarter in quarters:
            try:
                parts[quarter] = _read(files[quarter], return_type, supplier)
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
    receipt: YearReceipt, parts: Mapping[Quarter, _Part], examined: Mapping[Quarter, Examined],
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


def _read(file: SentFile, return_type: ReturnType, supplier: Agency) -> _Part:
    sent = read_sent(file.content, return_type, supplier)
    return _Part(sent, hashlib.sha256(file.content).hexdigest(), len(file.content), file.name)


def read_file_of(version: QuarterlyReturn, content: bytes) -> SentTable | None:
    """The version's table in its own file sent again, of a year's file its quarter; None where it is another file.

    Raises UnreadableFile where it cannot be read any more, as when a year's names of columns were forgotten since.
    """
    return_type, digest = RETURN_TYPES[version.return_type], hashlib.sha256(content).hexdigest()
    if digest == version.file_digest:
        renamed = version.read_as.get("renamed", {})
        return read_sent(content, return_type, version.supplier, nil=version.nil, renamed_before=renamed)
    if not version.restatement or _digest_of_part(digest, version.quarter) != version.file_digest:
        return None
    quarters = version.restatement.year.quarters
    split = _split(SentFile(content, version.file_name), return_type, version.supplier, quarters)
    if isinstance(split, tuple):
        raise UnreadableFile(split[0].code, split[0].message)
    return split[version.quarter].sent


def _split(
    file: SentFile, return_type: ReturnType, supplier: Agency, quarters: tuple[Quarter, ...]
) -> dict[Quarter, _Part] | tuple[Finding, ...]:
    """The year's file by quarter, or why it cannot be split: every row must say its quarter."""
    whole = _read(file, return_type, supplier)
    table = whole.sent.table
    names = [simplify(name) for name in table.header]
    dated = next((column for column in return_type.columns if column.in_quarter), None)
    if QUARTER_COLUMN in names:
        place, name = names.index(QUARTER_COLUMN), QUARTER_COLUMN
        of_row = [_quarter_named(row[place]) for row in table.rows]
    elif dated is not None and simplify(dated.name) in names:
        place, name = names.index(simplify(dated.name)), dated.name
        read = {text: _quarter_of_date(text) for text in {row[place] for row in table.rows}}
        of_row = [read[row[place]] for row in table.rows]
    else:
        return (_no_quarter(return_type),)
    faults = tuple(
        error(
            "quarter_not_of_year",
            f"This row’s {name} tells no quarter of {quarters[0].year}. Correct it, or leave the row out.",
            line=line,
            column=name,
            expected=f"a quarter of {quarters[0].year}, such as {quarters[0]}"
            if name == QUARTER_COLUMN
            else f"a date from {quarters[0].start:%d/%m/%Y} to {quarters[-1].end:%d/%m/%Y}",
        )
        for line, quarter in zip(table.lines, of_row, strict=True)
        if quarter not in quarters
    )
    if faults:
        return faults
    return {quarter: _part_of(whole, quarter, of_row, names) for quarter in quarters}


def _part_of(whole: _Part, quarter: Quarter, of_row: list[Quarter | None], names: list[str]) -> _Part:
    table = whole.sent.table
    keep = [place for place, name in enumerate(names) if name != QUARTER_COLUMN]
    held = [row for row, one in enumerate(of_row) if one == quarter]
    lines = [table.lines[row] for row in held]
    is_held = set(lines)
    part = replace(
        table,
        header=tuple(table.header[place] for place in keep),
        rows=[[table.rows[row][place] for place in keep] for row in held],
        lines=lines,
        long_lines=tuple(line for line in table.long_lines if line in is_held),
        short_lines=tuple(line for line in table.short_lines if line in is_held),
    )
    own_header = tuple(whole.sent.own_header[place] for place in keep)
    sent = replace(whole.sent, table=part, own_header=own_header)
    return _Part(sent, _digest_of_part(whole.digest, quarter), whole.size, whole.name)


def _digest_of_part(whole: str, quarter: Quarter) -> str:
    """What tells one quarter of a year's file from its others, which all came in the same bytes."""
    return hashlib.sha256(f"{whole} {quarter.slug}".encode()).hexdigest()


def _quarter_named(text: str) -> Quarter | None:
    try:
        return Quarter.parse(text)
    except PeriodError:
        return None


def _quarter_of_date(text: str) -> Quarter | None:
    day = parse_date(text) if text else None
    return Quarter.of(day) if isinstance(day, date) else None


def _no_quarter(return_type: ReturnType) -> Finding:
    return error(
        "no_quarter",
        f"The rows of “{return_type.title}” do not say by themselves which quarter they are for. Add a column named "
        "quarter (such as 2016-17 Q1) to the file, or send four files, one for each quarter.",
        column=QUARTER_COLUMN,
        expected="a column named quarter, or four files",
    )
