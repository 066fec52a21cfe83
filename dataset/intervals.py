"""How far ordinary variation can carry a count, a proportion, or the difference between two of them. [pure]

Wilson for proportions; exact Poisson under ten events and Byar's approximation from ten for counts and rates;
Newcombe's method 10 for the difference of two proportions; the exact conditional test for two rates. The
methods and the change at ten events are those of Public Health England's `PHEindicatormethods`.
"""

from functools import lru_cache
from math import erfc, sqrt

Z95 = 1.959963984540054
Z998 = 3.090232306167813
BYAR_FROM = 10

Interval = tuple[float, float]


def wilson(successes: int, total: int, z: float = Z95) -> Interval:
    """Limits of a proportion, as proportions from 0 to 1, without continuity correction.

    Raises ValueError unless 0 ≤ successes ≤ total and total > 0.
    """
    if total <= 0 or not 0 <= successes <= total:
        raise ValueError(f"A proportion needs 0 ≤ part ≤ whole and a whole above 0, not {successes} of {total}.")
    square = z * z
    middle = 2 * successes + square
    spread = z * sqrt(square + 4 * successes * (total - successes) / total)
    scale = 2 * (total + square)
    lower = 0.0 if successes == 0 else (middle - spread) / scale
    upper = 1.0 if successes == total else (middle + spread) / scale
    return lower, upper


@lru_cache(maxsize=4096)
def poisson(events: int, z: float = Z95) -> Interval:
    """Limits of a count of events: exact under ten, Byar's from ten. Raises ValueError below nought."""
    if events < 0:
        raise ValueError(f"A count of events cannot be below nought: {events}.")
    return _exact(events, z) if events < BYAR_FROM else _byar(events, z)


def _exact(events: int, z: float) -> Interval:
    from scipy.special import chdtri  # half a second to import: only when it is needed

    tail = erfc(z / sqrt(2)) / 2
    lower = float(chdtri(2 * events, 1 - tail)) / 2 if events else 0.0
    return lower, float(chdtri(2 * events + 2, tail)) / 2


def _byar(events: int, z: float) -> Interval:
    above = events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3
    upper = above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3
    return lower, upper


def newcombe(first: int, first_total: int, second: int, second_total: int, z: float = Z95) -> Interval:
    """Limits of first ÷ first_total less second ÷ second_total, from the two Wilson intervals (Newcombe's
    method 10).

    A difference is more than chance where the limits have the same sign. Raises ValueError as `wilson` does.
    """
    first_lower, first_upper = wilson(first, first_total, z)
    second_lower, second_upper = wilson(second, second_total, z)
    one, other = first / first_total, second / second_total
    lower = one - other - sqrt((one - first_lower) ** 2 + (second_upper - other) ** 2)
    upper = one - other + sqrt((first_upper - one) ** 2 + (other - second_lower) ** 2)
    return lower, upper


def rate_test(first: int, first_exposure: float, second: int, second_exposure: float) -> float:
    """The two-sided p of two rates being one: the exact conditional (binomial) test.

    Given their sum, the first count is binomial with the first exposure's share; the smaller tail is doubled. Raises
    ValueError for an exposure that is not above nought.
    """
    from scipy.special import bdtr, bdtrc

    _check_exposures(first_exposure, second_exposure)
    total = first + second
    if total == 0:
        return 1.0
    share = first_exposure / (first_exposure + second_exposure)
    at_most = float(bdtr(first, total, share))
    at_least = float(bdtrc(first - 1, total, share)) if first else 1.0
    return min(1.0, 2 * min(at_most, at_least))


def _check_exposures(*exposures: float) -> None:
    if any(exposure <= 0 for exposure in exposures):
        raise ValueError(f"A rate needs an exposure above nought, not {exposures}.")
