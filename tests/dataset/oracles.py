"""Second implementations, slow and obvious, written from the definitions alone."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

from scipy.optimize import brentq
from scipy.stats import norm, poisson

from dataset.definitions import Kind, Measure, Timing
from dataset.periods import Quarter, Window
from dataset.status import Threshold

Numbers = Mapping[tuple[str, Quarter], int | None]


def wilson_limits(successes: int, total: int, z: float) -> tuple[float, float]:
    """The proportions at which the observed one is just z standard errors away."""
    share = successes / total

    def distance(p: float) -> float:
        return abs(share - p) - z * sqrt(p * (1 - p) / total)

    low, high = max(share, 1e-9), min(share, 1 - 1e-9)
    lower = 0.0 if successes == 0 else brentq(distance, 1e-12, high, xtol=1e-14)
    upper = 1.0 if successes == total else brentq(distance, low, 1 - 1e-12, xtol=1e-14)
    return lower, upper


def poisson_limits(events: int, z: float) -> tuple[float, float]:
    """The means under which so many events or more, and so many or fewer, have half of what z leaves out."""
    tail = norm.sf(z)
    lower = 0.0 if events == 0 else brentq(lambda mean: poisson.sf(events - 1, mean) - tail, 1e-12, events)
    upper = brentq(lambda mean: poisson.cdf(events, mean) - tail, events, 10 * events + 50)
    return lower, upper


def half_up(value: float, places: int) -> Decimal:
    """Schoolbook rounding of the shortest decimal form."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def sum_over(numbers: Numbers, item: str, quarter: Quarter, window: Window, timing: Timing) -> int | None:
    """A flow's sum or a snapshot's last, None where a quarter of it is not there."""
    if timing is Timing.AT_QUARTER_END:
        return numbers.get((item, quarter))
    total = 0
    steps = {Window.QUARTER: 1, Window.YEAR_TO_DATE: quarter.number, Window.ROLLING_YEAR: 4}[window]
    for step in range(steps):
        number = numbers.get((item, quarter - step))
        if number is None:
            return None
        total += number
    return total


def exact_value(
    measure: Measure, numbers: Numbers, quarter: Quarter, window: Window, people: Mapping[int, int]
) -> Fraction | None:
    """The measure in exact fractions, None where it is no number."""
    part = sum_over(numbers, measure.numerator, quarter, window, measure.timing)
    if measure.kind is Kind.COUNT:
        return None if part is None else Fraction(part)
    if measure.denominator.startswith("population"):
        years = [year for year in sorted(people) if year <= quarter.start_year]
        whole = people[years[-1]] if years else None
    else:
        whole = sum_over(numbers, measure.denominator, quarter, window, measure.timing)
    if part is None or not whole:
        return None
    if measure.kind is Kind.PERCENTAGE:
        return Fraction(100 * part, whole) if part <= whole else None
    months = 3 * {Window.QUARTER: 1, Window.YEAR_TO_DATE: quarter.number, Window.ROLLING_YEAR: 4}[window]
    yearly = Fraction(12, months) if measure.timing is Timing.IN_QUARTER else 1
    return Fraction(measure.per * part, whole) * yearly


def band(threshold: Threshold, value: Fraction, more_is_better: bool) -> str:
    """'on_target', 'near_target' or 'off_target', case by case."""
    green, red = Fraction(threshold.green_edge), Fraction(threshold.red_edge)
    if value == green:
        return "on_target" if threshold.inclusive == "green" else ("off_target" if green == red else "near_target")
    if value == red:
        return "near_target" if threshold.inclusive == "green" else "off_target"
    if more_is_better:
        return "on_target" if value > green else "off_target" if value < red else "near_target"
    return "on_target" if value < green else "off_target" if value > red else "near_target"


def may_round_to(lower: float, upper: float, published: Decimal, places: int) -> bool:
    """Whether the interval holds the published value, or any of the numbers that could round to it."""
    half = 0.5 * 10.0**-places
    candidates = [lower, upper, *(float(published) + half * step / 100 for step in range(-100, 100))]
    target = half_up(float(published), places)
    return any(lower <= one <= upper and half_up(one, places) == target for one in candidates)
