"""People: one account an e-mail address whatever its case, and what is kept of what is done to them."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.actions import add_user, grant_role, withdraw_role
from accounts.models import Agency, Event, Membership, User
from accounts.permissions import can
from accounts.roles import Right, Role
from tests.builders import PASSWORD, a_client, a_membership, a_user, an_agency

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_small_letters() -> None:
    assert User.objects.create_user(" Some.One@Example.ORG ").email == "some.one@example.org"


def test_the_database_refuses_the_same_address_in_another_case() -> None:
    a_user(email="one@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ONE@example.org", name="Another").save()


def test_a_form_is_told_of_the_same_address_in_another_case() -> None:
    a_user(email="one@example.org")
    with pytest.raises(ValidationError, match="already signs in with this e-mail address"):
        User(email="ONE@example.org", name="Another", password="!").full_clean()


def test_a_user_needs_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("")


def test_without_a_password_nobody_can_sign_in() -> None:
    user = add_user(email="new@example.org", name="New Person", by=None)
    assert not user.has_usable_password()
    assert authenticate(None, email="new@example.org", password="") is None


@pytest.mark.parametrize("role", [*Role.values, None])
def test_the_admin_opens_for_managers_alone(role: str | None) -> None:
    assert a_user(role).is_staff is (role == "manager")
    assert a_user(role, is_superuser=True).is_staff
    assert not a_user(role, is_superuser=True, is_active=False).is_staff


def test_granting_and_withdrawing_leave_one_event_each_and_take_effect_at_once() -> None:
    manager, person, agency = a_user("manager"), a_user(), an_agency("CSC")
    membership = grant_role(user=person, agency=agency, role="data_officer", by=manager)
    assert can(person, Right.UPLOAD_RETURN, agency)
    assert grant_role(user=person, agency=agency, role="data_officer", by=manager) == membership
    withdraw_role(membership=Membership.objects.get(pk=membership.pk), by=manager)
    assert not can(User.objects.get(pk=person.pk), Right.UPLOAD_RETURN, agency)
    assert [(event.verb, event.actor, event.subject_id, event.detail) for event in Event.objects.all()] == [
        ("membership.granted", manager, person.public_id, {"role": "data_officer"}),
        ("membership.withdrawn", manager, person.public_id, {"role": "data_officer"}),
    ]


def test_a_role_is_held_once_at_an_agency() -> None:
    person = a_user("auditor", "CSC")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_membership(person, "auditor", "CSC")


def test_the_database_knows_the_roles_and_the_kinds_of_agency() -> None:
    with pytest.raises(IntegrityError, match="membership_role_is_known"), transaction.atomic():
        Membership.objects.create(user=a_user(), agency=an_agency(), role="chair")
    with pytest.raises(IntegrityError, match="agency_kind_is_known"), transaction.atomic():
        Agency.objects.create(code="X", name="X", organisation="X", kind="club", identifier_space="x")


def test_someone_made_inactive_is_signed_out_at_once() -> None:
    person = a_user("manager")
    client = a_client(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "_auth_user_id" in client.session
    assert client.get("/accounts/password/change/").status_code == 302
    assert not client.login(email=person.email, password=PASSWORD)
