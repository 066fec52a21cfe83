"""What each data item counts, read word for word from the definitions of the returns."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.oracle import council
from tests.oracle.files import Quarter, Row, is_yes, read_return, read_rows
from tests.oracle.tally import Answer, tally

AREA = "Wiltshire"
MISSING_EPISODES = """
missing_episodes episodes_ended episodes_looked_after episodes_out_of_area
episodes_exploitation_risk interviews_due interviews_offered interviews_declined
interviews_completed interviews_in_72_hours interviews_not_declined
""".split()
MARAC_CASES = """
marac_cases marac_not_police marac_repeat marac_children
""".split()


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


def _missing(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(MISSING_EPISODES, 0)
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
            "interviews_offered": missing and is_yes(row["interview_offered"]),
            "interviews_declined": missing and outcome == "declined",
            "interviews_completed": missing and outcome in ("completed", "covered by another interview"),
            "interviews_in_72_hours": missing and outcome == "completed" and hours != "" and float(hours) <= 72,
        }
        tally(answer, found)
    answer["interviews_not_declined"] = (answer["interviews_offered"] or 0) - (answer["interviews_declined"] or 0)
    return answer


def _marac(rows: list[Row], quarter: Quarter) -> Answer:
    answer: Answer = dict.fromkeys(MARAC_CASES, 0)
    for row in rows:
        if row["local_authority"] != AREA:
            continue
        found = {
            "marac_cases": True,
            "marac_not_police": row["referring_agency"] != "police",
            "marac_repeat": is_yes(row["repeat"]),
        }
        tally(answer, found)
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
COUNTERS: dict[str, tuple[Callable[[list[Row], Quarter], Answer], list[str]]] = {
    "referrals": (council.referrals, council.REFERRALS),
    "assessments": (council.assessments, council.ASSESSMENTS),
    "section47_enquiries": (council.section47, council.SECTION47_ENQUIRIES),
    "child_protection_plans": (council.plans, council.CHILD_PROTECTION_PLANS),
    "looked_after_children": (council.looked_after, council.LOOKED_AFTER_CHILDREN),
    "missing_episodes": (_missing, MISSING_EPISODES),
    "marac_cases": (_marac, MARAC_CASES),
    "training_sessions": (_training, ["sessions_held", *TRAINING_SUMS]),
    "training_attendance": (_attendance, ["delegates_by_sector", "delegates_schools_early_years"]),
    "board_attendance": (_board, ["executive_places", "executive_attendances"]),
}
RECORD_ITEMS = frozenset(item for _, items in COUNTERS.values() for item in items) | frozenset(DISTINCT_ITEMS)
