"""Why a status is what it is, in sentences built from the numbers. [pure]

'45 of 60 conferences (75.0%) in January to March 2017; 15 children waited longer. Below the 80% target, but
not certain: with only 60 conferences, ordinary variation can put this anywhere from 63% to 84%. Similar to
England (77.2%, year to March 2017).'
"""

from dataset.comparison import Comparator
from dataset.definitions import Kind, Measure, Polarity, Timing
from dataset.derivation import MeasureValue
from dataset.narrative import (
    edge,
    measured,
    number,
    percentage,
    period,
    plural,
    round_half_up,
    sentence,
    span,
    within,
    without_number,
)
from dataset.standards import Judgement, JudgementRules, Threshold

_AGAINST = {
    Judgement.BETTER: "better than",
    Judgement.WORSE: "worse than",
    Judgement.SIMILAR: "similar to",
    Judgement.HIGHER: "higher than",
    Judgement.LOWER: "lower than",
    Judgement.SIMILAR_LEVEL: "similar to",
}


def affected(measure: Measure, value: MeasureValue) -> int | None:
    """How many a concern is about: those outside the numerator where more is better, inside it where less is.

    None where the measure does not say what happened to them, or the value has no such number, or it is so small
    that this reader may not be told.
    """
    count = _affected(measure, value)
    return None if count is not None and 1 <= count <= value.hides_up_to else count


def affected_text(measure: Measure, value: MeasureValue) -> str:
    """'15 children waited longer', 'between 1 and 5 children waited longer', or nothing."""
    count = _affected(measure, value)
    if not count:
        return ""
    if count <= value.hides_up_to:
        return f"between 1 and {value.hides_up_to} {measure.affected}"
    return plural(count, measure.affected)


def headline(measure: Measure, value: MeasureValue) -> str:
    """The value in its parts, when it was, and the children it is about."""
    return "; ".join(text for text in (_parts(measure, value), affected_text(measure, value)) if text) + "."


def no_number(measure: Measure, value: MeasureValue) -> str:
    """Why there is no number, with what is known of the cause."""
    when = when_text(measure, value)
    text = without_number(value.state, value.missing, when)
    return " ".join([text, *(sentence(note) for note in (*value.causes, *value.notes))])


def when_text(measure: Measure, value: MeasureValue) -> str:
    """'in January to March 2017', 'at 31 March 2017', 'as returned for 2015-16 Q4'."""
    if value.as_of is not None:
        return f"as returned for {value.as_of}"
    if measure.timing is Timing.ANNUAL:
        year = value.population_year
        return f"by the mid-{year} estimate" if year else f"for {value.quarter.year}"
    return within(value.quarter, value.window, measure.timing)


def period_text(measure: Measure, value: MeasureValue) -> str:
    """The time that a value is of, by itself: 'January to March 2017', 'value returned for 2015-16 Q4'."""
    if value.as_of is not None:
        return f"value returned for {value.as_of}"
    if measure.timing is Timing.ANNUAL:
        year = value.population_year
        return f"mid-{year} estimate" if year else str(value.quarter.year)
    return period(value.quarter, value.window, measure.timing)


def against_threshold(
    measure: Measure,
    value: MeasureValue,
    threshold: Threshold,
    judgement: Judgement,
    certain: bool | None,
    rules: JudgementRules,
) -> str:
    """'Below the 80% target, but not certain: …'"""
    place = _place(measure, value, threshold, judgement)
    if certain is None:
        return f"{place}."
    if not certain:
        return f"{place}, but not certain: {_variation(measure, value, threshold, rules)}."
    if judgement is Judgement.NEAR_TARGET:
        side = "above" if measure.polarity is Polarity.HIGH else "within"
        place = f"{place} but {side} the {edge(measure, threshold.red_edge)} limit"
    return f"{place}, and clearly so."


def against_england(
    measure: Measure,
    value: MeasureValue,
    ours: MeasureValue,
    england: Comparator,
    judgement: Judgement,
    with_span: bool,
) -> str:
    """'Similar to England (77.2%, year to March 2017).', naming our period where it is not on screen."""
    theirs = _published(measure, england)
    words = _AGAINST[judgement]
    if (ours.numerator, ours.denominator, ours.months) == (value.numerator, value.denominator, value.months):
        text = f"{words} England ({theirs})"
    else:
        when = period_text(measure, ours)
        text = f"our {when} ({measured(measure, ours.value or 0.0)}) is {words} England’s ({theirs})"
    if with_span and ours.lower is not None and ours.upper is not None:
        lower, upper = span(measure, ours.lower, ours.upper, (england.value or 0.0,))
        text += f": ordinary variation can put ours anywhere from {lower} to {upper}"
    return sentence(text)


