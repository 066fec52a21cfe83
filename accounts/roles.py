"""What each role may do: one table. A new right is one member of `Right` and one line of `RIGHTS`."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is to an agency or to the board."""

    DATA_OFFICER = "data_officer", "Data officer"
    AGENCY_LEAD = "agency_lead", "Agency lead"
    QUALITY = "quality", "Quality Assurance & Performance sub group"
    EXECUTIVE = "executive", "Executive member"
    MANAGER = "manager", "Board manager"
    AUDITOR = "auditor", "Inspector or auditor"


class Right(TextChoices):
    """One thing a person may do. The label completes the sentence 'You may not …'."""

    SEE_SUMMARY = "see_summary", "see the executive summary"
    SEE_DASHBOARD = "see_dashboard", "see the dashboard"
    SEE_MEASURE = "see_measure", "see measures"
    SEE_DICTIONARY = "see_dictionary", "see the data dictionary"
    DOWNLOAD_TEMPLATE = "download_template", "download return templates"
    SEE_CALENDAR = "see_calendar", "see the calendar of returns"
    SEE_RETURN = "see_return", "see returns"
    UPLOAD_RETURN = "upload_return", "upload returns"
    ACCEPT_RETURN = "accept_return", "accept returns"
    ANSWER_QUERY = "answer_query", "answer queries"
    MANAGE_CALENDAR = "manage_calendar", "change what is owed and by when"
    WITHDRAW_RETURN = "withdraw_return", "withdraw returns"
    LOCK_RETURN = "lock_return", "lock the returns of a quarter"
    PURGE_RETURN = "purge_return", "purge returns"
    SEE_RESTRICTED_FIGURES = "see_restricted_figures", "see restricted figures"
    SEE_TRAIL = "see_trail", "see the trail of events"
    MANAGE_USERS = "manage_users", "manage people and agencies"
    MANAGE_REFERENCE_DATA = "manage_reference_data", "manage targets, benchmarks and neighbour sets"


class Reach(Enum):
    """How far a right goes."""

    NONE = "none"
    OWN = "own"  # the agency of the membership
    ANY = "any"  # every agency, and what belongs to none


_EVERYONE = dict.fromkeys(Role, Reach.ANY)
_OFFICER_AND_MANAGER = {Role.DATA_OFFICER: Reach.OWN, Role.MANAGER: Reach.ANY}
_OWN_AGENCY_AND_OVERSIGHT = {
    Role.DATA_OFFICER: Reach.OWN,
    Role.AGENCY_LEAD: Reach.OWN,
    Role.QUALITY: Reach.ANY,
    Role.MANAGER: Reach.ANY,
    Role.AUDITOR: Reach.ANY,
}

RIGHTS: Mapping[Right, Mapping[Role, Reach]] = MappingProxyType(
    {
        Right.SEE_SUMMARY: _EVERYONE,
        Right.SEE_DASHBOARD: _EVERYONE,
        Right.SEE_MEASURE: _EVERYONE,
        Right.SEE_DICTIONARY: _EVERYONE,
        Right.DOWNLOAD_TEMPLATE: _EVERYONE,
        Right.SEE_CALENDAR: _OWN_AGENCY_AND_OVERSIGHT,
        Right.SEE_RETURN: _OWN_AGENCY_AND_OVERSIGHT,
        Right.UPLOAD_RETURN: _OFFICER_AND_MANAGER,
        Right.ACCEPT_RETURN: _OFFICER_AND_MANAGER,
        Right.ANSWER_QUERY: {**_OFFICER_AND_MANAGER, Role.AGENCY_LEAD: Reach.OWN},
        Right.MANAGE_CALENDAR: {Role.MANAGER: Reach.ANY},
        Right.WITHDRAW_RETURN: _OFFICER_AND_MANAGER,
        Right.LOCK_RETURN: {Role.MANAGER: Reach.ANY},
        Right.PURGE_RETURN: {Role.MANAGER: Reach.ANY},
        Right.SEE_RESTRICTED_FIGURES: _OWN_AGENCY_AND_OVERSIGHT,
        Right.SEE_TRAIL: {Role.MANAGER: Reach.ANY, Role.AUDITOR: Reach.ANY},
        Right.MANAGE_USERS: {Role.MANAGER: Reach.ANY},
        Right.MANAGE_REFERENCE_DATA: {Role.MANAGER: Reach.ANY},
    }
)


def reach_of(role: Role, right: Right) -> Reach:
    """How far `right` goes for `role`; `Reach.NONE` where the table gives it nothing."""
    return RIGHTS[right].get(role, Reach.NONE)
