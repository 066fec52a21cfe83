"""Two sessions at one return: what deletes waits for what accepts, and leaves it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from dataset.ingest.forgetting import CANDIDATE_LIFE
from dataset.ingest.storing import abandon_candidate, accept_return
from dataset.models import QuarterlyReturn, Referral, ReturnState
from tests.builders import QUARTER, a_candidate, a_csv, a_standing_board, an_accepted_return, referral_lines
from tests.real_database import Session

A_MOMENT = 0.5  # seconds in which a thread that does not wait would be through


@pytest.fixture(autouse=True)
def _board(real_database: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@contextmanager
def begun(act: Callable[[], Any]) -> Iterator[None]:
    """`act` done in a transaction that is committed at the end."""
    with transaction.atomic():
        act()
        yield


def test_abandoning_waits_for_an_acceptance_and_then_leaves_the_return_alone() -> None:
    candidate = a_candidate()
    other = Session(lambda: abandon_candidate(candidate=candidate, by=None))
    with begun(lambda: accept_return(candidate=candidate, by=None)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert other.done() is False
    assert QuarterlyReturn.objects.get().state == ReturnState.ACCEPTED
    assert Referral.objects.count() == 3


def test_accepting_waits_for_an_abandonment_and_is_then_refused() -> None:
    candidate = a_candidate()
    other = Session(lambda: accept_return(candidate=candidate, by=None))
    with begun(lambda: abandon_candidate(candidate=candidate, by=None)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert "no longer waiting" in str(other.done())
    assert not QuarterlyReturn.objects.exists()


@pytest.mark.postgresql
def test_the_next_upload_does_not_clear_away_an_old_candidate_that_is_being_accepted() -> None:
    old, forgotten = a_candidate(), a_candidate(a_csv(referral_lines(4)))
    long_ago = timezone.now() - CANDIDATE_LIFE - timedelta(hours=1)
    QuarterlyReturn.objects.update(uploaded_at=long_ago)
    # its day ends while it is being accepted
    QuarterlyReturn.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - CANDIDATE_LIFE + timedelta(seconds=2))
    before = QUARTER - 1
    other = Session(lambda: a_candidate(a_csv(referral_lines(3, before)), quarter=before))
    with begun(lambda: accept_return(candidate=old, by=None)):
        time.sleep(2.1)
        other.start()
        newest = other.done()
    assert set(QuarterlyReturn.objects.values_list("pk", flat=True)) == {old.pk, newest.pk}
    assert forgotten.pk not in QuarterlyReturn.objects.values_list("pk", flat=True)
    assert Referral.objects.filter(quarterly_return=old).count() == 3


def test_of_two_who_accept_at_once_the_second_is_told_of_the_first() -> None:
    an_accepted_return()  # so that the row that both lock is there
    first, second = a_candidate(a_csv(referral_lines(5))), a_candidate(a_csv(referral_lines(4)))
    other = Session(lambda: accept_return(candidate=second, by=None))
    with begun(lambda: accept_return(candidate=first, by=None)):
        other.start()
        assert other.is_waiting(A_MOMENT)
    assert "Version 2 of this return was accepted after you uploaded yours" in str(other.done())
    accepted = QuarterlyReturn.objects.filter(state=ReturnState.ACCEPTED).order_by("version")
    assert list(accepted.values_list("version", "row_count")) == [(1, 3), (2, 5)]
