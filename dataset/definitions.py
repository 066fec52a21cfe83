"""What a return, a column, a data item and a measure are.

Definitions are code and numbers are data: each return type is one entry in `dataset/returns/`, each data item and
each measure one entry in `dataset/measures/`. Nothing here touches the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dataset.periods import Quarter


class Kind(StrEnum):
    """What sort of number a measure is."""

    COUNT = "count"
    PERCENTAGE = "percentage"
    RATE = "rate"
    MEAN = "mean"


class Timing(StrEnum):
    """When a data item is counted; decides what a year to date means for it."""

    IN_QUARTER = "in_quarter"
    AT_QUARTER_END = "at_quarter_end"
    DISTINCT_YEAR_TO_DATE = "distinct_year_to_date"
    ANNUAL = "annual"


class Polarity(StrEnum):
    """Which way is good."""

    HIGH = "high"
    LOW = "low"
    NONE = "none"


class Counts(StrEnum):
    """What one unit of a data item is; decides whether a small number must be hidden."""

    PEOPLE = "people"
    EVENTS = "events"
    THINGS = "things"


class State(StrEnum):
    """Why a value is, or is not, a number. Never stored as a number."""

    REPORTED = "reported"
    NIL = "nil"
    NOT_RETURNED = "not_returned"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    CONFIDENTIAL = "confidential"
    ROUNDS_TO_NOUGHT = "rounds_to_nought"
    LOW_RELIABILITY = "low_reliability"
    NO_DENOMINATOR = "no_denominator"
    BREAK_IN_SERIES = "break_in_series"

    @property
    def is_number(self) -> bool:
        return self in (State.REPORTED, State.NIL, State.BREAK_IN_SERIES)

    @property
    def letter(self) -> str:
        """DfE's letter for the state, empty where it has none."""
        return _LETTERS.get(self, "")

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]

    @property
    def severity(self) -> int:
        """A value of two parts has the state of the part with the higher severity."""
        return _SEVERITY.index(self)


_LETTERS = {
    State.NOT_APPLICABLE: "z",
    State.NOT_AVAILABLE: "x",
    State.CONFIDENTIAL: "c",
    State.ROUNDS_TO_NOUGHT: "low",
    State.LOW_RELIABILITY: "u",
}
_STATE_LABELS = {
    State.REPORTED: "reported",
    State.NIL: "nil",
    State.NOT_RETURNED: "not returned",
    State.NOT_DUE: "not due",
    State.NOT_APPLICABLE: "not applicable",
    State.NOT_AVAILABLE: "not available",
    State.CONFIDENTIAL: "hidden to protect children",
    State.ROUNDS_TO_NOUGHT: "rounds to nought",
    State.LOW_RELIABILITY: "low reliability",
    State.NO_DENOMINATOR: "nothing to divide by",
    State.BREAK_IN_SERIES: "break in series",
}
_SEVERITY = [
    State.REPORTED,
    State.NIL,
    State.BREAK_IN_SERIES,
    State.NO_DENOMINATOR,
    State.ROUNDS_TO_NOUGHT,
    State.LOW_RELIABILITY,
    State.NOT_DUE,
    State.NOT_APPLICABLE,
    State.NOT_AVAILABLE,
    State.NOT_RETURNED,
    State.CONFIDENTIAL,
]
STATE_OF_LETTER = {
    "z": State.NOT_APPLICABLE,
    "x": State.NOT_AVAILABLE,
    ":": State.NOT_AVAILABLE,
    "..": State.NOT_AVAILABLE,
    "c": State.CONFIDENTIAL,
    "low": State.ROUNDS_TO_NOUGHT,
    "k": State.ROUNDS_TO_NOUGHT,
    "u": State.LOW_RELIABILITY,
}


class Theme(StrEnum):
    """The dashboards, in the order in which they are shown."""

    EARLY_HELP = "early_help"
    FRONT_DOOR = "front_door"
    ASSESSMENT = "assessment"
    CHILD_PROTECTION = "child_protection"
    LOOKED_AFTER = "looked_after"
    MISSING = "missing"
    DOMESTIC_ABUSE = "domestic_abuse"
    HEALTH = "health"
    SAFER_WORKFORCE = "safer_workforce"
    PRIVATE_FOSTERING = "private_fostering"
    TRAINING = "training"
    REVIEWS = "reviews"
    PARTNERSHIP = "partnership"
    CONTEXT = "context"

    @property
    def label(self) -> str:
        return _THEME_LABELS[self]


_THEME_LABELS = {
    Theme.EARLY_HELP: "Early help",
    Theme.FRONT_DOOR: "Front door",
    Theme.ASSESSMENT: "Assessment",
    Theme.CHILD_PROTECTION: "Child protection",
    Theme.LOOKED_AFTER: "Children looked after",
    Theme.MISSING: "Missing and exploitation",
    Theme.DOMESTIC_ABUSE: "Domestic abuse",
    Theme.HEALTH: "Health",
    Theme.SAFER_WORKFORCE: "Safer workforce",
    Theme.PRIVATE_FOSTERING: "Private fostering",
    Theme.TRAINING: "Training",
    Theme.REVIEWS: "Reviews and child deaths",
    Theme.PARTNERSHIP: "Partnership",
    Theme.CONTEXT: "Context",
}


