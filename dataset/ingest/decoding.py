"""A text file's bytes → its text with plain line ends and spaces. [pure]"""

import codecs
import re

from dataset.ingest.formats import UnreadableFile

_SEPARATOR_LINE = re.compile(r'\A\s*"?sep=(.)"?[ ,;\t|]*\n', re.IGNORECASE)
_TYPOGRAPHIC_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad", "")
_CONTROLS = {chr(code): "" for code in range(32) if chr(code) not in "\n\t"} | {"\x7f": "", "\x85": "\n"}
_REPLACED = _TYPOGRAPHIC_SPACES | _INVISIBLE | _CONTROLS
_ODDITY = re.compile(f"[{re.escape(''.join(_REPLACED))}]")
# as UTF-8 writes £, letters with accents and typographic quotes: nonsense in any other encoding
_IN_UTF8 = re.compile(rb"[\xc2\xc3][\x80-\xbf](?![\x80-\xbf])|\xe2\x80[\x80-\xbf]")


def decode(content: bytes) -> tuple[str, str]:
    """The text and the encoding it was written in. Raises UnreadableFile where it is none, or two."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decode_as(content, (encoding,))
    if b"\x00" in content:
        return _decode_as(content, (_unmarked_utf16(content),))
    return _decode_as(content, ("utf-8", "cp1252"))


def _unmarked_utf16(content: bytes) -> str:
    """UTF-16 without its mark shows by noughts in every second place of plain letters."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = len(content) // 2
    if len(content) % 2 == 0 and max(even, odd) > 0.7 * half > 10 * min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    raise _not_text("it holds bytes that no text has")


def _decode_as(content: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as fault:
            if encoding.startswith("utf-8"):
                _refuse_two_encodings(content, fault.start, has_mark=encoding == "utf-8-sig")
            continue
        if "\x00" not in text:
            return text, encoding
    raise _not_text("it is not text in an encoding that a spreadsheet writes")


def _refuse_two_encodings(content: bytes, broken_at: int, *, has_mark: bool) -> None:
    """Raise where letters beyond ASCII are written in two ways: guessing would spoil one kind or the other."""
    in_utf8 = _IN_UTF8.search(content)
    if in_utf8 is None and not has_mark:
        return
    line = content.count(b"\n", 0, max(broken_at, in_utf8.start() if in_utf8 else 0)) + 1
    raise UnreadableFile(
        "two_encodings",
        f"The file is written in two ways: up to about line {line} letters such as é or £ are encoded otherwise than "
        "from there on, as when one file is pasted to the end of another. Open it in Excel, look whether all letters "
        "are right, save it as “CSV UTF-8” or .xlsx, and upload that file.",
    )


def _not_text(why: str) -> UnreadableFile:
    return UnreadableFile(
        "not_text",
        f"This is neither a CSV file nor a workbook: {why}. In Excel choose File, Save As, “CSV UTF-8 (Comma "
        "delimited)” or “Excel Workbook (.xlsx)”, and upload that file.",
    )


def tidy(text: str) -> tuple[str, str]:
    """The text with plain line ends and spaces, without a leading 'sep=' line; and the delimiter that line names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or _ODDITY.search(text):
        text = _ODDITY.sub(lambda found: _REPLACED[found[0]], text)
    # Excel obeys a 'sep=' line and does not show it, so that the line after it is the spreadsheet's first.
    if declared := _SEPARATOR_LINE.match(text):
        return text[declared.end() :], declared[1]
    return text, ""


def tidy_cell(text: str) -> str:
    """A workbook's cell with plain spaces."""
    if text.isascii() and not _ODDITY.search(text):
        return text
    return _ODDITY.sub(lambda found: _REPLACED[found[0]], text)
