"""Numbers, periods and pieces of sentences as they are read on screen and on paper.  [pure]

Rounding (half up) happens here and nowhere else: everything before compares unrounded.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from dataset.definitions import Kind, Measure, State, Timing
from dataset.periods import FinancialYear, Quarter, Window

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_IRREGULAR = {
    "children": "child",
    "people": "person",
    "women": "woman",
    "men": "man",
    "young people": "young person",
}
_UNITS = (Decimal(1), Decimal("0.1"), Decimal("0.01"), Decimal("0.001"), Decimal("0.0001"))


def round_half_up(value: float, places: int = 0) -> Decimal:
    """The value to so many decimal places, halves away from nought: 18.25 → 18.3, 0.5 → 1.

    A float is taken at its shortest decimal form, so that 2.675 rounds to 2.68 as a reader would.
    """
    unit = _UNITS[places] if places < len(_UNITS) else Decimal(1).scaleb(-places)
    return Decimal(repr(value) if isinstance(value, float) else value).quantize(unit, ROUND_HALF_UP)


@lru_cache(maxsize=4096)
def number(value: float, places: int = 0) -> str:
    """'1,360' or '1,360.5'; never '-0'."""
    rounded = round_half_up(value, places)
    return f"{rounded if rounded else abs(rounded):,}"


def trimmed(value: float, places: int = 1) -> str:
    """Rounded, without noughts at the end: '80', '8.5'."""
    text = number(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percentage(value: float, places: int = 1) -> str:
    """'75.0%'"""
    return f"{number(value, places)}%"


def measured(measure: Measure, value: float, places: int = 1) -> str:
    """A value of the measure with its sign or scale: '1,360', '75.0%', '43.4 per 10,000', '3.2'."""
    if measure.kind is Kind.COUNT:
        return number(value)
    if measure.kind is Kind.PERCENTAGE:
        return percentage(value, places)
    return f"{number(value, places)}{_per(measure)}"


def edge(measure: Measure, value: float) -> str:
    """A threshold's edge as people write it: '80%', '8.5%', '40 per 10,000'."""
    return f"{trimmed(value)}%" if measure.kind is Kind.PERCENTAGE else f"{trimmed(value)}{_per(measure)}"


def span(measure: Measure, lower: float, upper: float, apart_from: Sequence[float] = ()) -> tuple[str, str]:
    """The limits of an interval in as few digits as tell: ('63%', '84%'), ('0.4%', '1.2%').

    A limit that would read like a value it is not, one of `apart_from` or the other limit, gets a decimal place.
    """
    lower = max(lower, 0.0)
    others = (*apart_from, lower, upper)
    alike = any(number(one) == number(other) for one in (lower, upper) for other in others if one != other)
    places = 0 if measure.kind is Kind.COUNT or (upper >= 10 and not alike) else 1
    sign = "%" if measure.kind is Kind.PERCENTAGE else ""
    return f"{number(lower, places)}{sign}", f"{number(upper, places)}{sign or _per(measure)}"


def _per(measure: Measure) -> str:
    return f" per {measure.per:,}" if measure.kind is Kind.RATE else ""


def singular(unit: str) -> str:
    """One of a unit: 'conferences' → 'conference', 'children were late' → 'child was late'."""
    if unit in _IRREGULAR:
        return _IRREGULAR[unit]
    words = unit.split(" ")
    for place, word in enumerate(words):
        one = _one(word)
        if one != word:
            rest = ["was" if other == "were" else other for other in words[place + 1 :]]
            return " ".join([*words[:place], one, *rest])
    return unit


def _one(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def plural(count: int, unit: str) -> str:
    """'1 conference', '45 conferences', '0 conferences'; the unit is given in the plural."""
    return f"{count:,} {singular(unit) if count == 1 else unit}"


def listing(names: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'"""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", ":")) else ".")


def day(when: date) -> str:
    """'31 March 2017'"""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """'March 2017'"""
    return f"{_MONTHS[when.month - 1]} {when.year}"


@lru_cache(maxsize=1024)
def period(quarter: Quarter, window: Window, timing: Timing) -> str:
    """What time a value is of: 'January to March 2017', 'year to March 2017', '31 March 2017'."""
    if timing is Timing.AT_QUARTER_END:
        return day(quarter.end)
    if window is Window.ROLLING_YEAR or (window is Window.YEAR_TO_DATE and quarter.number == 4):
        return f"year to {month(quarter.end)}"
    if window is Window.YEAR_TO_DATE and quarter.number > 1:
        return f"April to {month(quarter.end)}"
    return quarter.months


def within(quarter: Quarter, window: Window, timing: Timing) -> str:
    """The period with its preposition: 'in the year to March 2017', 'at 31 March 2017'."""
    label = period(quarter, window, timing)
    if timing is Timing.AT_QUARTER_END:
        return f"at {label}"
    return f"in the {label}" if label.startswith("year") else f"in {label}"


def benchmark_period(text: str) -> str:
    """'2016-17' → 'year to March 2017', '2017-03-31' → '31 March 2017'."""
    if len(text) == len("2017-03-31"):
        return day(date.fromisoformat(text))
    return f"year to {month(FinancialYear.parse(text).end)}"


def quarters(missing: Sequence[Quarter]) -> str:
    """'2016-17 Q2', '2016-17 Q2 and Q3', '2015-16 Q4 and 2016-17 Q1'"""
    names: list[str] = []
    for place, quarter in enumerate(missing):
        same_year = place > 0 and missing[place - 1].year == quarter.year
        names.append(f"Q{quarter.number}" if same_year else str(quarter))
    return listing(names)


def without_number(state: State, missing: Sequence[Quarter], when: str) -> str:
    """The sentence for a value that is no number: why, and which quarters keep it from being one.

    `when` is the period with its preposition.
    """
    named = quarters(missing)
    if state is State.NOT_RETURNED:
        return (
            f"Not returned: {named} is still owed."
            if len(missing) == 1
            else (f"Not returned: {named} are still owed." if missing else "Not returned.")
        )
    return _WITHOUT_NUMBER.get(state, "{label} {when}.").format(label=state.label.capitalize(), when=when)


def still_owed(by_supplier: Mapping[str, Sequence[Quarter]]) -> str:
    """'Not returned: 2016-17 Q4, still owed by Police.'; several suppliers after each other."""
    owed = (f"{quarters(sorted(held))}, still owed by {whose}" for whose, held in by_supplier.items())
    return f"Not returned: {'; '.join(owed)}."


_WITHOUT_NUMBER = {
    State.NOT_DUE: "Not due yet {when}.",
    State.NOT_APPLICABLE: "Not applicable {when}.",
    State.NOT_AVAILABLE: "Not available {when}.",
    State.CONFIDENTIAL: "Hidden to protect children: the number is small enough to point to one of them.",
    State.NO_DENOMINATOR: "Nothing to divide by: there were none {when}.",
    State.ROUNDS_TO_NOUGHT: "Above nought, but rounds to nought {when}.",
    State.LOW_RELIABILITY: "Too unreliable to show {when}.",
}
