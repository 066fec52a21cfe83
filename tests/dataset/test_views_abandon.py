"""Abandoning an upload: the page says what truly became of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db.models.signals import post_init

from accounts.models import Event
from dataset.ingest.storing import abandon_candidate, accept_return
from dataset.models import QuarterlyReturn, ReturnState
from tests.builders import a_candidate, a_client, a_standing_board, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def test_abandoning_tells_whether_anything_was_deleted() -> None:
    waiting = a_candidate()
    assert abandon_candidate(candidate=waiting, by=None) is True
    assert abandon_candidate(candidate=waiting, by=None) is False
    accepted = accept_return(candidate=a_candidate(), by=None)
    assert abandon_candidate(candidate=accepted, by=None) is False
    assert QuarterlyReturn.objects.get() == accepted
    assert Event.objects.filter(verb="return.abandoned").count() == 1


@pytest.mark.parametrize(
    ("meanwhile", "told", "not_told", "left"),
    [
        (accept_return, "was accepted as version 1 and stays", "was abandoned", 1),
        (abandon_candidate, "was abandoned already, and nothing of it is kept", "It is still owed", 0),
    ],
)
def test_who_comes_second_is_told_what_the_first_did(
    meanwhile: Callable[..., object], told: str, not_told: str, left: int
) -> None:
    """The first acts at the moment when the second's page has read the candidate and not yet deleted it."""
    candidate = a_candidate()
    client = a_client(a_user("data_officer"))
    acted = []

    def act(sender: type, instance: QuarterlyReturn, **_: object) -> None:
        if not acted and instance.pk == candidate.pk:
            acted.append(True)
            meanwhile(candidate=candidate, by=None)

    post_init.connect(act, sender=QuarterlyReturn)
    try:
        response = client.post(f"/returns/{candidate.public_id}/abandon/", follow=True)
    finally:
        post_init.disconnect(act, sender=QuarterlyReturn)
    page = " ".join(response.content.decode().split())
    assert acted
    assert told in page
    assert not_told not in page
    assert QuarterlyReturn.objects.filter(state=ReturnState.ACCEPTED).count() == left
