"""What the demonstration's committed files add up to: the report's print, and DfE's figures where it printed none."""

import re
from collections import Counter
from fractions import Fraction

import pytest

from tests.oracle.demo import DEMO, REFERENCE, YEARS, rows_of
from tests.oracle.files import Row, read_rows
from tests.oracle.printed import PARTS, Year, agrees

PRINTED = {row["measure"]: row for row in read_rows(REFERENCE / "published_2016_17.csv")}
NOT_FROM_RETURNS = {"CX01"}  # the population is reference data; 103,549 is a known difference from the printed 104,000


@pytest.fixture(scope="module")
def years() -> dict[str, Year]:
    return {year: Year(DEMO, REFERENCE, year) for year in YEARS}


# What the report prints


def test_every_printed_figure_is_looked_at() -> None:
    assert set(PRINTED) - NOT_FROM_RETURNS == set(PARTS)


@pytest.mark.parametrize("measure", sorted(PARTS))
def test_the_year_agrees_with_the_print(years: dict[str, Year], measure: str) -> None:
    assert agrees(years["2016-17"].value(measure), PRINTED[measure]["published"])


@pytest.mark.parametrize("measure", sorted(m for m in PARTS if re.fullmatch(r"\d+/\d+", PRINTED[m]["parts"])))
def test_the_printed_parts_are_the_parts(years: dict[str, Year], measure: str) -> None:
    numerator, denominator, _ = PARTS[measure]
    assert f"{years['2016-17'].of(numerator)}/{years['2016-17'].of(denominator)}" == PRINTED[measure]["parts"]


@pytest.mark.parametrize(
    ("item", "printed"),
    [
        ("pf_notifications", [9, 27, 4, 2]),
        ("pf_arrangements_started", [6, 27, 2, 3]),
        ("pf_visits_in_time", [2, 16, 1, 3]),
        ("prepost_sent", [None, 0, None, None]),
    ],
)
def test_quarters_that_are_printed(years: dict[str, Year], item: str, printed: list[int | None]) -> None:
    for quarter, expected in zip(years["2016-17"].quarters, printed, strict=True):
        assert expected is None or quarter[item] == expected


def test_initial_health_assessments_end_the_year_at_97(years: dict[str, Year]) -> None:
    last = years["2016-17"].quarters[3]
    assert agrees(Fraction(100 * (last["initial_health_in_time"] or 0), last["initial_health_due"] or 1), "97")


@pytest.mark.parametrize(
    ("level", "number", "returned", "knowledge", "confidence"),
    [
        ("foundation", 1, "39", "72", "74"),
        ("foundation", 3, "61", "67", "59"),
        ("foundation", 4, "84", "55", "49"),
        ("advanced", 1, "44", "91", "78"),
        ("advanced", 3, "70", "68", "61"),
        ("advanced", 4, "80", "46", "40"),
    ],
)
def test_questionnaires_are_table_2(level: str, number: int, returned: str, knowledge: str, confidence: str) -> None:
    sessions = [row for row in rows_of("training_sessions", f"2016-17 Q{number}") if row["level"] == level]

    def total(column: str) -> int:
        return sum(int(row[column]) for row in sessions)

    assert agrees(Fraction(100 * total("prepost_returned"), total("prepost_sent")), returned)
    assert agrees(Fraction(100 * total("knowledge_increased"), total("prepost_returned")), knowledge)
    assert agrees(Fraction(100 * total("confidence_increased"), total("prepost_returned")), confidence)


def test_courses_are_the_printed_table() -> None:
    courses: dict[str, tuple[int, int, int]] = {}
    for number in (1, 2, 3, 4):
        for row in rows_of("training_sessions", f"2016-17 Q{number}"):
            held, came, room = courses.get(row["course"], (0, 0, 0))
            courses[row["course"]] = (held + 1, came + int(row["attended"]), room + int(row["capacity"]))
    assert sorted(courses.values()) == sorted(
        [
            (22, 483, 516), (19, 413, 450), (3, 28, 60), (5, 93, 120), (5, 82, 118), (4, 75, 98), (6, 111, 146),
            (6, 76, 120), (6, 120, 142), (2, 40, 50), (7, 136, 172), (3, 49, 74), (3, 57, 70), (6, 187, 240),
        ]
    )  # fmt: skip


