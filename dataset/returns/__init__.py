"""THE RETURN TYPES: what each agency sends, one file a type."""

from dataset.definitions import ReturnType
from dataset.returns import (
    assessments,
    board_attendance,
    child_protection_plans,
    looked_after_children,
    marac_cases,
    missing_episodes,
    partner_counts,
    referrals,
    section47_enquiries,
    training_attendance,
    training_sessions,
)

RETURN_TYPES: dict[str, ReturnType] = {
    module.RETURN_TYPE.code: module.RETURN_TYPE
    for module in (
        referrals,
        assessments,
        section47_enquiries,
        child_protection_plans,
        looked_after_children,
        missing_episodes,
        marac_cases,
        training_sessions,
        training_attendance,
        board_attendance,
        partner_counts,
    )
}
