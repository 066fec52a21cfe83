"""What each data item counts, read word for word from the definitions of the returns."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.oracle.files import (
    Quarter,
    Row,
    day_of,
    is_yes,
    months_after,
    months_before,
    next_working_day,
    read_return,
    read_rows,
    working_days,
)

Answer = dict[str, int | None]
AREA = "Wiltshire"
FGM_AND_BELIEF_SINCE = 2016


def count_items(folder: Path, quarter: Quarter | str) -> Answer:
    """Every item of a record return for one quarter; None where the return, or a column it needs, is missing.

    The four items that count different children are counted over this quarter alone; see `distinct`.
    """
    if isinstance(quarter, str):
        quarter = Quarter.parse(quarter)
    answer: Answer = {}
    for return_type, (count, items) in COUNTERS.items():
        rows = read_return(folder, quarter, return_type)
        answer |= dict.fromkeys(items) if rows is None else count(rows, quarter)
    return answer | distinct(folder, [quarter])


def distinct(folder: Path, quarters: list[Quarter] | list[str]) -> Answer:
    """The items that count different children, over any quarters together; None where a quarter has no return."""
    episodes: list[Row] = []
    for given in quarters:
        quarter = Quarter.parse(given) if isinstance(given, str) else given
        rows = read_return(folder, quarter, "missing_episodes")
        if rows is None:
            return dict.fromkeys(DISTINCT_ITEMS)
        episodes += [row for row in rows if row["category"] == "missing"]
    times = Counter(row["child_id"] for row in episodes)
    times_looked_after = Counter(row["child_id"] for row in episodes if is_yes(row["looked_after"]))
    return {
        "children_missing": len(times),
        "children_missing_12_times": sum(count >= 12 for count in times.values()),
        "children_missing_looked_after": len(times_looked_after),
        "looked_after_missing_repeat": sum(count >= 2 for count in times_looked_after.values()),
    }


def partner_counts(folder: Path, quarter: Quarter | str) -> Answer:
    """Every item that came as a total for the quarter, breakdowns left out; None where it came without a value."""
    if isinstance(quarter, str):
        quarter = Quarter.parse(quarter)
    answer: Answer = {}
    for path in sorted((folder / quarter.folder).glob("*-partner_counts.csv")):
        for row in read_rows(path):
            if not row.get("breakdown"):
                answer[row["item"]] = int(row["value"]) if row["value"] else None
    return answer


def _referrals(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = {
        "referrals_received": len(rows),
        "rereferrals": 0,
        "referrals_no_further_action": 0,
        "referrals_decided_in_one_day": None,
    }
    for row in rows:
        received, previous = _day(row["referral_date"]), day_of(row["previous_referral_date"])
        if previous and previous > months_before(received, 12):
            _add(answer, "rereferrals")
        if row["outcome"] in ("no further action", "information and advice"):
            _add(answer, "referrals_no_further_action")
        if "decision_date" in row:
            answer["referrals_decided_in_one_day"] = answer["referrals_decided_in_one_day"] or 0
            decided = day_of(row["decision_date"])
            if decided and decided <= next_working_day(received):
                _add(answer, "referrals_decided_in_one_day")
    return answer


def _assessments(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["assessments"][1], 0)
    answer["assessments_completed"] = len(rows)
    for row in rows:
        factors = set(row["factors"].split())
        abuse = bool(factors & {"3A", "3B", "3C"})
        misuse = bool(factors & {"1B", "2B"})
        ill_health = "4B" in factors
        found = {
            "assessments_in_45_days": working_days(_day(row["start_date"]), _day(row["completed_date"])) <= 45,
            "assessments_domestic_abuse": abuse,
            "assessments_parental_mental_health": ill_health,
            "assessments_all_three": abuse and misuse and ill_health,
            "assessments_neglect": "16A" in factors,
            "assessments_cse": "11A" in factors,
            "assessments_fgm_or_belief": bool(factors & {"22A", "23A"}),
        }
        _tally(answer, found)
    if quarter.year < FGM_AND_BELIEF_SINCE:
        answer["assessments_fgm_or_belief"] = None
    return answer


def _section47(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["section47_enquiries"][1], 0)
    for row in rows:
        start, end, conference = _day(row["start_date"]), day_of(row["end_date"]), day_of(row["conference_date"])
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
        _tally(answer, found)
    return answer


def _plans(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["child_protection_plans"][1], 0)
    last = quarter.last_day
    for row in rows:
        start, end = _day(row["start_date"]), day_of(row["end_date"])
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
        _tally(answer, found)
    if rows and "previous_plan_end_date" not in rows[0]:
        answer["plans_started_within_two_years"] = None
    return answer


def _looked_after(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["looked_after_children"][1], 0)
    last = quarter.last_day
    for row in rows:
        if row["legal_status"] in ("V3", "V4"):
            continue
        start, end = _day(row["care_start_date"]), day_of(row["care_end_date"])
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
        _tally(answer, found)
    if rows and "distance_miles" not in rows[0]:
        for item in ("looked_after_distance_known", "placed_over_20_miles", "placed_over_20_miles_outside"):
            answer[item] = None
    return answer


def _is_settled(row: Row, last: date) -> bool:
    """The same placement for two years or, if placed for adoption, this one and the one before together."""
    two_years_ago = months_before(last, 24)
    if _day(row["placement_start_date"]) <= two_years_ago:
        return True
    before = day_of(row.get("previous_placement_start_date", ""))
    return row["placement"] in ("A3", "A4", "A5", "A6") and before is not None and before <= two_years_ago


def _missing(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["missing_episodes"][1], 0)
    for row in rows:
        missing = row["category"] == "missing"
        outcome = row["interview_outcome"]
        hours = row["hours_to_interview"]
        returned = missing and is_yes(row["returned"])
        found = {
            "missing_episodes": missing,
            "episodes_ended": returned,
            "episodes_looked_after": missing and is_yes(row["looked_after"]),
            "episodes_out_of_area": missing and is_yes(row["out_of_area"]),
            "episodes_exploitation_risk": missing and is_yes(row["exploitation_risk"]),
            "interviews_due": returned and not is_yes(row["placed_by_other_authority"]) and outcome != "not due",
            "interviews_offered": is_yes(row["interview_offered"]),
            "interviews_declined": outcome == "declined",
            "interviews_completed": outcome in ("completed", "covered by another interview"),
            "interviews_in_72_hours": outcome == "completed" and hours != "" and float(hours) <= 72,
        }
        _tally(answer, found)
    answer["interviews_not_declined"] = (answer["interviews_offered"] or 0) - (answer["interviews_declined"] or 0)
    return answer


def _marac(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(COUNTERS["marac_cases"][1], 0)
    for row in rows:
        if row["local_authority"] != AREA:
            continue
        found = {
            "marac_cases": True,
            "marac_not_police": row["referring_agency"] != "police",
            "marac_repeat": is_yes(row["repeat"]),
        }
        _tally(answer, found)
        answer["marac_children"] = (answer["marac_children"] or 0) + int(row["children_in_household"])
    return answer


def _training(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = {"sessions_held": sum(row["level"] != "online" for row in rows)}
    for item, column in TRAINING_SUMS.items():
        answer[item] = sum(int(row[column]) for row in rows)
    return answer


def _attendance(rows: list[Row], quarter: Quarter) -> Answer:
    schools = [row for row in rows if row["sector"] in ("schools", "early years")]
    return {
        "delegates_by_sector": sum(int(row["attended"]) for row in rows),
        "delegates_schools_early_years": sum(int(row["attended"]) for row in schools),
    }


def _board(rows: list[Row], quarter: Quarter) -> Answer:
    places = [row for row in rows if row["group"] == "executive"]
    return {
        "executive_places": len(places),
        "executive_attendances": sum(is_yes(row["attended"]) for row in places),
    }


def _day(text: str) -> date:
    """A date that the return must have."""
    day = day_of(text)
    if day is None:
        raise ValueError("a date is missing")
    return day


def _tally(answer: Answer, found: dict[str, bool]) -> None:
    for item, is_so in found.items():
        if is_so:
            _add(answer, item)


def _add(answer: Answer, item: str) -> None:
    answer[item] = (answer[item] or 0) + 1


TRAINING_SUMS = {
    "delegates_attended": "attended",
    "places_offered": "capacity",
    "evaluations_returned": "evaluations_returned",
    "rated_good_or_excellent": "rated_good_or_excellent",
    "prepost_sent": "prepost_sent",
    "prepost_returned": "prepost_returned",
    "knowledge_increased": "knowledge_increased",
    "confidence_increased": "confidence_increased",
}
DISTINCT_ITEMS = (
    "children_missing",
    "children_missing_12_times",
    "children_missing_looked_after",
    "looked_after_missing_repeat",
)
COUNTERS: dict[str, tuple[Callable[[list[Row], Quarter], Answer], tuple[str, ...]]] = {
    return_type: (count, tuple(items.split()))
    for return_type, count, items in (
        (
            "referrals",
            _referrals,
            "referrals_received rereferrals referrals_no_further_action referrals_decided_in_one_day",
        ),
        (
            "assessments",
            _assessments,
            "assessments_completed assessments_in_45_days assessments_domestic_abuse assessments_neglect "
            "assessments_parental_mental_health assessments_cse assessments_fgm_or_belief assessments_all_three",
        ),
        (
            "section47_enquiries",
            _section47,
            "section47_started section47_completed section47_to_conference conferences_held conferences_in_15_days "
            "conferences_to_plan",
        ),
        (
            "child_protection_plans",
            _plans,
            "plans_open plans_open_neglect plans_open_two_years plans_due_review plans_reviewed_in_time plans_started "
            "plans_started_repeat plans_started_within_two_years plans_ended plans_ended_two_years",
        ),
        (
            "looked_after_children",
            _looked_after,
            "looked_after started_care ended_care fostered three_placements looked_after_distance_known "
            "placed_over_20_miles placed_over_20_miles_outside initial_health_due initial_health_in_time "
            "looked_after_12_months health_up_to_date dental_up_to_date immunisations_up_to_date "
            "looked_after_two_and_half_years_under_16 stable_two_years reviews_due reviews_in_time",
        ),
        (
            "missing_episodes",
            _missing,
            "missing_episodes episodes_ended episodes_looked_after episodes_out_of_area episodes_exploitation_risk "
            "interviews_due interviews_offered interviews_declined interviews_completed interviews_in_72_hours "
            "interviews_not_declined",
        ),
        ("marac_cases", _marac, "marac_cases marac_not_police marac_repeat marac_children"),
        ("training_sessions", _training, f"sessions_held {' '.join(TRAINING_SUMS)}"),
        ("training_attendance", _attendance, "delegates_by_sector delegates_schools_early_years"),
        ("board_attendance", _board, "executive_places executive_attendances"),
    )
}
RECORD_ITEMS = frozenset(item for _, items in COUNTERS.values() for item in items) | frozenset(DISTINCT_ITEMS)
