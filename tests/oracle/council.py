"""What the items of the council's five returns count, read word for word from their definitions."""

from datetime import date

from tests.oracle.files import (
    Quarter,
    Row,
    day_of,
    is_yes,
    months_after,
    months_before,
    next_working_day,
    working_days,
)
from tests.oracle.tally import Answer, add, day_in, tally

FGM_AND_BELIEF_SINCE = 2016
REFERRALS = "referrals_received rereferrals referrals_no_further_action referrals_decided_in_one_day".split()
ASSESSMENTS = """
assessments_completed assessments_in_45_days assessments_domestic_abuse assessments_neglect
assessments_parental_mental_health assessments_cse assessments_fgm_or_belief assessments_all_three
""".split()
SECTION47_ENQUIRIES = """
section47_started section47_completed section47_to_conference conferences_held
conferences_in_15_days conferences_to_plan
""".split()
CHILD_PROTECTION_PLANS = """
plans_open plans_open_neglect plans_open_two_years plans_due_review plans_reviewed_in_time
plans_started plans_started_repeat plans_started_within_two_years plans_ended plans_ended_two_years
""".split()
LOOKED_AFTER_CHILDREN = """
looked_after started_care ended_care fostered three_placements looked_after_distance_known
placed_over_20_miles placed_over_20_miles_outside initial_health_due initial_health_in_time
looked_after_12_months health_up_to_date dental_up_to_date immunisations_up_to_date
looked_after_two_and_half_years_under_16 stable_two_years reviews_due reviews_in_time
""".split()


def referrals(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = {
        "referrals_received": len(rows),
        "rereferrals": 0,
        "referrals_no_further_action": 0,
        "referrals_decided_in_one_day": None,
    }
    for row in rows:
        received, previous = day_in(row["referral_date"]), day_of(row["previous_referral_date"])
        if previous and previous >= months_before(received, 12):
            add(answer, "rereferrals")
        if row["outcome"] in ("no further action", "information and advice"):
            add(answer, "referrals_no_further_action")
        if "decision_date" in row:
            answer["referrals_decided_in_one_day"] = answer["referrals_decided_in_one_day"] or 0
            decided = day_of(row["decision_date"])
            if decided and decided <= next_working_day(received):
                add(answer, "referrals_decided_in_one_day")
    return answer


def assessments(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(ASSESSMENTS, 0)
    answer["assessments_completed"] = len(rows)
    for row in rows:
        factors = set(row["factors"].split())
        abuse = bool(factors & {"3A", "3B", "3C"})
        misuse = bool(factors & {"1B", "2B"})
        ill_health = "4B" in factors
        found = {
            "assessments_in_45_days": working_days(day_in(row["start_date"]), day_in(row["completed_date"])) <= 45,
            "assessments_domestic_abuse": abuse,
            "assessments_parental_mental_health": ill_health,
            "assessments_all_three": abuse and misuse and ill_health,
            "assessments_neglect": "16A" in factors,
            "assessments_cse": "11A" in factors,
            "assessments_fgm_or_belief": bool(factors & {"22A", "23A"}),
        }
        tally(answer, found)
    if quarter.year < FGM_AND_BELIEF_SINCE:
        answer["assessments_fgm_or_belief"] = None
    return answer


def section47(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(SECTION47_ENQUIRIES, 0)
    for row in rows:
        start, end, conference = day_in(row["start_date"]), day_of(row["end_date"]), day_of(row["conference_date"])
        held = quarter.holds(conference) and row["conference_type"] == "initial"
        completed = quarter.holds(end) or quarter.holds(conference)
        found = {
            "section47_started": quarter.holds(start),
            "section47_completed": completed,
            "section47_to_conference": completed and is_yes(row["conference_required"]),
            "conferences_held": held,
            "conferences_in_15_days": held and conference is not None and working_days(start, conference) <= 15,
            "conferences_to_plan": held and row["conference_outcome"] == "plan",
        }
        tally(answer, found)
    return answer


def plans(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(CHILD_PROTECTION_PLANS, 0)
    last = quarter.last_day
    for row in rows:
        start, end = day_in(row["start_date"]), day_of(row["end_date"])
        is_open = start <= last and (end is None or end > last)
        started, ended = quarter.holds(start), quarter.holds(end)
        previous = day_of(row.get("previous_plan_end_date", ""))
        due = is_open and months_after(start, 3) <= last
        found = {
            "plans_open": is_open,
            "plans_open_neglect": is_open and row["latest_category"] == "NEG",
            "plans_open_two_years": is_open and (last - start).days + 1 > 729,
            "plans_due_review": due,
            "plans_reviewed_in_time": due and is_yes(row["reviews_in_timescale"]),
            "plans_started": started,
            "plans_started_repeat": started and int(row["number_of_previous_plans"]) > 0,
            "plans_started_within_two_years": started and previous is not None and previous > months_before(start, 24),
            "plans_ended": ended,
            "plans_ended_two_years": ended and end is not None and (end - start).days + 1 > 729,
        }
        tally(answer, found)
    if rows and "previous_plan_end_date" not in rows[0]:
        answer["plans_started_within_two_years"] = None
    return answer


def looked_after(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(LOOKED_AFTER_CHILDREN, 0)
    last = quarter.last_day
    for row in rows:
        if row["legal_status"] in ("V3", "V4"):
            continue
        start, end = day_in(row["care_start_date"]), day_of(row["care_end_date"])
        here = start <= last and (end is None or end > last)
        year = here and months_after(start, 12) <= last
        long_term = here and int(row["age"]) < 16 and months_after(start, 30) <= last
        miles = row.get("distance_miles", "")
        far = here and miles != "" and float(miles) > 20
        due = is_yes(row["initial_health_assessment_due"])
        found = {
            "looked_after": here,
            "started_care": quarter.holds(start),
            "ended_care": quarter.holds(end),
            "fostered": here and row["placement"] in ("U1", "U2", "U3", "U4", "U5", "U6"),
            "three_placements": here and int(row["placements_in_last_12_months"]) >= 3,
            "looked_after_distance_known": here and miles != "",
            "placed_over_20_miles": far,
            "placed_over_20_miles_outside": far and not is_yes(row["in_area"]),
            "initial_health_due": due,
            "initial_health_in_time": due and is_yes(row["initial_health_assessment_in_time"]),
            "looked_after_12_months": year,
            "health_up_to_date": year and is_yes(row["health_assessment_up_to_date"]),
            "dental_up_to_date": year and is_yes(row["dental_check_up_to_date"]),
            "immunisations_up_to_date": year and is_yes(row["immunisations_up_to_date"]),
            "looked_after_two_and_half_years_under_16": long_term,
            "stable_two_years": long_term and _is_settled(row, last),
            "reviews_due": here and row["reviews_in_timescale"] != "",
            "reviews_in_time": here and is_yes(row["reviews_in_timescale"]),
        }
        tally(answer, found)
    if rows and "distance_miles" not in rows[0]:
        for item in ("looked_after_distance_known", "placed_over_20_miles", "placed_over_20_miles_outside"):
            answer[item] = None
    return answer


def _is_settled(row: Row, last: date) -> bool:
    """The same placement for two years or, if placed for adoption, this one and the one before together."""
    two_years_ago = months_before(last, 24)
    if day_in(row["placement_start_date"]) <= two_years_ago:
        return True
    before = day_of(row.get("previous_placement_start_date", ""))
    return row["placement"] in ("A3", "A4", "A5", "A6") and before is not None and before <= two_years_ago
