"""Where the board manager looks after people: who gets in, what they may do there, and what the trail keeps."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Agency, Event, Membership, User
from accounts.roles import Role
from accounts.trail import record_event
from tests.builders import PASSWORD, a_client, a_membership, a_user, an_agency

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
PAGES = ["user", "membership", "agency", "event"]


def list_of(model: str) -> str:
    return reverse(f"admin:accounts_{model}_changelist")


def inline(*rows: dict[str, object], kept: int = 0) -> dict[str, object]:
    """What the form for the roles of a person posts."""
    posted: dict[str, object] = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": kept}
    for number, row in enumerate(rows):
        posted |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return posted


def roles_of(user: User) -> set[tuple[str, str]]:
    return set(user.memberships.values_list("role", "agency__code"))


@pytest.fixture
def manager() -> User:
    return a_user("manager", "BOARD", name="The Manager")


@pytest.fixture
def client(manager: User) -> Client:
    return a_client(manager)


@pytest.mark.parametrize("role", [role for role in Role.values if role != "manager"])
def test_the_admin_is_shut_to_other_roles(role: str) -> None:
    client = a_client(a_user(role))
    for path in [INDEX, *map(list_of, PAGES)]:
        assert client.get(path, follow=True).status_code == 403, path


def test_signed_out_one_signs_in_by_the_one_door_and_arrives() -> None:
    a_user("manager", email="manager@example.org")
    client = a_client()
    response = client.get(list_of("user"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    arrived = client.post(
        response.redirect_chain[-1][0], {"login": "manager@example.org", "password": PASSWORD}, follow=True
    )
    assert arrived.status_code == 200
    assert arrived.redirect_chain[0][0].startswith("/admin/")


@pytest.mark.parametrize("model", PAGES)
def test_the_manager_opens_every_page(client: Client, model: str) -> None:
    assert client.get(list_of(model)).status_code == 200


def test_a_superuser_without_a_role_looks_after_people_and_sees_no_trail() -> None:
    client = a_client(a_user(is_superuser=True))
    statuses = {model: client.get(list_of(model)).status_code for model in PAGES}
    assert statuses == {"user": 200, "membership": 200, "agency": 200, "event": 403}


def test_a_person_is_added_with_roles_and_gets_a_link_but_no_password(client: Client, manager: User) -> None:
    care, police = an_agency("CSC"), an_agency("POL")
    response = client.post(
        reverse("admin:accounts_user_add"),
        {"name": "New Officer", "email": "New.Officer@Example.org", "send_link": "on"}
        | inline({"agency": care.pk, "role": "data_officer"}, {"agency": police.pk, "role": "auditor"}),
    )
    assert response.status_code == 302, response.content.decode()
    person = User.objects.get(email="new.officer@example.org")
    assert not person.has_usable_password()
    assert roles_of(person) == {("data_officer", "CSC"), ("auditor", "POL")}
    assert [(event.verb, event.actor, event.detail) for event in Event.objects.all()] == [
        ("user.added", manager, {}),
        ("membership.granted", manager, {"role": "data_officer"}),
        ("membership.granted", manager, {"role": "auditor"}),
        ("user.password_link_sent", manager, {}),
    ]
    assert {event.subject_id for event in Event.objects.all()} == {person.public_id}

    (message,) = mail.outbox
    assert message.to == ["new.officer@example.org"]
    link = re.search(r"https?://testserver(\S+)", message.body)
    assert link is not None
    newcomer = a_client()
    form = newcomer.get(link[1], follow=True)
    newcomer.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert newcomer.login(email="new.officer@example.org", password=PASSWORD)


def test_the_link_can_be_left_for_later(client: Client) -> None:
    client.post(reverse("admin:accounts_user_add"), {"name": "Later", "email": "later@example.org"} | inline())
    person = User.objects.get(email="later@example.org")
    assert mail.outbox == []
    client.post(list_of("user"), {"action": "send_links", "_selected_action": [person.pk]})
    assert [message.to for message in mail.outbox] == [["later@example.org"]]


def test_no_link_goes_to_someone_inactive(client: Client) -> None:
    person = a_user(is_active=False)
    page = client.post(
        list_of("user"), {"action": "send_links", "_selected_action": [person.pk]}, follow=True
    ).content.decode()
    assert mail.outbox == []
    assert "not active" in page


def test_an_address_in_use_is_refused_beside_its_field(client: Client) -> None:
    a_user(email="taken@example.org")
    response = client.post(
        reverse("admin:accounts_user_add"), {"name": "Another", "email": "TAKEN@example.org"} | inline()
    )
    assert response.status_code == 200
    assert "Someone already signs in with this e-mail address." in response.content.decode()


def test_changes_tell_the_names_of_fields_and_never_what_is_in_them(client: Client, manager: User) -> None:
    person = a_user(name="Former Name", email="former@example.org")
    client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {"name": "Present Name", "email": "present@example.org"} | inline(),
    )
    person.refresh_from_db()
    assert (person.name, person.email, person.is_active) == ("Present Name", "present@example.org", False)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.detail) == (
        "user.changed", manager, {"fields": ["email", "is_active", "name"]},
    )  # fmt: skip


def test_saving_without_a_change_leaves_no_event(client: Client) -> None:
    person = a_user()
    client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {"name": person.name, "email": person.email, "is_active": "on"} | inline(),
    )
    assert not Event.objects.exists()


def test_a_role_is_taken_away_on_the_persons_page(client: Client) -> None:
    person = a_user("data_officer", "CSC")
    kept = a_membership(person, "agency_lead", "CSC")
    gone = person.memberships.get(role="data_officer")
    rows = [
        {"id": membership.pk, "user": person.pk, **({"DELETE": "on"} if membership == gone else {})}
        for membership in person.memberships.all()
    ]
    response = client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        {"name": person.name, "email": person.email, "is_active": "on"} | inline(*rows, kept=len(rows)),
    )
    assert response.status_code == 302
    assert list(person.memberships.all()) == [kept]
    event = Event.objects.get()
    assert (event.verb, event.detail, event.agency) == (
        "membership.withdrawn", {"role": "data_officer"}, an_agency("CSC"),
    )  # fmt: skip


def test_roles_are_granted_and_withdrawn_on_their_own_pages(client: Client) -> None:
    person, agency = a_user(), an_agency("POL")
    client.post(
        reverse("admin:accounts_membership_add"), {"user": person.pk, "agency": agency.pk, "role": "agency_lead"}
    )
    membership = person.memberships.get()
    client.post(reverse("admin:accounts_membership_delete", args=[membership.pk]), {"post": "yes"})
    another = a_membership(person, "auditor", agency)
    client.post(
        list_of("membership"),
        {"action": "delete_selected", "_selected_action": [another.pk], "post": "yes"},
    )
    assert not Membership.objects.filter(user=person).exists()
    assert [event.verb for event in Event.objects.all()] == [
        "membership.granted", "membership.withdrawn", "membership.withdrawn",
    ]  # fmt: skip


def test_people_and_agencies_cannot_be_deleted(client: Client) -> None:
    person, agency = a_user(), an_agency("OLD")
    assert client.post(reverse("admin:accounts_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:accounts_agency_delete", args=[agency.pk]), {"post": "yes"}).status_code == 403
    for model, row in [("user", person), ("agency", agency)]:
        client.post(list_of(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert User.objects.filter(pk=person.pk).exists()
    assert Agency.objects.filter(pk=agency.pk).exists()


def test_a_manager_can_neither_become_a_superuser_nor_change_one(client: Client, manager: User) -> None:
    client.post(
        reverse("admin:accounts_user_change", args=[manager.pk]),
        {"name": manager.name, "email": manager.email, "is_active": "on", "is_superuser": "on"} | inline(),
    )
    manager.refresh_from_db()
    assert not manager.is_superuser
    superuser = a_user(is_superuser=True)
    there = reverse("admin:accounts_user_change", args=[superuser.pk])
    posted = {"name": "Mine", "email": "mine@example.org", "is_active": "on"} | inline()
    assert client.post(there, posted).status_code == 403
    client.post(list_of("user"), {"action": "send_links", "_selected_action": [superuser.pk]})
    assert mail.outbox == []


def test_an_agency_keeps_its_code_and_its_space(client: Client) -> None:
    agency = an_agency("CSC", identifier_space="care")
    client.post(
        reverse("admin:accounts_agency_change", args=[agency.pk]),
        {"code": "NEW", "identifier_space": "other", "name": "New name", "organisation": "O", "kind": "police"},
    )
    agency.refresh_from_db()
    assert (agency.code, agency.identifier_space, agency.name, agency.active) == ("CSC", "care", "New name", False)
    event = Event.objects.get()
    assert (event.verb, event.agency) == ("agency.changed", agency)
    assert event.detail == {"fields": ["active", "kind", "name", "organisation"]}


def test_an_agency_is_added_with_an_event(client: Client) -> None:
    client.post(
        reverse("admin:accounts_agency_add"),
        {"code": "NEW", "name": "New", "organisation": "O", "kind": "health", "identifier_space": "new"},
    )
    agency = Agency.objects.get(code="NEW")
    assert Event.objects.get().subject_id == agency.public_id


def test_the_trail_can_only_be_read(client: Client) -> None:
    event = record_event(verb="agency.added", by=None, subject=an_agency("CSC"))
    there = reverse("admin:accounts_event_change", args=[event.pk])
    assert client.get(there).status_code == 200
    assert client.post(there, {"verb": "x.y"}).status_code == 403
    assert client.get(reverse("admin:accounts_event_add")).status_code == 403
    assert client.post(reverse("admin:accounts_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
