"""What each role may do, written out again by hand: the table in code must say the same."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import Agency, User
from accounts.permissions import (
    agencies_where,
    audience_of,
    can,
    can_see_event,
    can_somewhere,
    events_visible_to,
    require,
    roles_of,
)
from accounts.roles import Right, Role
from accounts.trail import record_event
from tests.builders import a_membership, a_user, an_agency

pytestmark = pytest.mark.django_db

# Of officer, lead, quality, executive, manager, auditor, in this order: - no, o own agency, A any.
ROLES = ["data_officer", "agency_lead", "quality", "executive", "manager", "auditor"]
MAY = {
    "see_summary": "AAAAAA",
    "see_dashboard": "AAAAAA",
    "see_measure": "AAAAAA",
    "see_dictionary": "AAAAAA",
    "download_template": "AAAAAA",
    "see_calendar": "ooA-AA",
    "see_return": "ooA-AA",
    "upload_return": "o---A-",
    "accept_return": "o---A-",
    "answer_query": "oo--A-",
    "manage_calendar": "----A-",
    "withdraw_return": "o---A-",
    "lock_return": "----A-",
    "purge_return": "----A-",
    "see_restricted_figures": "ooA-AA",
    "see_trail": "----AA",
    "manage_users": "----A-",
    "manage_reference_data": "----A-",
}
CASES = [(role, right, letter) for right, letters in MAY.items() for role, letter in zip(ROLES, letters, strict=True)]


def test_every_right_and_every_role_is_written_out() -> None:
    assert set(MAY) == set(Right.values)
    assert set(ROLES) == set(Role.values)


@pytest.mark.parametrize(("role", "right", "reach"), CASES)
def test_what_a_role_may_do(role: str, right: str, reach: str) -> None:
    own, other = an_agency("CSC"), an_agency("POL")
    user = a_user(role, own)
    asked = Right(right)
    assert can(user, asked, own) is (reach in "oA")
    assert can(user, asked, other) is (reach == "A")
    assert can(user, asked) is (reach == "A")
    assert can_somewhere(user, asked) is (reach in "oA")
    assert set(agencies_where(user, asked)) == {"o": {own}, "A": {own, other}, "-": set()}[reach]


def people_without_rights() -> list[User | AnonymousUser]:
    return [
        AnonymousUser(),
        a_user(),
        a_user("manager", is_active=False),
        a_user(is_superuser=True),
    ]


@pytest.mark.parametrize("right", Right)
def test_signed_out_roleless_inactive_and_mere_superusers_may_do_nothing(right: Right) -> None:
    agency = an_agency()
    for person in people_without_rights():
        assert not can(person, right, agency)
        assert not can_somewhere(person, right)
        assert not agencies_where(person, right).exists()


def test_several_memberships_add_up() -> None:
    user = a_user("data_officer", "CSC")
    a_membership(user, "data_officer", "EH")
    a_membership(user, "executive", "POL")
    assert {agency.code for agency in agencies_where(user, Right.UPLOAD_RETURN)} == {"CSC", "EH"}
    assert not can(user, Right.UPLOAD_RETURN, an_agency("POL"))
    assert roles_of(user) == (Role.DATA_OFFICER, Role.EXECUTIVE)


@pytest.mark.parametrize(
    ("role", "own", "others", "nobodys"),
    [
        ("data_officer", "restricted", "executive", "executive"),
        ("agency_lead", "restricted", "executive", "executive"),
        ("quality", "restricted", "restricted", "restricted"),
        ("executive", "executive", "executive", "executive"),
        ("manager", "restricted", "restricted", "restricted"),
        ("auditor", "restricted", "restricted", "restricted"),
    ],
)
def test_small_numbers_are_for_the_owner_and_for_oversight(role: str, own: str, others: str, nobodys: str) -> None:
    user = a_user(role, "CSC")
    assert (audience_of(user, "CSC"), audience_of(user, "POL"), audience_of(user, None)) == (own, others, nobodys)


def test_people_without_a_role_are_in_the_narrower_audience() -> None:
    assert {audience_of(person, "CSC") for person in people_without_rights()} == {"executive"}


def test_questions_after_the_first_cost_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = a_user("data_officer", "CSC")
    agencies: list[Agency] = [an_agency("CSC"), an_agency("POL")]
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        for right in Right:
            for agency in agencies:
                can(user, right, agency)
            can_somewhere(user, right)
        audience_of(user, "CSC")


def test_a_refusal_says_what_where_and_whom_to_ask() -> None:
    officer = a_user("data_officer", "CSC")
    require(officer, Right.UPLOAD_RETURN, an_agency("CSC"))
    with pytest.raises(PermissionDenied) as refusal:
        require(officer, Right.UPLOAD_RETURN, an_agency("POL", name="Police"))
    assert str(refusal.value) == (
        "You may not upload returns for Police. If you should be able to, ask the board manager."
    )


def test_the_trail_is_seen_whole_or_not_at_all() -> None:
    agency = an_agency("CSC")
    events = [
        record_event(verb="agency.changed", by=None, subject=agency, agency=agency),
        record_event(verb="user.added", by=None, subject=a_user()),
    ]
    for role in ("manager", "auditor"):
        reader = a_user(role)
        assert list(events_visible_to(reader)) == events
        assert all(can_see_event(reader, event) for event in events)
    officer = a_user("data_officer", agency)
    assert not events_visible_to(officer).exists()
    assert not any(can_see_event(officer, event) for event in events)
