"""The text of one cell → its typed value, or what is wrong with it. [pure]

One reader a kind of column. A reader is called once for each different text of a column, so it may take its time.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import islice

from dataset.definitions import Code, Column, ColumnKind
from dataset.ingest.reading import simplify
from dataset.periods import FinancialYear, Quarter

EARLIEST_DATE = date(1985, 1, 1)
LARGEST_NUMBER = 999_999_999
LABEL_LENGTH = 120

_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[ T]+(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)Z?)?"
_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_ISO_DATE = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})" + _TIME)
_NAMED_DATE = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ /.,\-]*([A-Za-z]{3,9})[ /.,\-]*(\d{4}|\d{2})" + _TIME, re.IGNORECASE
)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 25569, 60000
_MIDNIGHT = re.compile(r"[0:.]+|12([:.]00)+ ?am", re.IGNORECASE)
_SPREADSHEET_ERROR = re.compile(r"#+|#(N/A|[A-Z0-9_/]{2,15}[!?])", re.IGNORECASE)
_WHOLE = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.0*)?")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
_YES_NO = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_ODD_IDENTIFIER = re.compile(r"^(?:[^0-9\n]*|[0.]+|[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+|#.*)$", re.MULTILINE)
_NUMBERLIKE_LINE = re.compile(r"^\s*[0-9]+(?:\.0)?\s*$", re.MULTILINE)
_UNUSABLE = frozenset(
    "na n/a nan nil none null unknown notknown notrecorded tbc tba pending missing blank x xx xxx ? ?? ??? - -- . 0".split()
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text.

    `says` is a sentence in which {column} stands for the column's name and {found} for the text, or for `part` where
    only a part of it is wrong, or for their description where they may not be shown.
    """

    code: str
    says: str
    expected: str = ""
    part: str = ""


Reader = Callable[[str], object]


def read_texts(texts: Sequence[str], column: Column, quarter: Quarter) -> tuple[list[object], dict[int, Fault]]:
    """The value of each text (None for a permitted blank and for a fault), and the faults by their place."""
    read = reader_for(column, quarter)
    if column.kind is ColumnKind.IDENTIFIER:
        # all but a few of many different identifiers are plain, and one search over all of them finds those few
        joined = "\n".join(texts)
        odd = {joined.count("\n", 0, match.start()) for match in islice(_ODD_IDENTIFIER.finditer(joined), 50)}
        places: Iterable[int] = sorted(odd) if len(odd) < 50 else range(len(texts))
    else:
        places = range(len(texts))
    values: list[object] = list(texts)
    faults: dict[int, Fault] = {}
    for place in places:
        value = read(texts[place])
        if isinstance(value, Fault):
            faults[place], value = value, None
        values[place] = value
    return values, faults


def reader_for(column: Column, quarter: Quarter) -> Reader:
    """The function that reads a text of this column: a typed value, None for a permitted blank, or a Fault."""
    read = _reader_of_filled(column, quarter)

    def read_cell(text: str) -> object:
        if not text:
            if column.may_be_blank:
                return None
            return Fault("blank", f"{{column}} is blank and must be filled. {_filling(column)}", column.description)
        if text[0] == "#" and _SPREADSHEET_ERROR.fullmatch(text):
            return Fault(
                "error_cell",
                f"The spreadsheet shows the error {text} here. Correct its formula, or clear the cell if there is "
                "nothing to say.",
                "a value",
            )
        return read(text)

    return read_cell


def _reader_of_filled(column: Column, quarter: Quarter) -> Reader:
    match column.kind:
        case ColumnKind.IDENTIFIER:
            return read_identifier
        case ColumnKind.DATE:
            return lambda text: _read_date_of(text, column, quarter)
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            return lambda text: _read_number(text, column)
        case ColumnKind.YES_NO:
            return _read_yes_no
        case ColumnKind.CODE:
            return lambda text: _read_code(text, column, quarter)
        case ColumnKind.CODES:
            return lambda text: _read_codes(text, column, quarter)
        case _:
            return lambda text: _read_label(text, column)


