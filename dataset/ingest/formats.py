"""What kind of file these bytes are, by their content and never by the name: text, a workbook, or neither. [pure]"""

import io
import re
import zipfile
from dataclasses import dataclass
from enum import Enum

_SAVE_AS = (
    "Open it in Excel or LibreOffice, choose File, Save As, “CSV UTF-8 (Comma delimited)” or “Excel Workbook (.xlsx)”, "
    "and upload that file."
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MOST_PARTS = 2_000
_MOST_SWOLLEN = 200  # times its packed size; a sheet of equal rows packs to about a fortieth


class UnreadableFile(ValueError):
    """The file cannot be read as a table; the message says why and what to do. One finding for the whole file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest file that is read in one piece, whatever its kind."""

    content_bytes: int = 100_000_000
    rows: int = 500_000
    columns: int = 200
    cell_length: int = 2_000
    unpacked_bytes: int = 512 * 1024 * 1024


class FileKind(Enum):
    TEXT = "text"
    WORKBOOK = "workbook"  # .xlsx
    OLD_WORKBOOK = "old workbook"  # .xls


def kind_of(content: bytes, limits: Limits) -> FileKind:
    """What the bytes are. Raises UnreadableFile, each kind with a sentence of its own, for all that cannot be read."""
    if len(content) > limits.content_bytes:
        raise UnreadableFile(
            "too_big",
            f"The file is larger than {limits.content_bytes // 1_000_000} MB. "
            "Check that it is the right one; if it is, ask the board's administrator to load it.",
        )
    if not content:
        raise UnreadableFile(
            "empty_file",
            "The file is empty: it holds no bytes at all. Save the spreadsheet again, and upload that file.",
        )
    start = content[:1024]
    if start.startswith(_ZIP):
        _check_package(content, limits)
        return FileKind.WORKBOOK
    if start.startswith(_OLE):
        return _old_office_file(content)
    if start.lstrip().startswith(b"%PDF"):
        raise UnreadableFile(
            "pdf", f"This is a PDF document, not a spreadsheet. Find the spreadsheet that it was made from. {_SAVE_AS}"
        )
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|table|\?xml)", start, re.IGNORECASE):
        raise UnreadableFile(
            "web_page",
            "This is a web page or XML file, although its name may end in .csv or .xls: some systems export such "
            f"files. {_SAVE_AS}",
        )
    return FileKind.TEXT


def _old_office_file(content: bytes) -> FileKind:
    """The streams of an old Office file are named in UTF-16 in its directory."""
    if _has_stream(content, "EncryptedPackage") or _has_stream(content, "EncryptionInfo"):
        raise password_protected()
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return FileKind.OLD_WORKBOOK
    raise UnreadableFile(
        "not_text",
        "This is a Word document, an e-mail or another Office file, not a spreadsheet. Find the spreadsheet with the "
        f"rows. {_SAVE_AS}",
    )


def password_protected() -> UnreadableFile:
    return UnreadableFile(
        "password",
        "This workbook is protected with a password, so it cannot be read. Open it in Excel with its password, choose "
        "File, Info, Protect Workbook, Encrypt with Password, clear the password, save it, and upload it again.",
    )


def broken_workbook() -> UnreadableFile:
    return UnreadableFile(
        "broken_workbook",
        "This is an Excel workbook, but a damaged one. Open it in Excel, which may mend it, save it again "
        "as .xlsx, and upload that file.",
    )


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") + b"\x00\x00" in content


def _check_package(content: bytes, limits: Limits) -> None:
    """Refuse a zip that is no .xlsx workbook or would swell; nothing is unpacked but the list of its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise broken_workbook() from None
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        is_open_document = any(name.startswith("META-INF/manifest") for name in names)
        if is_open_document:
            raise UnreadableFile("open_document", f"This is an OpenDocument file (.ods), which is not read. {_SAVE_AS}")
        raise UnreadableFile(
            "not_text", "This is a zip archive. Take the spreadsheet out of it, and upload the spreadsheet alone."
        )
    if "xl/workbook.bin" in names:
        raise UnreadableFile("binary_workbook", f"This is a binary workbook (.xlsb), which is not read. {_SAVE_AS}")
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(
            "not_text",
            "This is a Word document or a presentation, not a spreadsheet. Find the spreadsheet with the rows. "
            f"{_SAVE_AS}",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise password_protected()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes or len(parts) > _MOST_PARTS or unpacked > _MOST_SWOLLEN * len(content):
        raise UnreadableFile(
            "too_big_unpacked",
            f"Unpacked, this workbook would take {unpacked / 1_000_000:,.0f} MB in {len(parts):,} parts, which no "
            "return does. Copy the rows of this quarter into the blank template, as values, and upload that.",
        )
