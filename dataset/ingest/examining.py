"""A file read, checked and compared with what is stored; nothing of it is stored here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from django.conf import settings

from accounts.models import Agency
from dataset.definitions import ReturnType
from dataset.ingest import gathering
from dataset.ingest.annotating import without_annotations
from dataset.ingest.checking import check_return
from dataset.ingest.findings import Finding, error
from dataset.ingest.header_line import DELIMITERS
from dataset.ingest.history import check_history
from dataset.ingest.keyfile import load_key
from dataset.ingest.mapping import remembered_names
from dataset.ingest.past import NOTHING_ELSE, Instead
from dataset.ingest.pseudonyms import hash_identifiers, key_fingerprint
from dataset.ingest.reading import Limits, TextTable, UnreadableFile, read_table, simplify
from dataset.ingest.renaming import Offer, name_both, offer_names, rename_columns
from dataset.ingest.stages import Tell, untold
from dataset.models import CheckStage
from dataset.periods import Quarter


@dataclass(frozen=True)
class SentTable:
    """A file's table with our column names, the header as it was written, and which names were replaced."""

    table: TextTable
    own_header: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    is_file: bool = True  # a nil return needs none

    @property
    def facts(self) -> dict[str, Any]:
        """How the file was read, as it is kept with the return and told on its pages; nothing where there is none."""
        if not self.is_file:
            return {}
        table = self.table
        return {
            "sheet": table.sheet,
            "encoding": "" if table.sheet else table.encoding,
            "delimiter": "" if table.sheet else DELIMITERS.get(table.delimiter, table.delimiter),
            "header_line": table.header_line,
            "rows": len(table.rows),
            "first_line": table.lines[0] if table.lines else None,
            "last_line": table.lines[-1] if table.lines else None,
            "renamed": dict(self.renamed),
        }


@dataclass(frozen=True)
class Examined:
    """What the check of a file came to. `sent` is None where no table could be read.

    Without an error the frame's identifiers are hashed under the key of that fingerprint.
    """

    findings: tuple[Finding, ...]
    rows: int = 0
    sent: SentTable | None = None
    frame: pd.DataFrame | None = None
    set_aside: int = 0
    fingerprint: str = ""
    offer: Offer = field(default_factory=Offer)

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)


def read_sent(
    content: bytes,
    return_type: ReturnType,
    supplier: Agency,
    *,
    nil: bool = False,
    renamed_before: Mapping[str, str] | None = None,
) -> SentTable:
    """The table in a supplier's file, its own names for columns understood. Raises UnreadableFile.

    `renamed_before` gives the names (ours: theirs) with which the same file was read before, which may have been
    forgotten since.
    """
    ours = tuple(column.name for column in return_type.columns)
    if nil and not content.strip():
        return SentTable(TextTable(header=ours, rows=[], lines=[], header_line=1), ours, is_file=False)
    remembered = remembered_names(supplier, return_type)
    before = renamed_before or {}
    written = (*before.values(), *(one.theirs_as_written for one in remembered))
    ours_of = {one.theirs: one.ours for one in remembered} | {simplify(theirs): name for name, theirs in before.items()}
    table = read_table(content, (*ours, *written), limits())
    table = without_annotations(table)
    header, renamed = rename_columns(table.header, ours_of, return_type)
    return SentTable(replace(table, header=header), table.header, renamed)


def limits() -> Limits:
    """The largest file that is read in one piece, as the settings have it."""
    return Limits(
        content_bytes=settings.UPLOAD_MAX_BYTES,
        unpacked_bytes=settings.UPLOAD_MAX_UNPACKED_BYTES,
        rows=settings.UPLOAD_MAX_ROWS,
        columns=settings.UPLOAD_MAX_COLUMNS,
        cell_length=settings.UPLOAD_MAX_CELL_LENGTH,
    )


def examine_file(
    *,
    content: bytes,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    nil: bool = False,
    tell: Tell = untold,
) -> Examined:
    """Every finding of a file, by its own cells and by what is stored; and the frame, where nothing stops it."""
    if refusal := gathering.refuse_before_reading(return_type, supplier, quarter):
        return Examined(refusal)
    try:
        sent = read_sent(content, return_type, supplier, nil=nil)
    except UnreadableFile as unreadable:
        return Examined((error(unreadable.code, str(unreadable)),))
    return examine_table(sent, return_type=return_type, supplier=supplier, quarter=quarter, nil=nil, tell=tell)


def examine_table(
    sent: SentTable,
    *,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    nil: bool = False,
    tell: Tell = untold,
) -> Examined:
    """`examine_file` from the point at which the file has been read."""
    examined = check_table(sent, return_type=return_type, supplier=supplier, quarter=quarter, nil=nil, tell=tell)
    if examined.has_errors:
        return examined
    tell(CheckStage.COMPARING)
    return compare_with_past(examined, return_type=return_type, supplier=supplier, quarter=quarter, nil=nil)


def check_table(
    sent: SentTable,
    *,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    nil: bool = False,
    tell: Tell = untold,
) -> Examined:
    """Every finding of a table by its own cells; without an error its frame, the identifiers hashed."""
    tell(CheckStage.CHECKING)
    context = gathering.checking_context(return_type, supplier, quarter, nil=nil)
    checked = check_return(sent.table, context)
    findings = name_both(checked.findings, sent.renamed)
    if checked.errors:
        return Examined(findings, checked.rows, sent, offer=offer_names(sent.table, return_type, quarter))
    frame, fingerprint = checked.frame, ""
    if return_type.identifiers:
        tell(CheckStage.HASHING)
        key = load_key(settings.IDENTIFIER_KEY_FILE, create=settings.IDENTIFIER_KEY_CREATE)
        fingerprint = key_fingerprint(key)
        if refusal := gathering.refuse_other_key(fingerprint):
            return Examined(refusal, checked.rows)
        area = gathering.board_area()
        frame = hash_identifiers(frame, return_type, area=area.code, space=supplier.identifier_space, key=key)
    return Examined(findings, checked.rows, sent, frame, checked.set_aside, fingerprint)


def compare_with_past(
    examined: Examined,
    *,
    return_type: ReturnType,
    supplier: Agency,
    quarter: Quarter,
    nil: bool = False,
    instead: Instead = NOTHING_ELSE,
) -> Examined:
    """The checked table, now also with the queries on what does not fit the quarters before it.

    `instead` gives the candidates, by quarter, that came in the same upload and count in the place of what stands.
    """
    assert examined.frame is not None
    assert examined.sent is not None
    context = gathering.checking_context(return_type, supplier, quarter, nil=nil)
    past = check_history(examined.frame, context, gathering.history(return_type, supplier, quarter, instead))
    return replace(examined, findings=tuple(sorted(examined.findings + name_both(past, examined.sent.renamed))))
