"""The columns that are worked out once, when a row is stored."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.dataset.rows import frame_of

Q4 = Quarter(2016, 4)  # January to March 2017


def prepared(code: str, quarter: Quarter = Q4, **cells: Any) -> dict[str, Any]:
    """The prepared row of one row with these cells; a missing value is None."""
    prepare = RETURN_TYPES[code].prepare
    assert prepare is not None
    row = prepare(frame_of(code, cells), quarter).iloc[0]
    return {name: None if pd.isna(value) else value for name, value in row.items()}


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (-1, "u0"),
        (0, "u0"),
        (1, "1-4"),
        (4, "1-4"),
        (5, "5-9"),
        (10, "10-15"),
        (15, "10-15"),
        (16, "16-17"),
        (18, "18+"),
    ],
)
def test_ages_fall_into_bands(age: int, band: str) -> None:
    assert prepared("referrals", age=age)["age_band"] == band


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("1A", "individual"),
        ("2B", "schools and education"),
        ("3E", "health"),
        ("5C", "local authority"),
        ("7", "other"),
    ],
)
def test_a_source_belongs_to_a_group(source: str, group: str) -> None:
    assert prepared("referrals", source=source)["source_group"] == group


@pytest.mark.parametrize(
    ("before", "referred", "again"),
    [
        (None, date(2017, 3, 1), False),
        (date(2016, 3, 1), date(2017, 3, 1), True),
        (date(2016, 2, 29), date(2017, 3, 1), False),
        (date(2015, 2, 28), date(2016, 2, 29), True),
    ],
)
def test_a_rereferral_follows_another_within_a_year(before: date | None, referred: date, again: bool) -> None:
    row = prepared("referrals", referral_date=referred, previous_referral_date=before)
    assert row["rereferral"] == again


@pytest.mark.parametrize(
    ("referred", "decided", "in_one_day"),
    [
        (date(2017, 3, 10), date(2017, 3, 10), True),
        (date(2017, 3, 10), date(2017, 3, 13), True),  # Friday to Monday
        (date(2017, 3, 10), date(2017, 3, 14), False),
        (date(2017, 3, 9), date(2017, 3, 11), False),  # decided on the Saturday after the day allowed
        (date(2016, 12, 23), date(2016, 12, 28), True),  # over Christmas
        (date(2017, 3, 10), None, None),
    ],
)
def test_a_decision_within_one_working_day(referred: date, decided: date | None, in_one_day: bool | None) -> None:
    row = prepared("referrals", referral_date=referred, decision_date=decided)
    assert row["decided_in_one_day"] == in_one_day


def test_an_assessment_s_clock_does_not_count_the_day_it_starts() -> None:
    row = prepared("assessments", start_date=date(2017, 1, 3), completed_date=date(2017, 3, 7))
    assert row["working_days"] == 45


def test_factors_become_flags() -> None:
    row = prepared("assessments", factors="1B 3B 4B 16A")
    found = {name for name in row if row[name] is not None and row[name] is not pd.NA and str(row[name]) == "True"}
    assert found == {"domestic_abuse", "neglect", "parental_mental_health", "all_three"}


@pytest.mark.parametrize("factors", ["3A 4B", "3A 1A 4B", "2C 3C 4B", "1B 4B", None])
def test_all_three_needs_abuse_at_home_a_parent_s_misuse_and_a_parent_s_illness(factors: str | None) -> None:
    assert not prepared("assessments", factors=factors)["all_three"]


def test_a_factor_is_a_whole_code() -> None:
    row = prepared("assessments", factors="13A 14A")
    assert not row["domestic_abuse"]
    assert not row["parental_mental_health"]


@pytest.mark.parametrize(("year", "found"), [(2015, None), (2016, True)])
def test_faith_or_belief_abuse_is_not_known_before_its_code_came_in(year: int, found: bool | None) -> None:
    assert prepared("assessments", Quarter(year, 1), factors="23A")["fgm_or_belief"] == found


@pytest.mark.parametrize(("year", "codes"), [(2015, {"8A"}), (2016, {"22A", "23A"})])
def test_the_list_of_factors_is_the_year_s(year: int, codes: set[str]) -> None:
    factors = RETURN_TYPES["assessments"].column("factors").codes
    in_force = {code.value for code in factors if code.is_in_force(year)}
    assert in_force & {"8A", "22A", "23A"} == codes
    assert {"16A", "18A", "19A", "8B"} <= in_force
    assert not in_force & {"18B", "19C", "24A"}


def test_working_days_to_a_conference_leave_out_easter() -> None:
    row = prepared("section47_enquiries", start_date=date(2016, 3, 17), conference_date=date(2016, 4, 11))
    assert row["working_days_to_conference"] == 15
    assert prepared("section47_enquiries")["working_days_to_conference"] is None


@pytest.mark.parametrize(
    ("start", "end", "days", "is_open"),
    [
        (date(2017, 3, 31), None, 1, True),
        (date(2017, 3, 1), date(2017, 3, 1), 1, False),
        (date(2017, 3, 1), date(2017, 3, 31), 31, False),
        (date(2017, 3, 1), date(2017, 4, 1), 31, True),
        (date(2015, 4, 1), None, 731, True),  # over 29 February 2016
    ],
)
def test_a_plan_s_days_count_its_first_and_its_last(start: date, end: date | None, days: int, is_open: bool) -> None:
    row = prepared("child_protection_plans", start_date=start, end_date=end)
    assert (row["days_open"], row["open_at_end"]) == (days, is_open)


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        (date(2016, 12, 31), None, True),
        (date(2017, 1, 1), None, False),
        (date(2016, 6, 1), date(2017, 3, 1), False),
    ],
)
def test_a_plan_is_due_its_review_after_three_months(start: date, end: date | None, due: bool) -> None:
    assert prepared("child_protection_plans", start_date=start, end_date=end)["due_review"] == due


@pytest.mark.parametrize(
    ("previous", "ended", "within"),
    [
        (0, None, False),
        (1, None, None),
        (1, date(2015, 2, 14), False),
        (1, date(2015, 2, 15), True),
    ],
)
def test_a_plan_within_two_years_of_another(previous: int, ended: date | None, within: bool | None) -> None:
    row = prepared(
        "child_protection_plans",
        start_date=date(2017, 2, 14),
        number_of_previous_plans=previous,
        previous_plan_end_date=ended,
    )
    assert row["within_two_years"] == within


@pytest.mark.parametrize(
    ("start", "end", "status", "looked_after"),
    [
        (date(2017, 3, 31), None, "C2", True),
        (date(2017, 3, 1), date(2017, 3, 31), "C2", False),
        (date(2017, 3, 1), date(2017, 4, 1), "C2", True),
        (date(2017, 3, 1), None, "V4", False),
    ],
)
def test_looked_after_at_the_end_leaves_out_short_breaks(
    start: date, end: date | None, status: str, looked_after: bool
) -> None:
    row = prepared("looked_after_children", care_start_date=start, care_end_date=end, legal_status=status)
    assert row["looked_after_at_end"] == looked_after


@pytest.mark.parametrize(
    ("start", "age", "twelve_months", "long_term"),
    [
        (date(2016, 3, 31), 9, True, False),
        (date(2016, 4, 1), 9, False, False),
        (date(2014, 9, 30), 9, True, True),
        (date(2014, 10, 1), 9, True, False),
        (date(2014, 9, 30), 16, True, False),
    ],
)
def test_how_long_a_child_has_been_looked_after(start: date, age: int, twelve_months: bool, long_term: bool) -> None:
    row = prepared("looked_after_children", care_start_date=start, placement_start_date=start, age=age)
    assert (row["twelve_months"], row["two_and_half_years_under_16"]) == (twelve_months, long_term)


@pytest.mark.parametrize(
    ("placement", "since", "before", "stable"),
    [
        ("U6", date(2015, 3, 31), None, True),
        ("U6", date(2015, 4, 1), date(2013, 1, 1), False),
        ("A5", date(2016, 4, 1), date(2015, 3, 31), True),
        ("A5", date(2016, 4, 1), date(2015, 4, 1), False),
        ("A5", date(2016, 4, 1), None, False),
    ],
)
def test_a_placement_is_stable_after_two_years(placement: str, since: date, before: date | None, stable: bool) -> None:
    row = prepared(
        "looked_after_children",
        placement=placement,
        placement_start_date=since,
        previous_placement_start_date=before,
    )
    assert row["stable_two_years"] == stable


def test_a_child_has_the_groups_of_its_codes() -> None:
    row = prepared("looked_after_children", legal_status="E1", placement="H5")
    assert (row["legal_status_group"], row["placement_group"]) == ("placement order", "independent living")


@pytest.mark.parametrize(
    ("cells", "due"),
    [
        ({}, True),
        ({"category": "absent"}, False),
        ({"returned": False}, False),
        ({"placed_by_other_authority": True}, False),
        ({"interview_outcome": "not due"}, False),
        ({"interview_outcome": "declined"}, True),
    ],
)
def test_whose_return_interview_is_due(cells: dict[str, Any], due: bool) -> None:
    assert prepared("missing_episodes", **cells)["interview_due"] == due


@pytest.mark.parametrize(
    ("outcome", "hours", "in_time"),
    [("completed", 72.0, True), ("completed", 72.5, False), ("declined", None, False)],
)
def test_an_interview_within_72_hours(outcome: str, hours: float | None, in_time: bool) -> None:
    row = prepared("missing_episodes", interview_outcome=outcome, hours_to_interview=hours)
    assert row["in_72_hours"] == in_time