def normalise(value: str) -> str:
    """An identifier as it is compared and hashed: NFKC, trimmed, upper case, and for a number that is all digits
    without a spreadsheet's '.0' and without leading noughts."""
    text = (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip().upper()
    digits = text.removesuffix(".0")
    if digits.isascii() and digits.isdigit():
        return digits.lstrip("0") or "0"
    return text


def normalise_all(texts: Sequence[str]) -> list[str]:
    """`normalise` of each text."""
    joined = "\n".join(texts)
    if joined.isascii() and not _NUMBERLIKE_LINE.search(joined):
        return [text.strip() for text in joined.upper().split("\n")]
    return [normalise(text) for text in texts]


def read_identifier(text: str) -> str | Fault:
    if text.casefold().replace(" ", "") in _UNUSABLE or normalise(text) == "0":
        return Fault(
            "unusable_identifier",
            "{column} holds a word or mark that means 'none' instead of an identifier; every such row would be taken "
            "for the same one. Give your system's own number.",
            "your system's own number",
        )
    if text[0].isdigit() and _ROUNDED.fullmatch(text):
        return Fault(
            "rounded_identifier",
            "The spreadsheet has rounded the long number in {column} (it ends in E+ and a power). Export it again "
            "with the column formatted as text.",
            "the whole number, as text",
        )
    return text


def parse_date(text: str) -> date | Fault:
    """A date written day first, in ISO form or as a spreadsheet's serial number."""
    if match := _NUMERIC_DATE.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), match[4]
        if day <= 12 < month <= 31:
            return Fault("month_first_dates", "", "31/03/2017")
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = match[1], int(match[3]), int(match[4])
    elif match := _NAMED_DATE.fullmatch(text):
        day, month, year = int(match[1]), _MONTHS.get(match[2].casefold(), 0), match[3]
    elif (match := _SERIAL.fullmatch(text)) and _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        if match[2] and match[2].strip(".0"):
            return _with_time()
        return date(1899, 12, 30) + timedelta(days=int(match[1]))
    else:
        return _not_a_date()
    if len(year) == 2:
        return Fault(
            "two_digit_year",
            "The year of {found} has two digits, so its century is a guess. Format the column as dd/mm/yyyy.",
            "a year of four digits, like 31/03/2017",
        )
    if (time := match["time"]) and not _MIDNIGHT.fullmatch(time):
        return _with_time()
    try:
        return date(int(year), month, day)
    except ValueError:
        return _not_a_date()


def _not_a_date() -> Fault:
    return Fault(
        "not_a_date",
        "{found} in {column} is not a date. Write the day first, like 31/03/2017.",
        "a date like 31/03/2017",
    )


def _with_time() -> Fault:
    return Fault(
        "date_with_time",
        "{found} in {column} has a time of day. Give the date alone, like 31/03/2017.",
        "a date without a time",
    )


def _read_date_of(text: str, column: Column, quarter: Quarter) -> date | Fault:
    day = parse_date(text)
    if isinstance(day, Fault):
        return day
    last = FinancialYear(quarter.start_year + 1).end
    if not EARLIEST_DATE <= day <= last:
        return Fault(
            "date_out_of_range",
            f"{{found}} in {{column}} cannot be right: dates from {_long(EARLIEST_DATE)} to {_long(last)} are taken.",
            f"{_short(EARLIEST_DATE)} to {_short(last)}",
        )
    if column.in_quarter and not quarter.start <= day <= quarter.end:
        return Fault(
            "not_in_quarter",
            f"{{found}} in {{column}} is not in {quarter}, which runs from {_long(quarter.start)} to "
            f"{_long(quarter.end)}. Check that you chose the right quarter; leave rows of other quarters out.",
            f"{_short(quarter.start)} to {_short(quarter.end)}",
        )
    return day


def _read_yes_no(text: str) -> bool | Fault:
    answer = _YES_NO.get(text.casefold())
    if answer is None:
        return Fault("not_yes_or_no", "{found} in {column} is neither yes nor no. Write yes or no.", "yes or no")
    return answer


def _read_number(text: str, column: Column) -> int | float | Fault:
    is_whole = column.kind is ColumnKind.INTEGER
    plain = text.replace("−", "-").replace(" ", "")
    value: int | float
    if whole := _WHOLE.fullmatch(plain):
        value = int((whole[1] + whole[2]).replace(",", "")[:20])
    elif _DECIMAL.fullmatch(plain) and any(map(str.isdigit, plain)):
        if is_whole:
            return Fault(
                "not_a_whole_number",
                "{found} in {column} is not a whole number. Write it without a decimal point.",
                "a whole number",
            )
        value = float(plain.replace(",", ""))
    else:
        what = "a whole number" if is_whole else "a number"
        return Fault("not_a_number", f"{{found}} in {{column}} is not a number. Write {what} in figures.", what)
    return _within_bounds(value, column)


