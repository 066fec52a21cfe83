"""Two sessions that begin at the same moment: as if one had come after the other, and both are told what happened."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Event, User
from dataset.ingest.answering import answer_queries
from dataset.ingest.locking import lock_returns
from dataset.ingest.restating import accept_year, receive_year
from dataset.ingest.storing import AcceptanceRefused, abandon_candidate, accept_return
from dataset.ingest.withdrawing import WithdrawalRefused, withdraw_return
from dataset.ingest.year_files import SentFile
from dataset.models import QuarterlyReturn, Referral, ReturnState
from dataset.returns import RETURN_TYPES
from tests.builders import (
    A_REASON,
    QUARTER,
    a_candidate,
    a_client,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    counts_file,
    missing_file,
    on,
    referral_lines,
)
from tests.dataset.corrections import QUARTERS, a_year_and_more, accept_episodes, assert_counted_as, values
from tests.real_database import at_once

AGAIN = pytest.mark.parametrize("attempt", range(4))  # who comes first is chance
EPISODES = {"return_type": "missing_episodes", "supplier": "MISS"}


@pytest.fixture(autouse=True)
def _board(real_database: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officers() -> tuple[User, User]:
    return a_user("data_officer", "CSC"), a_user("data_officer", "CSC")


def posts(officer: User, name: str, version: QuarterlyReturn, **form: str) -> Callable[[], tuple[HttpResponse, str]]:
    """The officer presses a button of a version's page; the answer, and what the next page will say above all."""
    client = a_client(officer)

    def post() -> tuple[HttpResponse, str]:
        response = client.post(reverse(f"returns:{name}", args=[version.public_id]), form)
        return response, " ".join(str(message) for message in get_messages(response.wsgi_request))  # type: ignore[arg-type]

    return post


def uploads(officer: User, content: bytes) -> Callable[[], HttpResponse]:
    client = a_client(officer)
    form = {"supplier": "CSC", "type": "referrals", "quarter": QUARTER.slug}
    return lambda: client.post(
        reverse("returns:upload"), {**form, "file": SimpleUploadedFile("referrals.csv", content)}
    )  # type: ignore[return-value]


def referrals(number: int) -> bytes:
    return a_csv(referral_lines(number))


def numbers_and_rows() -> list[tuple[int | None, int]]:
    accepted = QuarterlyReturn.objects.filter(state=ReturnState.ACCEPTED, quarter_ordinal=QUARTER.ordinal)
    return list(accepted.order_by("version").values_list("version", "row_count"))


@AGAIN
def test_two_officers_accept_the_same_upload(attempt: int, officers: tuple[User, User]) -> None:
    candidate = a_candidate()
    answers = at_once(*(posts(officer, "accept", candidate) for officer in officers))
    refused = [said for _, said in answers if "has already been accepted, as version 1" in said]
    assert (len(refused), [response.status_code for response, _ in answers]) == (1, [302, 302])
    assert {response["Location"] for response, _ in answers} == {reverse("returns:detail", args=[candidate.public_id])}
    assert numbers_and_rows() == [(1, 3)]
    assert Event.objects.filter(verb="return.accepted").count() == 1


@AGAIN
def test_two_officers_accept_two_uploads_of_one_return(attempt: int, officers: tuple[User, User]) -> None:
    candidates = [a_candidate(referrals(number)) for number in (3, 5)]
    answers = at_once(
        *(posts(officer, "accept", one) for officer, one in zip(officers, candidates, strict=True)),
    )
    refused = [said for _, said in answers if "Version 1 of this return was accepted after you uploaded yours" in said]
    assert len(refused) == 1
    [(version, rows)] = numbers_and_rows()
    assert version == 1
    waiting = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert {rows, waiting.row_count} == {3, 5}


def test_the_page_of_an_upload_that_came_too_late_says_what_stands_now(officers: tuple[User, User]) -> None:
    def said(candidate: QuarterlyReturn) -> str:
        page = a_client(officers[0]).get(reverse("returns:detail", args=[candidate.public_id]))
        return " ".join(strip_tags(page.content.decode()).split())

    late = a_candidate(referrals(3))
    first = an_accepted_return(referrals(4))
    assert "What stands has changed since this was uploaded Version 1 of this return was accepted after" in said(late)
    late = a_candidate(referrals(5))
    withdraw_return(version=first, by=None, reason="sent for the wrong quarter")
    assert "What stands has changed since this was uploaded Version 1 of this return was withdrawn after" in said(late)