def test_executive_seats_came_as_often_as_printed() -> None:
    meetings = [row for n in (1, 2, 3, 4) for row in rows_of("board_attendance", f"2016-17 Q{n}")]
    executive = [row for row in meetings if row["group"] == "executive"]
    came = Counter(row["seat"] for row in executive if row["attended"] == "yes")
    assert sorted(came.values()) == sorted([3, 5, 3, 2, 4, 4, 5, 5, 4, 4, 5, 4, 5, 3, 4])
    assert len({row["meeting_date"] for row in executive}) == 5


def test_sixteen_of_the_twenty_who_went_missing_most_were_looked_after() -> None:
    episodes = [row for n in (1, 2, 3, 4) for row in rows_of("missing_episodes", f"2016-17 Q{n}")]
    episodes = [row for row in episodes if row["category"] == "missing"]
    often = {child for child, times in Counter(row["child_id"] for row in episodes).items() if times >= 12}
    assert (len(often), len(often & {r["child_id"] for r in episodes if r["looked_after"] == "yes"})) == (20, 16)


def test_last_years_marac_is_printed_too(years: dict[str, Year]) -> None:
    assert (years["2015-16"].of("marac_cases"), years["2015-16"].of("marac_children")) == (494, 652)


# What DfE publishes


def dfe(benchmark: str, period: str) -> Row:
    return BENCHMARKS[benchmark, period]


BENCHMARKS = {
    (row["benchmark"], row["period"]): row
    for row in read_rows(REFERENCE / "benchmarks.csv")
    if row["area_code"] == "E06000054"
}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("item", "benchmark"),
    [
        ("section47_started", "s47_rate"),
        ("conferences_held", "icpc_rate"),
        ("conferences_in_15_days", "icpc_within_15wd_pct"),
        ("plans_started", "cp_plan_start_rate"),
        ("plans_started_repeat", "cp_second_or_subsequent_pct"),
    ],
)
def test_counts_are_dfes(years: dict[str, Year], year: str, item: str, benchmark: str) -> None:
    assert str(years[year].of(item)) == dfe(benchmark, year)["numerator"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "benchmark", "by_year"),
    [
        ("#plans_reviewed_in_time", "#plans_due_review", "cp_reviews_in_timescale_pct", False),
        ("#plans_open_two_years", "#plans_open", "cp_2yrs_plus_open_pct", False),
        ("plans_ended_two_years", "plans_ended", "cp_2yrs_plus_ceased_pct", True),
        ("#three_placements", "#looked_after", "lac_3plus_placements_pct", True),
        ("#placed_over_20_miles_outside", "#looked_after", "lac_20_miles_outside_boundary_pct", False),
        ("#health_up_to_date", "#looked_after_12_months", "lac_health_assessment_pct", False),
        ("#dental_up_to_date", "#looked_after_12_months", "lac_dental_check_pct", False),
        ("#immunisations_up_to_date", "#looked_after_12_months", "lac_immunisations_pct", False),
    ],
)
def test_shares_round_to_dfes(
    years: dict[str, Year], numerator: str, denominator: str, benchmark: str, by_year: bool
) -> None:
    compared = 0
    for year in YEARS:
        published = BENCHMARKS.get((benchmark, year if by_year else f"20{year[-2:]}-03-31"))
        if published and published["value"]:
            value = Fraction(100 * years[year].of(numerator), years[year].of(denominator))
            assert agrees(value, published["value"]), year
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize(("year", "open_plans"), [*zip(YEARS, (396, 403, 381, 397), strict=True)])
def test_plans_open_at_the_years_end(years: dict[str, Year], year: str, open_plans: int) -> None:
    assert years[year].of("#plans_open") == open_plans
