"""Direction of travel: three facts kept apart. [pure]

Up, down or the same; better, worse or no judgement; more than chance or not. A seasonal flow is set beside
the same quarter of the year before, a snapshot beside the same day of the year before.
"""

from dataclasses import dataclass

from dataset.definitions import Kind, Measure, Polarity, State
from dataset.derivation import MeasureValue
from dataset.intervals import newcombe, rate_test
from dataset.narrative import measured
from dataset.reasons import when_text


@dataclass(frozen=True, slots=True)
class Direction:
    """`movement` is 'up', 'down', 'same' or None; `judgement` 'better', 'worse', 'none' or None.

    `certain` is whether the difference is more than chance would explain, None where that cannot be said.
    """

    movement: str | None
    judgement: str | None
    certain: bool | None
    sentence: str


def direction(measure: Measure, now: MeasureValue, before: MeasureValue | None) -> Direction:
    """How the value moved since a year before. Both values must come as this reader may see them."""
    hindrance = _hindrance(measure, now, before)
    if hindrance or before is None or now.value is None or before.value is None:
        return Direction(None, None, None, hindrance or "No direction of travel: there is no figure of a year before.")
    movement = "up" if now.value > before.value else "down" if now.value < before.value else "same"
    judgement = _judgement(measure, movement)
    certain = None if movement == "same" else _more_than_chance(measure, now, before)
    return Direction(movement, judgement, certain, _sentence(measure, now, before, movement, judgement, certain))


def _hindrance(measure: Measure, now: MeasureValue, before: MeasureValue | None) -> str:
    """Why the two cannot be set side by side, empty where they can."""
    if not now.state.is_number:
        return f"No direction of travel: the figure {when_text(measure, now)} is {now.state.label}."
    if before is None:
        return ""
    if not before.state.is_number:
        return f"No direction of travel: the figure {when_text(measure, before)} is {before.state.label}."
    if now.as_of is not None and now.as_of == before.as_of:
        return f"No direction of travel: there is no newer figure than that returned for {now.as_of}."
    if now.state is State.BREAK_IN_SERIES:
        return "No direction of travel: what is counted, or where it comes from, changed since a year before."
    if measure.kind is Kind.COUNT and now.months != before.months:
        return "No direction of travel: the two figures cover different lengths of time."
    return ""


def _judgement(measure: Measure, movement: str) -> str:
    if measure.polarity is Polarity.NONE or movement == "same":
        return "none"
    return "better" if (movement == "up") == (measure.polarity is Polarity.HIGH) else "worse"


def _more_than_chance(measure: Measure, now: MeasureValue, before: MeasureValue) -> bool | None:
    """Newcombe's interval for two proportions, the exact conditional test for two rates or two counts."""
    if now.lower is None or before.lower is None or now.numerator is None or before.numerator is None:
        return None
    if measure.kind is Kind.PERCENTAGE:
        lower, upper = newcombe(now.numerator, now.denominator or 0, before.numerator, before.denominator or 0)
        return lower > 0 or upper < 0
    return rate_test(now.numerator, _exposure(now), before.numerator, _exposure(before)) < 0.05


def _exposure(value: MeasureValue) -> int:
    """What the events are counted over: time for a flow, times people for a rate."""
    return (value.months or 1) * (value.denominator or 1)


def _sentence(
    measure: Measure,
    now: MeasureValue,
    before: MeasureValue,
    movement: str,
    judgement: str,
    certain: bool | None,
) -> str:
    then = f"{measured(measure, before.value or 0.0)} {when_text(measure, before)}"
    if movement == "same":
        return f"The same as a year before: {then}."
    unchanged = measured(measure, now.value or 0.0) == measured(measure, before.value or 0.0)
    start = (
        f"A little {movement}, but by less than can be shown, from {then}"
        if unchanged
        else (f"{movement.capitalize()} from {then}")
    )
    return f"{start}: {_meaning(judgement, certain)}." if _meaning(judgement, certain) else f"{start}."


def _meaning(judgement: str, certain: bool | None) -> str:
    chance = {True: "more than chance would explain", False: "chance alone could explain it", None: ""}[certain]
    if judgement == "none":
        return chance
    joined = ", and " if certain else ", but "
    return f"{judgement}{joined}{chance}" if chance else judgement