@AGAIN
def test_the_same_upload_pressed_twice(attempt: int, officers: tuple[User, User]) -> None:
    first, second = at_once(*[uploads(officers[0], referrals(40))] * 2)
    candidate = QuarterlyReturn.objects.get()
    page = reverse("returns:detail", args=[candidate.public_id])
    assert (first["Location"], second["Location"]) == (page, page)
    assert Referral.objects.count() == 40
    assert Event.objects.filter(verb="return.received").count() == 1


def test_the_same_file_of_two_officers_is_two_uploads_of_which_one_is_accepted(officers: tuple[User, User]) -> None:
    at_once(*(uploads(officer, referrals(3)) for officer in officers))
    one, other = QuarterlyReturn.objects.all()
    accept_return(candidate=one, by=officers[0])
    with pytest.raises(AcceptanceRefused, match="Version 1 of this return was accepted after you uploaded yours"):
        accept_return(candidate=other, by=officers[1])


def test_the_same_upload_pressed_twice_of_an_accepted_return_says_so_twice(officers: tuple[User, User]) -> None:
    an_accepted_return(referrals(3))
    answers = at_once(*[uploads(officers[0], referrals(3))] * 2)
    assert ["version 1" in answer.content.decode() for answer in answers] == [True, True]
    assert QuarterlyReturn.objects.count() == 1


@AGAIN
def test_abandoning_while_accepting(attempt: int, officers: tuple[User, User]) -> None:
    candidate = a_candidate()
    (accepting, of_accepting), (_, of_abandoning) = at_once(
        posts(officers[0], "accept", candidate), posts(officers[1], "abandon", candidate)
    )
    if numbers_and_rows():
        assert "was accepted as version 1 and stays" in of_abandoning
        assert (numbers_and_rows(), Referral.objects.count()) == ([(1, 3)], 3)
    else:
        assert "no longer waiting" in of_accepting + accepting.content.decode()
        assert not QuarterlyReturn.objects.exists() and not Referral.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_corrections_of_two_quarters_leave_every_window_as_if_one_had_followed_the_other(seed: int) -> None:
    chance = Random(seed)
    with on(date(2017, 5, 1)):
        files = a_year_and_more(chance)
    first, second = chance.sample(QUARTERS[-4:], 2)
    candidates = []
    for quarter, children in ((first, ["A", "K1", "K1", "K2"]), (second, ["K2", "K3", "B"])):
        files[quarter] = children
        candidates.append(a_candidate(missing_file(children, quarter), quarter=quarter, **EPISODES))
    answers = at_once(
        *(lambda one=one: accept_return(candidate=one, by=None, reason=A_REASON) for one in candidates)  # type: ignore[misc]
    )
    assert [answer.version for answer in answers] == [2, 2]
    assert_counted_as(files, values())


@pytest.mark.parametrize("seed", range(3))
def test_withdrawing_a_version_while_another_is_accepted(seed: int) -> None:
    files = a_year_and_more(Random(seed))
    quarter = QUARTERS[-3]
    sent = {1: files[quarter], 2: ["K1", "K2"], 3: ["K3", "A", "A"]}
    wrong = accept_episodes(quarter, sent[2])
    candidate = a_candidate(missing_file(sent[3], quarter), quarter=quarter, **EPISODES)
    withdrawn, accepted = at_once(
        lambda: withdraw_return(version=wrong, by=None, reason="sent for the wrong quarter"),
        lambda: accept_return(candidate=candidate, by=None, reason=A_REASON),
    )
    if isinstance(accepted, AcceptanceRefused):
        assert "Version 2 of this return was withdrawn after you uploaded yours" in str(accepted)
        stands = 1
    else:
        assert isinstance(withdrawn, WithdrawalRefused) and "does not stand any more" in str(withdrawn)
        stands = 3
    assert_counted_as({**files, quarter: sent[stands]}, values())


def test_withdrawing_one_quarter_while_another_is_corrected() -> None:
    files = a_year_and_more(Random(7))
    corrected, other = QUARTERS[-4], QUARTERS[-2]
    before = files[other]
    wrong = accept_episodes(other, ["K1", "K2"])
    files[corrected] = ["K1", "A", "K4"]
    candidate = a_candidate(missing_file(files[corrected], corrected), quarter=corrected, **EPISODES)
    answers = at_once(
        lambda: withdraw_return(version=wrong, by=None, reason="sent for the wrong quarter"),
        lambda: accept_return(candidate=candidate, by=None, reason=A_REASON),
    )
    assert [type(answer) for answer in answers] == [QuarterlyReturn] * 2
    assert_counted_as({**files, other: before}, values())


