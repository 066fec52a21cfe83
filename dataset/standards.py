"""What a value is judged by: words of judgement, thresholds, the rules of 'too few'.  [pure]"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dataset.definitions import Kind, Measure, Polarity, State
from dataset.periods import Quarter


class Judgement(StrEnum):
    """What is said of a value. Its word, tone and shape always go together."""

    ON_TARGET = "on_target"
    NEAR_TARGET = "near_target"
    OFF_TARGET = "off_target"
    BETTER = "better"
    SIMILAR = "similar"
    WORSE = "worse"
    HIGHER = "higher"
    SIMILAR_LEVEL = "similar_level"
    LOWER = "lower"
    TOO_FEW = "too_few"
    NO_STANDARD = "no_standard"
    NOT_COMPARED = "not_compared"  # England has a figure, but ours of a year is not there to set beside it
    NOT_RETURNED = "not_returned"
    NOT_DUE = "not_due"
    HIDDEN = "hidden"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    NO_DENOMINATOR = "no_denominator"
    ROUNDS_TO_NOUGHT = "rounds_to_nought"
    LOW_RELIABILITY = "low_reliability"

    @property
    def word(self) -> str:
        return _LOOKS[self][0]

    @property
    def tone(self) -> str:
        """'green', 'amber', 'red', 'grey-blue', 'blue' or 'grey'."""
        return _LOOKS[self][1]

    @property
    def shape(self) -> str:
        """A name that the theme turns into a drawing, so that colour never speaks alone."""
        return _LOOKS[self][2]

    @property
    def is_concern(self) -> bool:
        return self in (Judgement.OFF_TARGET, Judgement.WORSE)

    @property
    def is_judged(self) -> bool:
        """Whether the value was told good from bad: what the summary counts."""
        return self in _JUDGED

    @property
    def is_no_data(self) -> bool:
        return self in _OF_STATE.values()


_LOOKS = {
    Judgement.ON_TARGET: ("on target", "green", "circle"),
    Judgement.NEAR_TARGET: ("near target", "amber", "diamond"),
    Judgement.OFF_TARGET: ("off target", "red", "triangle"),
    Judgement.BETTER: ("better than England", "green", "circle"),
    Judgement.SIMILAR: ("similar to England", "grey-blue", "half-circle"),
    Judgement.WORSE: ("worse than England", "red", "triangle"),
    Judgement.HIGHER: ("higher", "blue", "arrow-up"),
    Judgement.SIMILAR_LEVEL: ("similar", "blue", "bar"),
    Judgement.LOWER: ("lower", "blue", "arrow-down"),
    Judgement.TOO_FEW: ("too few to judge", "grey", "dots"),
    Judgement.NO_STANDARD: ("no standard set", "grey", "ring"),
    Judgement.NOT_COMPARED: ("not compared", "grey", "ring"),
    Judgement.NOT_RETURNED: ("not returned", "grey", "cross"),
    Judgement.NOT_DUE: ("not due", "grey", "dash"),
    Judgement.HIDDEN: ("hidden to protect children", "grey", "lock"),
    Judgement.NOT_APPLICABLE: ("not applicable", "grey", "dash"),
    Judgement.NOT_AVAILABLE: ("not available", "grey", "dash"),
    Judgement.NO_DENOMINATOR: ("nothing to divide by", "grey", "dash"),
    Judgement.ROUNDS_TO_NOUGHT: ("rounds to nought", "grey", "dash"),
    Judgement.LOW_RELIABILITY: ("low reliability", "grey", "dash"),
}
_JUDGED = frozenset(
    {
        Judgement.ON_TARGET,
        Judgement.NEAR_TARGET,
        Judgement.OFF_TARGET,
        Judgement.BETTER,
        Judgement.SIMILAR,
        Judgement.WORSE,
    }
)
_OF_STATE = {
    State.NOT_RETURNED: Judgement.NOT_RETURNED,
    State.NOT_DUE: Judgement.NOT_DUE,
    State.NOT_APPLICABLE: Judgement.NOT_APPLICABLE,
    State.NOT_AVAILABLE: Judgement.NOT_AVAILABLE,
    State.CONFIDENTIAL: Judgement.HIDDEN,
    State.ROUNDS_TO_NOUGHT: Judgement.ROUNDS_TO_NOUGHT,
    State.LOW_RELIABILITY: Judgement.LOW_RELIABILITY,
    State.NO_DENOMINATOR: Judgement.NO_DENOMINATOR,
}


def no_data_judgement(state: State) -> Judgement:
    """The judgement that only says why there is no number. Raises KeyError for a state that is one."""
    return _OF_STATE[state]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The board's edges for a measure from a day on.

    On or past `green_edge` is on target, past `red_edge` off target, between them near target. `inclusive`
    says to which side a value exactly on an edge belongs: 'green' the better one, 'red' the worse one.
    """

    measure: str
    valid_from: date
    green_edge: float
    red_edge: float
    inclusive: str = "green"
    owner: str = ""
    reason: str = ""

    def band(self, value: float, polarity: Polarity) -> Judgement:
        """On, near or off target, compared unrounded. The polarity is high or low."""
        sign = 1 if polarity is Polarity.HIGH else -1
        from_green, from_red = sign * (value - self.green_edge), sign * (value - self.red_edge)
        if from_green > 0 or (from_green == 0 and self.inclusive == "green"):
            return Judgement.ON_TARGET
        if from_red < 0 or (from_red == 0 and self.inclusive == "red"):
            return Judgement.OFF_TARGET
        return Judgement.NEAR_TARGET


