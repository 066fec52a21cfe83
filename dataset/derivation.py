"""Figures → values: what a measure was in a quarter, a year to date or twelve months. [pure]

A percentage, rate or mean takes the rule of its parts: sums are divided, snapshots are the latest quarter's,
distinct children are counted again. Values are unrounded; whole numbers are divided once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dataset.definitions import DataItem, Kind, Measure, State, Timing
from dataset.intervals import poisson, wilson
from dataset.parts import Figures, FigureValue, Look, Owed, Part, Populations, union
from dataset.periods import Quarter, Window

__all__ = ["FigureValue", "Figures", "MeasureValue", "Owed", "Part", "Populations", "derive", "due"]

_FLOWS = (Timing.IN_QUARTER, Timing.DISTINCT_YEAR_TO_DATE)
Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """One value of a measure with everything it was made of.

    `value` is a percentage as 18.9…, a rate per the measure's `per`, a count, or a mean; `lower` and `upper`
    are its 95% limits on the same scale. They are None unless the state is a number; the parts may stand
    beside a state that is none. `months` is the time that a flow covers, 0 for a snapshot. `hides_up_to` is
    set by suppression: a count worked out from this value must not be told in words when it is from 1 to that
    number. `causes` say why there is no number, for every reader; `notes` may tell of numbers.
    """

    measure: str
    quarter: Quarter
    window: Window
    numerator: int | None
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None
    state: State
    missing: tuple[Quarter, ...] = ()
    months: int = 0
    population_year: int | None = None
    as_of: Quarter | None = None
    known: int | None = None
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hides_up_to: int = 0
    causes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.state.is_number


def due(item: DataItem, quarter: Quarter) -> bool:
    """Whether the item is owed for the quarter: always, or once a year for an annual one."""
    return item.is_due_in(quarter)


def derive(
    measure: Measure,
    figures: Figures,
    quarter: Quarter,
    window: Window,
    populations: Populations | None = None,
    *,
    items: Mapping[str, DataItem] | None = None,
    owed: Mapping[str, Owed] | None = None,
) -> MeasureValue:
    """The measure's value in the window that ends with the quarter.

    `populations` gives people by item and mid-year. `items` gives each item's own timing, due quarter and
    first year; without it the items are taken to have the measure's timing, and annual ones to be due in the
    fourth quarter. `owed` says for which quarters each item is owed; without it, for every one.
    """
    if measure.not_in_quarter and window is Window.QUARTER:
        return MeasureValue(measure.code, quarter, window, None, None, None, None, None, State.NOT_APPLICABLE, months=3)
    look = Look(figures, quarter, window, measure.timing, populations or {}, items or {}, owed or {})
    numerator = look.part(measure.numerator)
    if measure.kind is Kind.COUNT:
        return _count(measure, look, numerator)
    denominator = look.part(measure.denominator, at=numerator.as_of)
    if measure.known_only and numerator.known is not None:
        denominator = _of_known(numerator, denominator)
    return _ratio(measure, look, numerator, denominator)


def _count(measure: Measure, look: Look, part: Part) -> MeasureValue:
    limits: Limits = (None, None)
    # a population is an estimate of people, not a count of events: it has no Poisson interval
    if part.value is not None and part.population_year is None:
        limits = poisson(part.value)
    value = None if part.value is None else float(part.value)
    return _value(measure, look, (part,), part.state, value, limits)


def _ratio(measure: Measure, look: Look, numerator: Part, denominator: Part) -> MeasureValue:
    parts = (numerator, denominator)
    part, whole = numerator.value, denominator.value
    state = _worse(numerator.state, denominator.state)
    if part is None or whole is None:
        return _value(measure, look, parts, state)
    if whole == 0:
        return _value(measure, look, parts, State.NO_DENOMINATOR)
    if trouble := _trouble(measure, numerator, denominator):
        return _value(measure, look, parts, State.NOT_AVAILABLE, trouble=trouble)
    times, over = _scale(measure, whole, _months(measure, look, parts))
    return _value(measure, look, parts, state, times * part / over, _limits(measure, part, whole, times / over))


def _worse(one: State, other: State) -> State:
    return one if one is other or one.severity > other.severity else other


def _trouble(measure: Measure, numerator: Part, denominator: Part) -> str:
    """Why two numbers cannot be divided after all, empty where they can."""
    if numerator.counted and denominator.counted and numerator.counted != denominator.counted:
        return "The part and the whole do not cover the same quarters."
    part, whole = numerator.value or 0, denominator.value or 0
    if measure.kind is Kind.PERCENTAGE and part > whole:
        return f"The part ({part:,}) is larger than the whole ({whole:,}); ask for both returns to be checked."
    return ""


def _scale(measure: Measure, whole: int, months: int) -> tuple[int, int]:
    """Whole numbers (times, over) so that times × numerator ÷ over is the value."""
    if measure.kind is Kind.PERCENTAGE:
        return 100, whole
    if measure.kind is Kind.MEAN:
        return 1, whole
    return (measure.per * 12, whole * months) if measure.is_annualised else (measure.per, whole)


def _limits(measure: Measure, part: int, whole: int, factor: float) -> Limits:
    if measure.kind is Kind.MEAN:
        return None, None
    if measure.kind is Kind.PERCENTAGE:
        lower, upper = wilson(part, whole)
        return 100 * lower, 100 * upper
    lower, upper = poisson(part)
    return lower * factor, upper * factor


def _months(measure: Measure, look: Look, parts: tuple[Part, ...]) -> int:
    if measure.timing is Timing.ANNUAL:
        return 12
    if measure.timing not in _FLOWS:
        return 0
    counted = max(len(part.counted) for part in parts)
    return 3 * (counted or len(look.quarter.quarters_in(look.window)))


def _value(
    measure: Measure,
    look: Look,
    parts: tuple[Part, ...],
    state: State,
    value: float | None = None,
    limits: Limits = (None, None),
    trouble: str = "",
) -> MeasureValue:
    """The value with the provenance of its parts."""
    notes = union(part.notes for part in parts)
    missing = {one for part in parts if part.state is state for one in part.missing}
    return MeasureValue(
        measure.code,
        look.quarter,
        look.window,
        parts[0].value,
        parts[1].value if len(parts) > 1 else None,
        value,
        limits[0],
        limits[1],
        state,
        tuple(sorted(missing, key=lambda one: one.ordinal)) if missing else (),
        _months(measure, look, parts),
        next((part.population_year for part in parts if part.population_year), None),
        next((part.as_of for part in parts if part.as_of), None),
        parts[0].known,
        union(part.sources for part in parts),
        (*notes, trouble) if trouble else notes,
        causes=union(part.causes for part in parts if part.state is state),
    )


def _of_known(numerator: Part, denominator: Part) -> Part:
    """The denominator cut down to the rows whose answer is known."""
    rows, known = denominator.value, numerator.known
    note = f"The answer is known for {known:,} of {rows:,}." if rows is not None and rows != known else ""
    notes = (*denominator.notes, note) if note else denominator.notes
    return replace(numerator, item=denominator.item, value=known, sources=denominator.sources, notes=notes)
