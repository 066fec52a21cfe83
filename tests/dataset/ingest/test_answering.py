"""Answers to a return's queries: given to a group or to some, screened, and carried to the next version."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.utils import timezone

from accounts.models import Event, User
from accounts.roles import Role
from dataset.due import Standing, due_returns
from dataset.ingest.answering import LONGEST_ANSWER, READY_ANSWERS, AnswerRefused, answer_problem, answer_queries
from dataset.ingest.record_keys import record_keys
from dataset.models import QuarterlyReturn, ReturnState, StoredFinding
from dataset.queried import SAMPLES, queries_by_group
from dataset.returns import RETURN_TYPES
from tests.builders import (
    QUARTER,
    a_candidate,
    a_csv,
    a_receipt,
    a_standing_board,
    a_user,
    an_accepted_return,
    missing_file,
    referral_lines,
)

pytestmark = pytest.mark.django_db
CHECKED = READY_ANSWERS[0]
LOCALITY = {"code": "unknown_locality", "column": "locality"}


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.fixture
def officer() -> User:
    return a_user(Role.DATA_OFFICER, "CSC")


def queried(odd: int = 3, rows: int = 5, **cells: str) -> bytes:
    """Referrals of which the first so many are of a misspelt locality."""
    lines = referral_lines(rows)
    for line in lines[:odd]:
        line["locality"] = "Salisbry"
    lines[-1].update(cells)
    return a_csv(lines)


def answers(version: QuarterlyReturn) -> list[str]:
    return list(version.findings.values_list("answer", flat=True))


def test_a_group_is_answered_at_once_and_says_who_and_when(officer: User) -> None:
    version = an_accepted_return(queried())
    assert answer_queries(version=version, answer=CHECKED, by=officer, **LOCALITY) == 3
    given = version.findings.get(line=2)
    assert (given.answer, given.answered_by) == (CHECKED, officer)
    assert given.answered_at is not None and given.answered_at.year == 2017
    event = Event.objects.get(verb="queries.answered")
    assert (event.actor, event.detail) == (officer, {**LOCALITY, "count": 3})


def test_a_group_answer_leaves_alone_what_was_answered_before(officer: User) -> None:
    version = an_accepted_return(queried())
    first = version.findings.get(line=2)
    answer_queries(version=version, answer="The estate is new.", by=officer, only=[first.pk])
    assert answer_queries(version=version, answer=CHECKED, by=officer, **LOCALITY) == 2
    assert answers(version) == ["The estate is new.", CHECKED, CHECKED]


def test_a_single_answer_may_be_put_right(officer: User) -> None:
    version = an_accepted_return(queried())
    one = version.findings.get(line=3)
    answer_queries(version=version, answer=CHECKED, by=officer, only=[one.pk])
    answer_queries(version=version, answer="It was Salisbury.", by=officer, only=[one.pk])
    assert answers(version) == ["", "It was Salisbury.", ""]


def test_the_queries_of_another_return_are_out_of_reach(officer: User) -> None:
    other = an_accepted_return(queried(), quarter=QUARTER) and an_accepted_return(
        a_csv([line | {"locality": "Trowbrige"} for line in referral_lines(2, QUARTER - 1)]), quarter=QUARTER - 1
    )
    version = QuarterlyReturn.objects.get(quarter_ordinal=QUARTER.ordinal)
    theirs = other.findings.values_list("pk", flat=True)
    assert answer_queries(version=version, answer=CHECKED, by=officer, only=list(theirs)) == 0
    assert set(answers(other)) == {""}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   ",
        "Jane Smith checked it",
        "ask jane",
        "see 943 476 5919",
        "someone@example.org",
        "x" * (LONGEST_ANSWER + 1),
    ],
)
def test_an_answer_that_names_somebody_or_says_nothing_is_refused_without_repeating_it(
    answer: str, officer: User
) -> None:
    version = an_accepted_return(queried())
    with pytest.raises(AnswerRefused) as refused:
        answer_queries(version=version, answer=answer, by=officer, **LOCALITY)
    assert not answer.strip() or answer not in str(refused.value)
    assert set(answers(version)) == {""}
    assert not Event.objects.filter(verb="queries.answered").exists()


@pytest.mark.parametrize(
    "text",
    [
        "C00001 was entered twice",
        "child 1234567 moved away",
        "R102938 is right",
        "plan 80012345 counted twice",
        "P-01234 is right",
        "c1 was entered twice",
    ],
)
def test_an_answer_holds_no_number_of_a_record(text: str) -> None:
    lines = referral_lines(2)
    lines[0]["child_id"] = "C1"
    problem = answer_problem(text, an_accepted_return(a_csv(lines)))
    assert "name the line instead" in problem
    assert not any(word in problem for word in text.split() if any(map(str.isdigit, word)))


@pytest.mark.parametrize(
    "text",
    [
        "line 12345 was entered twice",
        "12,345 rows were sent on 24/05/2017 for 2016/17",
        "the 2nd of 3 for Q4 2016-17, as C2 was in the 1990s",
    ],
)
def test_an_answer_may_hold_lines_counts_and_dates(text: str) -> None:
    assert answer_problem(text, an_accepted_return()) == ""


@pytest.mark.parametrize("ready", READY_ANSWERS)
def test_every_ready_answer_passes_its_own_screen(ready: str, officer: User) -> None:
    assert answer_queries(version=an_accepted_return(queried()), answer=ready, by=officer, **LOCALITY) == 3


def test_a_locked_version_is_answered_and_a_purged_one_not(officer: User) -> None:
    version = an_accepted_return(queried())
    figures = list(version.figures.values_list("pk", "value"))
    QuarterlyReturn.objects.update(locked_at=timezone.now())
    assert answer_queries(version=version, answer=CHECKED, by=officer, **LOCALITY) == 3
    assert list(version.figures.values_list("pk", "value")) == figures
    QuarterlyReturn.objects.update(
        purge_asked_by=officer, purge_asked_at=timezone.now(), purge_reason="asked", purged_by=a_user(),
        purged_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(AnswerRefused, match="gone for ever"):
        answer_queries(version=version, answer=CHECKED, by=officer, only=[version.findings.get(line=2).pk])


def test_a_withdrawn_or_abandoned_version_is_not_answered(officer: User) -> None:
    version = an_accepted_return(queried())
    QuarterlyReturn.objects.update(
        state=ReturnState.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason="sent by mistake"
    )
    with pytest.raises(AnswerRefused, match="withdrawn"):
        answer_queries(version=version, answer=CHECKED, by=officer, **LOCALITY)
    gone = a_candidate(queried(rows=6))
    QuarterlyReturn.objects.filter(pk=gone.pk).delete()
    with pytest.raises(AnswerRefused, match="no longer waiting"):
        answer_queries(version=gone, answer=CHECKED, by=officer, **LOCALITY)


def test_answers_are_carried_to_the_same_queries_of_a_corrected_file(officer: User) -> None:
    first = an_accepted_return(queried())
    answer_queries(version=first, answer=CHECKED, by=officer, only=[first.findings.get(line=n).pk for n in (2, 3)])
    lines = referral_lines(5)
    for place, locality in enumerate(("Salisbry", "Salisburry", "Salisbry")):
        lines[place]["locality"] = locality
    receipt = a_receipt(a_csv(lines))
    assert receipt.carried == 1 and receipt.candidate is not None
    given = receipt.candidate.findings.get(line=2)
    assert (given.answer, given.answered_by, given.answer_from_version) == (CHECKED, officer, 1)
    assert given.answered_at == first.findings.get(line=2).answered_at
    assert answers(receipt.candidate) == [CHECKED, "", ""]


def test_an_answer_follows_its_record_and_reaches_no_other(officer: User) -> None:
    lines = referral_lines(4)
    lines[1]["locality"] = lines[2]["locality"] = "Salisbry"
    version = an_accepted_return(a_csv(lines))
    second = version.findings.get(line=3)
    answer_queries(version=version, answer=CHECKED, by=officer, only=[second.pk])
    without_the_first = a_candidate(a_csv(lines[1:]))
    assert dict(without_the_first.findings.values_list("line", "answer")) == {2: CHECKED, 3: ""}
    without_the_second = a_candidate(a_csv([lines[0], *lines[2:]]))
    assert dict(without_the_second.findings.values_list("line", "answer")) == {3: ""}


def test_rows_without_a_number_of_their_own_keep_an_answer_only_where_they_are_as_they_were() -> None:
    content = missing_file(["A", "B"])
    kind = RETURN_TYPES["missing_episodes"]
    frame = pd.DataFrame(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))).assign(line=[2, 3])
    bare = replace(kind, columns=tuple(replace(column, unique=False) for column in kind.columns))
    keys = record_keys(frame, bare, {2, 3})
    moved = record_keys(frame.iloc[::-1].assign(line=[2, 3]), bare, {2, 3})
    assert keys[2] != keys[3]
    assert moved == {2: keys[3], 3: keys[2]}


def test_an_answer_carried_twice_still_names_the_version_that_it_was_given_to(officer: User) -> None:
    first = an_accepted_return(queried())
    answer_queries(version=first, answer=CHECKED, by=officer, **LOCALITY)
    an_accepted_return(queried(rows=6))
    third = an_accepted_return(queried(rows=7))
    assert set(third.findings.values_list("answer_from_version", flat=True)) == {1}


def test_a_file_that_replaces_nothing_carries_nothing() -> None:
    assert a_receipt(queried()).carried == 0


def test_the_calendar_calls_a_return_queried_until_the_last_answer(officer: User) -> None:
    version = an_accepted_return(queried())

    def standing() -> Any:
        return next(due.standing for due in due_returns([QUARTER]) if due.current == version)

    before = standing()
    answer_queries(version=version, answer=CHECKED, by=officer, **LOCALITY)
    assert before in (Standing.QUERIED, Standing.LATE)
    assert standing() is not Standing.QUERIED


def test_groups_count_what_is_open_and_show_the_first_of_each() -> None:
    version = an_accepted_return(queried(odd=5, rows=6))
    StoredFinding.objects.filter(line__in=(2, 3)).update(answer=CHECKED, answered_at=timezone.now())
    found = queries_by_group(version)
    (group,) = found.groups
    assert (found.total, found.answered, found.open) == (5, 2, 3)
    assert [one.line for one in group.samples] == [2, 3, 4][:SAMPLES]
    assert (group.title, group.not_shown) == ("The locality is not on the area's list", 2)
