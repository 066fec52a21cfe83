"""What an audience may see: small counts of people, and all that would give them back, hidden. [pure]

Every output asks here. The primary rule: a count from 1 to `maximum` of people, or of events that belong to
people, is hidden from all but the restricted audience, and with it the percentage, rate or mean made from it.
Nought is shown. Things (meetings, courses, audits) are never hidden.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from dataset.definitions import Counts, DataItem, Measure, State
from dataset.derivation import FigureValue, MeasureValue

MAXIMUM = 5


class Audience(StrEnum):
    """Who reads: those who must see single children, the Executive's papers, or anyone."""

    RESTRICTED = "restricted"
    EXECUTIVE = "executive"
    PUBLIC = "public"

    @property
    def sees_small_counts(self) -> bool:
        return self is Audience.RESTRICTED


def mask(
    measure: Measure,
    value: MeasureValue,
    items: Mapping[str, DataItem],
    audience: Audience,
    maximum: int = MAXIMUM,
) -> MeasureValue:
    """The value as the audience may see it.

    A hidden value has no number left: neither value, parts, known rows nor interval. A value that stays
    carries `hides_up_to`, so that no sentence tells a small count worked out from it, and loses its notes,
    which may. An item that `items` does not know is taken to count people.
    """
    if audience.sees_small_counts or not any(_is_of_people(code, items) for code in measure.items):
        return value
    if _is_hidden(measure, value, items, maximum):
        state = State.CONFIDENTIAL if value.state.is_number else value.state
        return replace(
            value,
            numerator=None,
            denominator=None,
            value=None,
            lower=None,
            upper=None,
            known=None,
            state=state,
            notes=(),
        )
    return replace(value, hides_up_to=maximum, notes=())


def mask_figure(item: DataItem, figure: FigureValue, audience: Audience, maximum: int = MAXIMUM) -> FigureValue:
    """The figure as the audience may see it; a hidden one keeps only where it came from."""
    if audience.sees_small_counts or item.counts is Counts.THINGS:
        return figure
    if not (is_small(figure.value, maximum) or is_small(figure.known, maximum)):
        return figure
    state = State.CONFIDENTIAL if figure.state.is_number else figure.state
    return replace(figure, value=None, known=None, state=state, note="")


def is_small(count: int | None, maximum: int = MAXIMUM) -> bool:
    """Whether a count could point to a child: from 1 to the maximum."""
    return count is not None and 1 <= count <= maximum


def _is_hidden(measure: Measure, value: MeasureValue, items: Mapping[str, DataItem], maximum: int) -> bool:
    """The primary rule over everything that the value was made of."""
    parts = [(measure.numerator, value.numerator), (measure.numerator, value.known)]
    if measure.denominator:
        parts.append((measure.denominator, value.denominator))
    return any(is_small(count, maximum) and _is_of_people(item, items) for item, count in parts)


def _is_of_people(code: str, items: Mapping[str, DataItem]) -> bool:
    item = items.get(code)
    return item is None or item.counts is not Counts.THINGS
