"""The text of one cell → its typed value, or what is wrong with it. [pure]

One reader a kind of column. A reader is called once for each different text of a column, so it may take its time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from dataset.definitions import Code, Column, ColumnKind
from dataset.ingest.dates import read_date
from dataset.ingest.faults import Fault, nearest, shorten
from dataset.ingest.identifiers import odd_places, read_identifier
from dataset.ingest.marks import state_of_mark
from dataset.ingest.reading import simplify
from dataset.periods import FinancialYear, Quarter

LARGEST_NUMBER = 999_999_999
LABEL_LENGTHS = {"session_id": 40, "locality": 60, "note": 300}  # what is kept of a label, by its column
LABEL_LENGTH = 120

_SPREADSHEET_ERROR = re.compile(r"#+|#(N/A|[A-Z0-9_/]{2,15}[!?])", re.IGNORECASE)
_WHOLE = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.0*)?")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
_YES_NO = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}

Reader = Callable[[str], object]


def read_texts(texts: Sequence[str], column: Column, quarter: Quarter) -> tuple[list[object], dict[int, Fault]]:
    """The value of each text (None for a permitted blank and for a fault), and the faults by their place."""
    read = reader_for(column, quarter)
    if column.kind is ColumnKind.IDENTIFIER:
        places: Sequence[int] = odd_places(texts)
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
            return lambda text: read_date(text, column, quarter)
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
    elif plain.endswith("%") and any(map(str.isdigit, plain)):
        return Fault(
            "percentage",
            "{found} in {column} is a percentage. Give the number itself; percentages are worked out here.",
            "a number",
        )
    elif state_of_mark(text):
        return Fault(
            "hidden_number",
            "{found} in {column} stands for a number that is hidden or not there. The number itself is needed: what is "
            "small is hidden here, from those who may not see it.",
            "a number",
        )
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
    longest = LABEL_LENGTHS.get(column.name, LABEL_LENGTH)
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


def _filling(column: Column) -> str:
    if column.kind is ColumnKind.IDENTIFIER:
        return "Give your system's own number."
    return f"For example: {column.example}." if column.example else "Fill it in."
