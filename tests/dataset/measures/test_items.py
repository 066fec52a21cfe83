"""How each item of a record return is counted: small returns, stored and filtered, with the counts by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Count, Sum

from dataset.definitions import DataItem, Timing
from dataset.ingest.records import store_records
from dataset.measures import ITEMS
from dataset.models import RECORD_MODELS, Area, QuarterlyReturn
from dataset.periods import Quarter
from dataset.returns import RETURN_TYPES
from tests.builders import an_agency
from tests.dataset.rows import frame_of

Q4 = Quarter(2016, 4)
LONG_AGO, BEFORE, DURING, AFTER = date(2014, 1, 10), date(2016, 12, 5), date(2017, 2, 14), date(2017, 4, 3)

RETURNS: dict[str, tuple[list[dict[str, Any]], dict[str, int]]] = {
    "referrals": (
        [
            {"outcome": "no further action", "decision_date": DURING},
            {"outcome": "information and advice", "decision_date": date(2017, 2, 20)},
            {"previous_referral_date": BEFORE, "decision_date": date(2017, 2, 15)},
            {"previous_referral_date": LONG_AGO},
        ],
        {
            "referrals_received": 4,
            "rereferrals": 1,
            "referrals_decided_in_one_day": 2,
            "referrals_no_further_action": 2,
        },
    ),
    "assessments": (
        [
            {"factors": "3B 1B 4B"},
            {"factors": "16A 11A", "start_date": date(2016, 10, 3)},
            {"factors": "18A 14A"},
            {"factors": "22A"},
            {},
        ],
        {
            "assessments_completed": 5,
            "assessments_in_45_days": 4,
            "assessments_domestic_abuse": 1,
            "assessments_neglect": 1,
            "assessments_parental_mental_health": 1,
            "assessments_cse": 1,
            "assessments_fgm_or_belief": 1,
            "assessments_all_three": 1,
        },
    ),
    "section47_enquiries": (
        [
            {"start_date": DURING},
            {"start_date": BEFORE, "end_date": DURING},
            {"start_date": BEFORE, "end_date": AFTER},
            {
                "start_date": date(2017, 1, 16),
                "end_date": date(2017, 1, 30),
                "conference_required": True,
                "conference_date": date(2017, 2, 6),
                "conference_type": "initial",
                "conference_outcome": "plan",
            },
            {
                "start_date": BEFORE,
                "end_date": date(2016, 12, 20),
                "conference_required": True,
                "conference_date": DURING,
                "conference_type": "initial",
                "conference_outcome": "no plan",
            },
            {
                "start_date": DURING,
                "conference_date": DURING,
                "conference_type": "transfer-in",
                "conference_outcome": "plan",
            },
        ],
        {
            "section47_started": 3,
            "section47_completed": 4,
            "section47_to_conference": 2,
            "conferences_held": 2,
            "conferences_in_15_days": 1,
            "conferences_to_plan": 1,
        },
    ),
    "child_protection_plans": (
        [
            {"start_date": DURING},
            {"start_date": DURING, "number_of_previous_plans": 1, "previous_plan_end_date": BEFORE},
            {"start_date": DURING, "number_of_previous_plans": 2, "previous_plan_end_date": LONG_AGO},
            {"start_date": DURING, "number_of_previous_plans": 1},
            {"start_date": BEFORE, "latest_category": "EMO", "reviews_in_timescale": True},
            {"start_date": LONG_AGO, "reviews_in_timescale": False},
            {"start_date": LONG_AGO, "end_date": DURING, "reviews_in_timescale": True},
            {"start_date": BEFORE, "end_date": DURING},
            {"start_date": BEFORE, "end_date": AFTER, "reviews_in_timescale": True},
        ],
        {
            "plans_open": 7,
            "plans_open_neglect": 6,
            "plans_open_two_years": 1,
            "plans_due_review": 3,
            "plans_reviewed_in_time": 2,
            "plans_started": 4,
            "plans_started_repeat": 3,
            "plans_started_within_two_years": 1,
            "plans_ended": 2,
            "plans_ended_two_years": 1,
        },
    ),
    "looked_after_children": (
        [
            {
                "care_start_date": DURING,
                "initial_health_assessment_due": True,
                "initial_health_assessment_in_time": True,
            },
            {
                "care_start_date": DURING,
                "initial_health_assessment_due": True,
                "initial_health_assessment_in_time": False,
            },
            {
                "care_start_date": LONG_AGO,
                "placement_start_date": LONG_AGO,
                "health_assessment_up_to_date": True,
                "dental_check_up_to_date": False,
                "immunisations_up_to_date": True,
                "reviews_in_timescale": True,
                "distance_miles": 20.0,
                "in_area": False,
            },
            {
                "care_start_date": LONG_AGO,
                "placement": "K2",
                "placement_start_date": BEFORE,
                "placements_in_last_12_months": 3,
                "health_assessment_up_to_date": False,
                "dental_check_up_to_date": True,
                "immunisations_up_to_date": True,
                "reviews_in_timescale": False,
                "distance_miles": 20.1,
                "in_area": False,
            },
            {"care_start_date": BEFORE, "age": 17, "distance_miles": 50.0},
            {
                "care_start_date": LONG_AGO,
                "care_end_date": DURING,
                "placement_start_date": LONG_AGO,
                "placements_in_last_12_months": 4,
                "reviews_in_timescale": True,
                "distance_miles": 99.0,
                "in_area": False,
            },
            {
                "care_start_date": DURING,
                "legal_status": "V3",
                "initial_health_assessment_due": True,
                "initial_health_assessment_in_time": True,
            },
            {"care_start_date": LONG_AGO, "care_end_date": DURING, "legal_status": "V4"},
        ],
        {
            "looked_after": 5,
            "started_care": 2,
            "ended_care": 1,
            "three_placements": 1,
            "looked_after_two_and_half_years_under_16": 2,
            "stable_two_years": 1,
            "looked_after_distance_known": 3,
            "placed_over_20_miles": 2,
            "placed_over_20_miles_outside": 1,
            "fostered": 4,
            "initial_health_due": 2,
            "initial_health_in_time": 1,
            "looked_after_12_months": 2,
            "health_up_to_date": 1,
            "dental_up_to_date": 1,
            "immunisations_up_to_date": 2,
            "reviews_due": 2,
            "reviews_in_time": 1,
        },
    ),
    "missing_episodes": (
        [
            *({"child_id": "often", "looked_after": number < 2} for number in range(12)),
            {"child_id": "once", "looked_after": True, "interview_outcome": "completed", "hours_to_interview": 72.0},
            {"child_id": "a", "interview_outcome": "completed", "hours_to_interview": 80.0, "exploitation_risk": True},
            {"child_id": "b", "interview_outcome": "declined", "placed_by_other_authority": True},
            {"child_id": "c", "interview_outcome": "covered by another interview", "out_of_area": True},
            {"child_id": "d", "interview_offered": False, "interview_outcome": "not due"},
            {"child_id": "e", "returned": False, "hours_missing": None, "interview_offered": False},
            {"child_id": "f", "category": "absent", "looked_after": True, "interview_outcome": "declined"},
        ],
        {
            "missing_episodes": 18,
            "episodes_ended": 17,
            "episodes_looked_after": 3,
            "episodes_out_of_area": 1,
            "episodes_exploitation_risk": 1,
            "children_missing": 7,
            "children_missing_looked_after": 2,
            "looked_after_missing_repeat": 1,
            "children_missing_12_times": 1,
            "interviews_offered": 16,
            "interviews_declined": 1,
            "interviews_not_declined": 15,
            "interviews_completed": 3,
            "interviews_in_72_hours": 1,
            "interviews_due": 15,
        },
    ),
    "marac_cases": (
        [
            {"children_in_household": 3},
            {"repeat": True, "referring_agency": "health", "children_in_household": 2},
            {"referring_agency": "independent advisor"},
        ],
        {"marac_cases": 3, "marac_children": 5, "marac_repeat": 1, "marac_not_police": 2},
    ),
    "training_sessions": (
        [{}, {"level": "forum", "attended": 4, "evaluations_returned": 2}, {"level": "online"}],
        {
            "sessions_held": 2,
            "delegates_attended": 44,
            "places_offered": 72,
            "evaluations_returned": 38,
            "rated_good_or_excellent": 51,
            "prepost_sent": 60,
            "prepost_returned": 27,
            "knowledge_increased": 21,
            "confidence_increased": 18,
        },
    ),
    "training_attendance": (
        [{}, {"sector": "early years", "attended": 3}, {"sector": "police", "attended": 5}],
        {"delegates_by_sector": 16, "delegates_schools_early_years": 11},
    ),
    "board_attendance": (
        [{}, {"deputy": True}, {"attended": False}, {"group": "early help"}],
        {"executive_places": 3, "executive_attendances": 2},
    ),
}


def counted(item: DataItem) -> int:
    """The item's count over all that is stored, by a query of its own."""
    rows = RECORD_MODELS[item.source]._default_manager.filter(*([item.where(Q4)] if item.where else []))
    if item.timing is Timing.DISTINCT_YEAR_TO_DATE:
        return rows.values("child_id").annotate(times=Count("pk")).filter(times__gte=item.at_least).count()
    return rows.aggregate(sum=Sum(item.sums))["sum"] if item.sums else rows.count()