class ColumnKind(StrEnum):
    """How the text of a cell is read."""

    IDENTIFIER = "identifier"  # hashed on the way in, never shown
    LABEL = "label"  # short text about a thing (a course, a seat, a session number)
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"  # several codes separated by spaces


@dataclass(frozen=True, slots=True)
class Code:
    """One allowed value of a column: what is stored, what it means, what else is accepted for it."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    first_year: int | None = None  # the financial year (its starting year) in which the code came in
    last_year: int | None = None

    def is_in_force(self, start_year: int) -> bool:
        return (self.first_year or 0) <= start_year <= (self.last_year or 9999)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a return.

    `required` asks for the column itself; `may_be_blank` allows an empty cell. `in_quarter` demands a date of the
    return's quarter; `minimum` and `maximum` bound a number, both inclusive. `serves` names the data items that
    need the column, or the checks ('check: …') that do. `state_column` names the column that says why there is no
    number; a mark such as 'c' or '<5' in the number's own cell is read as that.
    """

    name: str
    kind: ColumnKind
    description: str
    example: str
    serves: tuple[str, ...]
    required: bool = True
    may_be_blank: bool = False
    codes: tuple[Code, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    in_quarter: bool = False
    unique: bool = False
    state_column: str = ""

    def code_of(self, text: str) -> Code | None:
        """The code that the text names by value, label or alias, without regard to case."""
        return self.lookup.get(text.strip().casefold())

    @property
    def lookup(self) -> Mapping[str, Code]:
        return _lookup(self.codes)


_LOOKUPS: dict[tuple[Code, ...], dict[str, Code]] = {}


def _lookup(codes: tuple[Code, ...]) -> dict[str, Code]:
    if codes not in _LOOKUPS:
        names = [(name, code) for code in codes for name in (code.label, *code.aliases, code.value)]
        _LOOKUPS[codes] = {name.casefold(): code for name, code in names}
    return _LOOKUPS[codes]


@dataclass(frozen=True, slots=True)
class ReturnType:
    """One kind of quarterly return: its columns, from which template, checking and data dictionary come.

    `checks` are the return's own rules beyond its columns (`dataset.ingest.rules`): each takes the typed frame and the
    context and gives findings. `prepare` adds to the typed frame the stored columns that databases must not work out
    (working days, 'within 12 months'). `table` is the record model's name, empty for the counts return.
    """

    code: str
    title: str
    row_is: str
    columns: tuple[Column, ...]
    table: str = ""
    checks: tuple[Callable[[Any, Any], Any], ...] = ()
    prepare: Callable[[Any, Quarter], Any] | None = None
    notes: str = ""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def identifiers(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.kind is ColumnKind.IDENTIFIER)


@dataclass(frozen=True, slots=True)
class DataItem:
    """One thing that is counted.

    `source` is a return type's code, 'partner_counts', 'reference' or 'system'. For a record return `where` gives the
    filter (a Django Q, or None for all rows) for a quarter and `sums` names a column to add up instead of counting
    rows. A distinct item counts children: `where` picks the episodes, `at_least` how many of them a child must have.
    `needs` names the optional column without which the item is not available. `known` filters the rows about which
    an answer is known, where that is fewer than all. `first_year` is when the codes it counts came in.
    """

    code: str
    title: str
    source: str
    counts: Counts
    timing: Timing
    how_counted: str
    owner: str
    breakdowns: tuple[str, ...] = ()
    where: Callable[[Quarter], Any] | None = None
    sums: str = ""
    at_least: int = 1
    needs: str = ""
    known: Callable[[Quarter], Any] | None = None
    first_year: int | None = None
    due_quarter: int = 4  # of an annual item

    def is_due_in(self, quarter: Quarter) -> bool:
        return self.timing is not Timing.ANNUAL or quarter.number == self.due_quarter


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that the board reads: numerator over denominator, and how to judge it.

    `per` multiplies a percentage (100) or a rate (10,000). `benchmark` is a key of published figures.
    `known_only` divides by the rows whose answer is known. `footprint` says what larger area the figures are of,
    where they are not this board's. `not_in_quarter` marks a value that has no meaning for one quarter alone.
    `affected` completes a concern after a number, its noun included ('children waited longer'): those outside the
    numerator of a measure whose good direction is high, or inside it for low.
    """

    code: str
    theme: Theme
    title: str
    kind: Kind
    numerator: str
    timing: Timing
    polarity: Polarity
    tier: int
    why_it_matters: str
    question: str
    denominator: str = ""
    per: int = 1
    activity: bool = False
    benchmark: str = ""
    published_2016_17: str = ""
    published_parts: str = ""
    known_only: bool = False
    footprint: str = ""
    not_in_quarter: bool = False
    unit: str = "cases"
    affected: str = ""
    benchmark_places: int = 1
    short: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for item in (self.numerator, self.denominator) if item)

    @property
    def is_annualised(self) -> bool:
        return self.kind is Kind.RATE and self.timing is Timing.IN_QUARTER

    @property
    def name(self) -> str:
        """The short name, for tight places."""
        return self.short or self.title


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way of splitting an item of a record return: the record model's column and what its values mean."""

    name: str
    column: str
    labels: Mapping[str, str] = field(default_factory=dict)
