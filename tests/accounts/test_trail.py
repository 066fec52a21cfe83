"""An event says who did what to what, and stays true when the names change."""

import pytest
from django.db.models import ProtectedError

from accounts.models import Membership
from accounts.trail import events_about, record_event
from tests.builders import a_membership, a_user, an_agency

pytestmark = pytest.mark.django_db


def test_an_event_holds_what_was_told() -> None:
    agency, person = an_agency("CSC"), a_user(name="Officer One")
    event = record_event(verb="agency.changed", by=person, subject=agency, agency=agency, detail={"rows": 3})
    event.refresh_from_db()
    assert (event.actor, event.actor_label, event.verb) == (person, "Officer One", "agency.changed")
    assert (event.subject_type, event.subject_id) == ("accounts.agency", agency.public_id)
    assert (event.agency, event.detail) == (agency, {"rows": 3})


def test_a_former_name_stays_in_the_trail() -> None:
    person = a_user(name="Former Name")
    event = record_event(verb="user.added", by=person, subject=person)
    person.name = "New Name"
    person.save()
    event.refresh_from_db()
    assert event.actor_label == "Former Name"


@pytest.mark.parametrize(
    ("given", "label"), [({}, "system"), ({"by_label": "manage.py load_return"}, "manage.py load_return")]
)
def test_nobody_is_named_by_what_acted(given: dict[str, str], label: str) -> None:
    event = record_event(verb="agency.added", by=None, subject=an_agency(), **given)
    assert (event.actor, event.actor_label) == (None, label)


@pytest.mark.parametrize("verb", ["", "accepted", "Return.accepted", "return accepted", "return.accepted.twice"])
def test_a_verb_is_two_words(verb: str) -> None:
    with pytest.raises(ValueError, match="two short words"):
        record_event(verb=verb, by=None, subject=an_agency())


def test_a_subject_needs_a_public_id() -> None:
    membership = a_membership(a_user(), "auditor")
    with pytest.raises(TypeError, match=r"accounts\.Membership has no public_id"):
        record_event(verb="membership.granted", by=None, subject=membership)
    assert isinstance(membership, Membership)


def test_events_about_one_thing_come_oldest_first() -> None:
    one, other = an_agency("CSC"), an_agency("POL")
    first = record_event(verb="agency.added", by=None, subject=one)
    record_event(verb="agency.added", by=None, subject=other)
    second = record_event(verb="agency.changed", by=None, subject=one)
    assert list(events_about(one)) == [first, second]


def test_a_person_in_the_trail_cannot_be_deleted() -> None:
    person = a_user()
    record_event(verb="user.added", by=person, subject=person)
    with pytest.raises(ProtectedError):
        person.delete()