def not_compared(measure: Measure, ours: MeasureValue | None, england: Comparator) -> str:
    """Why our value and England's are not set side by side."""
    theirs = _published(measure, england)
    if ours is None:
        return f"Not compared with England ({theirs}): there is no figure of ours for twelve months."
    if ours.state.is_number:
        return f"Not compared with England ({theirs}): our figure has no interval."
    when = period_text(measure, ours)
    return f"Not compared with England ({theirs}): our {when} is {ours.state.label}."


def too_few(measure: Measure, rules: JudgementRules) -> str:
    fewest = rules.min_events if measure.kind is Kind.RATE else rules.min_denominator
    return f"Too few to judge: fewer than {plural(fewest, measure.unit)}."


def no_standard(measure: Measure, england: Comparator | None) -> str:
    if measure.kind is Kind.COUNT:
        return "A count is compared only with its own past."
    if england is not None and not england.is_number:
        return f"England’s figure for the {england.period_label} is {england.state.label}."
    if measure.polarity is Polarity.NONE:
        return "Neither more nor less is better here, and there is no published figure to set it beside."
    return "No target is set, and there is no published figure to set it beside."


def _parts(measure: Measure, value: MeasureValue) -> str:
    when = when_text(measure, value)
    numerator, denominator, shown = value.numerator or 0, value.denominator or 0, value.value or 0.0
    if measure.kind is Kind.COUNT:
        return f"{plural(numerator, measure.unit)} {when}"
    if measure.kind is Kind.PERCENTAGE:
        return f"{numerator:,} of {plural(denominator, measure.unit)} ({percentage(shown)}) {when}"
    if measure.kind is Kind.RATE:
        yearly = ", annualised" if measure.is_annualised and value.months != 12 else ""
        return f"{plural(numerator, measure.unit)} {when}: {measured(measure, shown)}{yearly}"
    return f"{number(shown, 1)} on average over {plural(denominator, measure.unit)} {when}"


def _affected(measure: Measure, value: MeasureValue) -> int | None:
    if not measure.affected or measure.polarity is Polarity.NONE or value.numerator is None:
        return None
    if measure.polarity is Polarity.LOW:
        return value.numerator
    if measure.kind is not Kind.PERCENTAGE or value.denominator is None:
        return None
    return value.denominator - value.numerator


def _place(measure: Measure, value: MeasureValue, threshold: Threshold, judgement: Judgement) -> str:
    target, limit = edge(measure, threshold.green_edge), edge(measure, threshold.red_edge)
    high = measure.polarity is Polarity.HIGH
    shown = value.value or 0.0
    if judgement is Judgement.ON_TARGET:
        return f"Meets the {target} target" if high else f"Within the {target} target"
    if shown == threshold.green_edge:
        return f"Only at the {target} target, which asks for {'more' if high else 'less'}"
    side = "Below" if high else "Above"
    if judgement is Judgement.OFF_TARGET and threshold.green_edge != threshold.red_edge:
        return f"{side} the {target} target and {'under' if high else 'over'} the {limit} limit"
    near = round_half_up(shown, 1) == round_half_up(threshold.green_edge, 1)
    return f"{'Just ' + side.lower() if near else side} the {target} target"


def _variation(measure: Measure, value: MeasureValue, threshold: Threshold, rules: JudgementRules) -> str:
    edges = (threshold.green_edge, threshold.red_edge)
    lower, upper = span(measure, value.lower or 0.0, value.upper or 0.0, edges)
    cases = value.numerator if measure.kind in (Kind.COUNT, Kind.RATE) else value.denominator
    only = "only " if (cases or 0) < rules.few_below else ""
    with_cases = f"with {only}{plural(cases or 0, measure.unit)}"
    return f"{with_cases}, ordinary variation can put this anywhere from {lower} to {upper}"


def _published(measure: Measure, england: Comparator) -> str:
    return f"{measured(measure, england.value or 0.0, england.places)}, {england.period_label}"