def test_a_year_and_one_of_its_quarters() -> None:
    year = QUARTER.year
    for quarter in year.quarters:
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    receipt = receive_year(
        files={one: SentFile(a_csv(referral_lines(5, one)), "year.csv") for one in year.quarters},
        return_type=RETURN_TYPES["referrals"], supplier=an_agency("CSC"), year=year, by=None,
    )  # fmt: skip
    restatement = receipt.restatement
    assert restatement is not None
    alone = a_candidate(referrals(4))
    of_year, of_quarter = at_once(
        lambda: accept_year(restatement=restatement, by=None, reason=A_REASON),
        lambda: accept_return(candidate=alone, by=None, reason=A_REASON),
    )
    rows = dict(QuarterlyReturn.objects.filter(version=2).values_list("quarter_ordinal", "row_count"))
    if isinstance(of_year, AcceptanceRefused):
        assert (rows, of_quarter.version) == ({QUARTER.ordinal: 4}, 2)
    else:
        assert isinstance(of_quarter, AcceptanceRefused)
        assert rows == {one.ordinal: 5 for one in year.quarters}


def test_the_first_counts_of_two_suppliers() -> None:
    an_agency("EH", name="Early help")
    candidates = [
        a_candidate(counts_file(code, QUARTER), return_type="partner_counts", supplier=code) for code in ("POL", "EH")
    ]
    answers = at_once(*(lambda one=one: accept_return(candidate=one, by=None) for one in candidates))  # type: ignore[misc]
    assert [answer.version for answer in answers] == [1, 1]


@AGAIN
def test_locking_a_quarter_while_a_version_of_it_is_withdrawn(attempt: int) -> None:
    version = an_accepted_return()
    locked, withdrawn = at_once(
        lambda: lock_returns(quarter=QUARTER, by=None),
        lambda: withdraw_return(version=version, by=None, reason="sent for the wrong quarter"),
    )
    version.refresh_from_db()
    if isinstance(withdrawn, WithdrawalRefused):
        assert (locked, version.state, version.locked_at is None) == (1, ReturnState.ACCEPTED, False)
    else:
        assert (locked, version.state, version.locked_at) == (0, ReturnState.WITHDRAWN, None)


# Answers -----------------------------------------------------------------------------------------------


def queried(rows: int) -> bytes:
    return a_csv([{**line, "locality": "Salisbry"} for line in referral_lines(rows)])


def answers_of(version: QuarterlyReturn) -> Sequence[Any]:
    return version.findings.order_by("line").values_list("answer", flat=True)


def test_an_answer_given_after_the_correction_was_checked_is_not_asked_for_again(officers: tuple[User, User]) -> None:
    version = an_accepted_return(queried(3))
    correction = a_candidate(queried(4))
    seen = version.findings.get(line=2)
    answer_queries(version=version, answer="so the street is called", by=officers[0], only=[seen.pk])
    answer_queries(version=correction, answer="the town", by=officers[1], only=[correction.findings.get(line=3).pk])
    accept_return(candidate=correction, by=None)
    assert list(answers_of(correction)) == ["so the street is called", "the town", "", ""]
    carried = correction.findings.get(line=2)
    assert (carried.answered_by, carried.answer_from_version) == (officers[0], 1)
    assert correction.findings.get(line=3).answer_from_version is None


@AGAIN
def test_answering_while_the_correction_that_carries_the_answers_is_accepted(
    attempt: int, officers: tuple[User, User]
) -> None:
    version = an_accepted_return(queried(3))
    correction = a_candidate(queried(4))
    answered, accepted = at_once(
        lambda: answer_queries(
            version=version, answer="checked", by=officers[0], code="unknown_locality", column="locality"
        ),
        lambda: accept_return(candidate=correction, by=None),
    )
    assert (answered, accepted.version) == (3, 2)
    assert list(answers_of(version)) == ["checked"] * 3
    assert list(answers_of(correction)) in (["checked"] * 3 + [""], [""] * 4)  # all of them, or none


@AGAIN
def test_answering_a_candidate_that_is_abandoned(attempt: int, officers: tuple[User, User]) -> None:
    candidate = a_candidate(queried(3))
    answered, abandoned = at_once(
        lambda: answer_queries(
            version=candidate, answer="checked", by=officers[0], code="unknown_locality", column="locality"
        ),
        lambda: abandon_candidate(candidate=candidate, by=None),
    )
    assert abandoned is True
    assert answered == 3 or "no longer waiting" in str(answered)
    assert not QuarterlyReturn.objects.exists()
