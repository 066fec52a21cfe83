"""Intervals: the reference implementations' cases, and slow second implementations beyond them."""

import csv
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dataset.intervals import Z95, Z998, newcombe, poisson, rate_test, wilson
from tests.dataset import oracles

VECTORS = Path(__file__).parent.parent / "vectors"
LEVELS = {"0.95": Z95, "0.998": Z998}


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "row", rows("intervals.csv"), ids=lambda r: f"{r['method']} {r['numerator']}/{r['denominator']}"
)
def test_limits_agree_with_the_reference(row: dict[str, str]) -> None:
    numerator, denominator, multiplier = int(row["numerator"]), int(row["denominator"]), float(row["multiplier"])
    z = LEVELS[row["confidence"]]
    is_share = row["statistic"] == "proportion"
    lower, upper = wilson(numerator, denominator, z) if is_share else poisson(numerator, z)
    scale = multiplier if is_share else multiplier / denominator
    assert lower * scale == pytest.approx(float(row["lower"]), abs=1e-9)
    assert upper * scale == pytest.approx(float(row["upper"]), abs=1e-9)


DIFFERENCES = rows("difference_between_periods.csv")


@pytest.mark.parametrize("row", [row for row in DIFFERENCES if row["statistic"] == "proportion_diff"])
def test_newcombe_agrees_with_the_reference(row: dict[str, str]) -> None:
    lower, upper = newcombe(int(row["x1"]), int(row["n1"]), int(row["x2"]), int(row["n2"]))
    assert (lower, upper) == pytest.approx((float(row["lower95"]), float(row["upper95"])), abs=1e-9)
    assert (lower > 0 or upper < 0) == (row["significant"] == "1")


@pytest.mark.parametrize("row", [row for row in DIFFERENCES if row["statistic"] == "rate_ratio"])
def test_two_rates_are_told_apart_as_the_reference_does(row: dict[str, str]) -> None:
    """Its interval of the ratio comes from Wilson's of the first count's share; the exact test agrees with it."""
    one, exposure, other, other_exposure = (int(row[name]) for name in ("x1", "n1", "x2", "n2"))
    ratios = [share / (1 - share) * other_exposure / exposure for share in wilson(one, one + other)]
    assert ratios == pytest.approx([float(row["lower95"]), float(row["upper95"])], abs=1e-7)
    assert (rate_test(one, exposure, other, other_exposure) < 0.05) == (row["significant"] == "1")


@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_solves_its_equation(parts: tuple[int, int]) -> None:
    assert wilson(*parts) == pytest.approx(oracles.wilson_limits(*parts, Z95), abs=1e-7)


@pytest.mark.parametrize("events", range(10))
@pytest.mark.parametrize("z", [Z95, Z998])
def test_poisson_is_exact_under_ten(events: int, z: float) -> None:
    assert poisson(events, z) == pytest.approx(oracles.poisson_limits(events, z), rel=1e-8, abs=1e-8)


@given(st.integers(10, 5000))
def test_byar_stays_close_to_exact(events: int) -> None:
    assert poisson(events) == pytest.approx(oracles.poisson_limits(events, Z95), rel=0.002)


@given(st.integers(0, 300), st.integers(1, 90_000), st.integers(0, 300), st.integers(1, 90_000))
def test_the_test_of_two_rates_agrees_with_the_exact_interval(
    one: int, exposure: int, other: int, other_exposure: int
) -> None:
    assume(one + other)
    p = rate_test(one, exposure, other, other_exposure)
    exact = binomtest(one, one + other).proportion_ci(0.95, method="exact")
    assume(abs(p - 0.05) > 1e-9)
    share = exposure / (exposure + other_exposure)
    assert (p < 0.05) == (not exact.low <= share <= exact.high)


@given(st.integers(0, 300), st.integers(0, 300))
def test_two_rates_over_one_exposure_are_the_binomial_test(one: int, other: int) -> None:
    expected = binomtest(one, one + other).pvalue if one + other else 1.0
    assert rate_test(one, 7, other, 7) == pytest.approx(expected, abs=1e-9)


def test_impossible_parts_are_refused() -> None:
    for call in (lambda: wilson(3, 2), lambda: wilson(0, 0), lambda: poisson(-1), lambda: rate_test(1, 0, 1, 1)):
        with pytest.raises(ValueError, match=r"needs|below nought"):
            call()