@pytest.fixture
def version(request: pytest.FixtureRequest, db: None) -> QuarterlyReturn:
    area = Area.objects.create(code="E06000054", name="Wiltshire", level="local_authority")
    return QuarterlyReturn.objects.create(
        return_type=request.param,
        supplier=an_agency(),
        area=area,
        quarter_ordinal=Q4.ordinal,
        uploaded_at=datetime(2017, 4, 20, tzinfo=UTC),
    )


@pytest.mark.parametrize("version", RETURNS, indirect=True)
def test_items_are_counted_as_they_say(version: QuarterlyReturn) -> None:
    rows, expected = RETURNS[version.return_type]
    frame, prepare = frame_of(version.return_type, *rows), RETURN_TYPES[version.return_type].prepare
    store_records(version, prepare(frame, Q4) if prepare else frame)
    assert {code: counted(ITEMS[code]) for code in expected} == expected
    assert set(expected) == {item.code for item in ITEMS.values() if item.source == version.return_type}


@pytest.mark.parametrize("version", ["referrals", "child_protection_plans"], indirect=True)
def test_the_rows_whose_answer_is_known_are_counted_too(version: QuarterlyReturn) -> None:
    code = {"referrals": "referrals_decided_in_one_day", "child_protection_plans": "plans_started_within_two_years"}
    rows, _ = RETURNS[version.return_type]
    prepare, known = RETURN_TYPES[version.return_type].prepare, ITEMS[code[version.return_type]].known
    assert prepare is not None
    assert known is not None
    store_records(version, prepare(frame_of(version.return_type, *rows), Q4))
    assert RECORD_MODELS[version.return_type]._default_manager.filter(known(Q4)).count() == 3
