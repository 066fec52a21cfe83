"""The ways in which items are split: from which column, and what its values are called."""

from dataset.definitions import Breakdown
from dataset.returns import (
    assessments,
    child_protection_plans,
    common,
    looked_after_children,
    marac_cases,
    referrals,
    training_attendance,
    training_sessions,
)

ALLEGATION_SECTORS = {
    "fostering": "Foster care",
    "residential care": "Residential care",
    "faith": "Faith groups",
    "sport": "Sport and leisure",
    "transport": "Transport",
    "armed forces": "Armed forces",
}

BREAKDOWNS: dict[str, Breakdown] = {
    breakdown.name: breakdown
    for breakdown in (
        Breakdown("age band", "age_band", {code: label for code, label, _, _ in common.AGE_BANDS}),
        Breakdown("gender", "gender", common.labels_of(common.GENDER_CODES)),
        Breakdown("locality", "locality"),
        Breakdown("source group", "source_group", referrals.SOURCE_GROUPS),
        Breakdown("primary need", "primary_need", common.labels_of(referrals.PRIMARY_NEEDS)),
        Breakdown("outcome", "outcome", common.labels_of(assessments.OUTCOMES)),
        Breakdown("category", "category", common.labels_of(child_protection_plans.CATEGORIES)),
        Breakdown("legal status group", "legal_status_group", looked_after_children.LEGAL_STATUS_GROUPS),
        Breakdown("placement group", "placement_group", looked_after_children.PLACEMENT_GROUPS),
        Breakdown("uasc", "uasc", {"yes": "Unaccompanied asylum-seeking children", "no": "Other children"}),
        Breakdown("looked after or not", "looked_after", {"yes": "Looked after", "no": "Not looked after"}),
        Breakdown("referring agency", "referring_agency", common.labels_of(marac_cases.REFERRING_AGENCIES)),
        Breakdown("course", "course"),
        Breakdown("level", "level", common.labels_of(training_sessions.LEVELS)),
        Breakdown("sector", "sector", common.labels_of(training_attendance.SECTORS) | ALLEGATION_SECTORS),
        Breakdown("agency", "seat"),
        # Of partners' totals alone, so of no column.
        Breakdown("language school or not", "", {"language school": "Language school", "other": "Other"}),
    )
}