@dataclass(frozen=True, slots=True)
class JudgementRules:
    """When there is too little to judge: under so many cases of a percentage, or events of a rate."""

    min_denominator: int = 20
    min_events: int = 5
    few_below: int = 100  # 'with only 60 conferences'

    def is_too_few(self, measure: Measure, numerator: int | None, denominator: int | None) -> bool:
        if measure.kind is Kind.COUNT:
            return False
        if measure.kind is Kind.RATE:
            return (numerator or 0) < self.min_events
        return (denominator or 0) < self.min_denominator


def check_threshold(threshold: Threshold, measure: Measure) -> Threshold:
    """The threshold, if it can judge the measure. Raises ValueError saying what is wrong and what to do."""
    name = f"The threshold of {measure.code} ({measure.title}) from {threshold.valid_from}"
    green, red = threshold.green_edge, threshold.red_edge
    if threshold.measure != measure.code:
        raise ValueError(f"{name} is written for {threshold.measure}; give it the measure it is for.")
    if measure.polarity is Polarity.NONE:
        raise ValueError(f"{name} cannot be: the measure has no good direction. Leave its row out.")
    if threshold.inclusive not in ("green", "red"):
        raise ValueError(f"{name} says inclusive “{threshold.inclusive}”; write green or red.")
    if measure.polarity is Polarity.HIGH and green < red:
        raise ValueError(
            f"{name} has its edges the wrong way round: more is better, so the green edge ({green:g}) must not be "
            f"below the red edge ({red:g})."
        )
    if measure.polarity is Polarity.LOW and green > red:
        raise ValueError(
            f"{name} has its edges the wrong way round: less is better, so the green edge ({green:g}) must not be "
            f"above the red edge ({red:g})."
        )
    if measure.kind is Kind.PERCENTAGE and not (0 <= green <= 100 and 0 <= red <= 100):
        raise ValueError(f"{name} has an edge outside 0 to 100: {green:g} and {red:g}.")
    return threshold


def pick_threshold(thresholds: Iterable[Threshold], quarter: Quarter) -> Threshold | None:
    """The one in force on the quarter's last day; of two from one day, the later listed."""
    in_force = [threshold for threshold in thresholds if threshold.valid_from <= quarter.end]
    return max(enumerate(in_force), key=lambda pair: (pair[1].valid_from, pair[0]))[1] if in_force else None
