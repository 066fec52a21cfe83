"""A value × the board's threshold × England → a status that says its reason.  [pure]

Policy first, certainty beside it, reason always. The words and edges are in `standards`, the sentences in
`reasons`, the direction of travel in `direction`; all may be had from here.
"""

from dataclasses import dataclass

from dataset import reasons
from dataset.comparison import Comparator
from dataset.definitions import Kind, Measure, Polarity, Timing
from dataset.derivation import MeasureValue
from dataset.direction import Direction, direction
from dataset.narrative import sentence
from dataset.periods import Window
from dataset.standards import (
    Judgement,
    JudgementRules,
    Threshold,
    check_threshold,
    no_data_judgement,
    pick_threshold,
)

__all__ = [
    "Direction",
    "Judgement",
    "JudgementRules",
    "Status",
    "Threshold",
    "check_threshold",
    "compare_with_england",
    "direction",
    "judge",
    "pick_threshold",
]


@dataclass(frozen=True, slots=True)
class Status:
    """What is said of a value: word, tone and shape together, how sure, why, and how many children it is
    about.

    `certain` is None where certainty has no meaning: nothing was judged, or the value is similar to
    England's. `standard` is what judged: 'threshold', 'England' or ''.
    """

    judgement: Judgement
    certain: bool | None
    reason: str
    standard: str = ""
    children: int | None = None
    affected: str = ""

    @property
    def word(self) -> str:
        return self.judgement.word

    @property
    def tone(self) -> str:
        return self.judgement.tone

    @property
    def shape(self) -> str:
        return self.judgement.shape

    @property
    def certainty(self) -> str:
        """'clear', 'not certain' or ''."""
        return "" if self.certain is None else "clear" if self.certain else "not certain"


_RULES = JudgementRules()


def judge(
    measure: Measure,
    value: MeasureValue,
    threshold: Threshold | None,
    england: Comparator | None,
    england_value: MeasureValue | None = None,
    settings: JudgementRules = _RULES,
) -> Status:
    """The status of the value on screen.

    A threshold judges that value itself. Without one England judges `england_value`: our twelve months to the
    quarter, or the quarter's end for a snapshot. Values must come as this reader may see them, so that
    neither status nor reason tells what is hidden.
    """
    if not value.state.is_number:
        return Status(no_data_judgement(value.state), None, reasons.no_number(measure, value))
    ours = _beside_england(measure, value, england_value)
    beside = compare_with_england(measure, ours, england, settings)
    if threshold is not None and measure.polarity is not Polarity.NONE:
        return _by_threshold(measure, value, threshold, settings, _beside(measure, value, ours, england, beside))
    if beside is not None and england is not None:
        return _by_england(measure, value, ours, england, beside, settings)
    return _status(measure, value, Judgement.NO_STANDARD, None, "", reasons.no_standard(measure, england))


def compare_with_england(
    measure: Measure, ours: MeasureValue | None, england: Comparator | None, settings: JudgementRules = _RULES
) -> Judgement | None:
    """How ours stands to a published figure, None where there is none or the measure may not be compared.

    Similar where our interval holds any value that rounds to the published one. A count never meets another
    area.
    """
    if measure.kind is Kind.COUNT or england is None or not england.is_number:
        return None
    if ours is None or not ours.state.is_number:
        return Judgement.NOT_COMPARED
    if settings.is_too_few(measure, ours.numerator, ours.denominator):
        return Judgement.TOO_FEW
    if ours.lower is None or ours.upper is None or england.value is None:
        return Judgement.NOT_COMPARED
    half = 0.5 * 10**-measure.benchmark_places
    above, below = ours.lower >= england.value + half, ours.upper < england.value - half
    if measure.polarity is Polarity.NONE:
        return Judgement.HIGHER if above else Judgement.LOWER if below else Judgement.SIMILAR_LEVEL
    if not (above or below):
        return Judgement.SIMILAR
    return Judgement.BETTER if above == (measure.polarity is Polarity.HIGH) else Judgement.WORSE


def _by_threshold(
    measure: Measure, value: MeasureValue, threshold: Threshold, settings: JudgementRules, beside: str
) -> Status:
    if settings.is_too_few(measure, value.numerator, value.denominator):
        few = reasons.too_few(measure, settings)
        return _status(measure, value, Judgement.TOO_FEW, None, "threshold", few)
    judgement = threshold.band(value.value or 0.0, measure.polarity)
    certain = None
    if value.lower is not None and value.upper is not None:
        limits = {
            threshold.band(value.lower, measure.polarity),
            threshold.band(value.upper, measure.polarity),
        }
        certain = limits == {judgement}
    why = reasons.against_threshold(measure, value, threshold, judgement, certain, settings)
    return _status(measure, value, judgement, certain, "threshold", why, beside)


def _by_england(
    measure: Measure,
    value: MeasureValue,
    ours: MeasureValue | None,
    england: Comparator,
    judgement: Judgement,
    settings: JudgementRules,
) -> Status:
    if judgement is Judgement.TOO_FEW:
        return _status(measure, value, judgement, None, "England", reasons.too_few(measure, settings))
    if judgement is Judgement.NOT_COMPARED or ours is None:
        why = reasons.not_compared(measure, ours, england)
        return _status(measure, value, Judgement.NOT_COMPARED, None, "England", why)
    why = reasons.against_england(measure, value, ours, england, judgement, with_span=True)
    certain = None if judgement in (Judgement.SIMILAR, Judgement.SIMILAR_LEVEL) else True
    return _status(measure, value, judgement, certain, "England", why)


def _status(
    measure: Measure,
    value: MeasureValue,
    judgement: Judgement,
    certain: bool | None,
    standard: str,
    *why: str,
) -> Status:
    notes = (sentence(note) for note in value.notes)
    reason = " ".join(text for text in (reasons.headline(measure, value), *notes, *why) if text)
    children, text = reasons.affected(measure, value), reasons.affected_text(measure, value)
    return Status(judgement, certain, reason, standard, children, text)


def _beside_england(measure: Measure, value: MeasureValue, england_value: MeasureValue | None) -> MeasureValue | None:
    """Our value to set beside a published year: the one given, or the one on screen if it is of a year."""
    if england_value is not None:
        return england_value
    of_a_year = value.window is Window.ROLLING_YEAR or value.months == 12
    return value if of_a_year or measure.timing in (Timing.AT_QUARTER_END, Timing.ANNUAL) else None


def _beside(
    measure: Measure,
    value: MeasureValue,
    ours: MeasureValue | None,
    england: Comparator | None,
    judgement: Judgement | None,
) -> str:
    """England's figure as a sentence beside a threshold's, empty where the two were not compared."""
    if ours is None or england is None or judgement in (None, Judgement.NOT_COMPARED, Judgement.TOO_FEW):
        return ""
    return reasons.against_england(measure, value, ours, england, Judgement(judgement), with_span=False)