def _within_bounds(value: int | float, column: Column) -> int | float | Fault:
    lowest = column.minimum if column.minimum is not None else -LARGEST_NUMBER
    highest = column.maximum if column.maximum is not None else LARGEST_NUMBER
    if value < lowest:
        return Fault(
            "too_small",
            f"{{found}} in {{column}} is too small; the lowest possible is {lowest:,g}. Correct it.",
            f"{lowest:,g} or more",
        )
    if value > highest:
        top = f"{highest:,g}" if column.maximum is not None else f"{LARGEST_NUMBER:,}"
        return Fault(
            "too_large",
            f"{{found}} in {{column}} is too large; the highest possible is {top}. Correct it.",
            f"{top} or less",
        )
    return value


def _read_label(text: str, column: Column) -> str | Fault:
    longest = int(column.maximum or LABEL_LENGTH)
    if len(text) > longest:
        return Fault(
            "too_long",
            f"{{column}} holds {len(text)} characters; at most {longest} are kept. Shorten it.",
            f"at most {longest} characters",
        )
    return " ".join(text.split())


def _read_code(text: str, column: Column, quarter: Quarter) -> str | Fault:
    code = find_code(text, column)
    if code is None:
        return _unknown_code(text, column, quarter)
    return _in_force(code, column, quarter) or code.value


def _read_codes(text: str, column: Column, quarter: Quarter) -> str | Fault:
    whole = find_code(text, column)
    parts = [text] if whole else [part for part in re.split(r"[\s,;]+", text) if part]
    values: dict[str, None] = {}
    for part in parts:
        read = _read_code(part, column, quarter)
        if isinstance(read, Fault):
            return replace(read, part=part)
        values[read] = None
    return " ".join(values)


def find_code(text: str, column: Column) -> Code | None:
    """The code that a text names, also where only spaces, hyphens or a spreadsheet's '.0' differ."""
    plain = " ".join(text.split())
    if code := column.code_of(plain) or column.code_of(plain.removesuffix(".0")):
        return code
    simple = simplify(plain)
    return next((code for name, code in column.lookup.items() if simplify(name) == simple), None)


def _in_force(code: Code, column: Column, quarter: Quarter) -> Fault | None:
    if code.is_in_force(quarter.start_year):
        return None
    first, last = code.first_year, code.last_year
    if first and quarter.start_year < first:
        span = f"came in with {FinancialYear(first)}"
    else:
        span = f"went out after {FinancialYear(last or 0)}"
    return Fault(
        "code_not_in_force",
        f"{code.value} ({code.label}) in {{column}} {span} and cannot be used for {quarter.year}. "
        "Use the code of that year.",
        f"a code of {quarter.year}",
    )


def _unknown_code(text: str, column: Column, quarter: Quarter) -> Fault:
    codes = [code for code in column.codes if code.is_in_force(quarter.start_year)]
    near = nearest(text, [name for code in codes for name in (code.value, code.label, *code.aliases)])
    meant = find_code(near, column) if near else None
    hint = f" Did you mean {_named(meant)}?" if meant else ""
    listed = shorten(", ".join(map(_named, codes)), 280)
    return Fault(
        "unknown_code",
        f"{{found}} is not one of the codes of {{column}}.{hint} It takes: {shorten(listed, 200)}.",
        listed,
    )


def _named(code: Code) -> str:
    return code.value if code.value.casefold() == code.label.casefold() else f"{code.value} ({code.label})"


def nearest(text: str, names: Iterable[str]) -> str:
    """The name most like the text, empty where none is."""
    by_simple = {simplify(name): name for name in names}
    close = get_close_matches(simplify(text)[:60], list(by_simple), n=1, cutoff=0.6)
    return by_simple[close[0]] if close else ""


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip(" ,") + "…"


def _filling(column: Column) -> str:
    if column.kind is ColumnKind.IDENTIFIER:
        return "Give your system's own number."
    return f"For example: {column.example}." if column.example else "Fill it in."


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"
