"""SIGKILL at each stage of a change to what stands: all of it is there or nothing, and the next attempt is clean."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Event
from dataset.ingest.answering import answer_queries
from dataset.ingest.purging import ask_purge, purge_return
from dataset.ingest.restating import accept_year, receive_year
from dataset.ingest.storing import abandon_candidate, accept_return
from dataset.ingest.withdrawing import withdraw_return
from dataset.ingest.year_files import SentFile
from dataset.models import Figure, MissingEpisode, QuarterlyReturn, Referral, ReturnState, StoredFinding
from dataset.periods import Window
from dataset.returns import RETURN_TYPES
from tests.builders import (
    A_REASON,
    QUARTER,
    a_candidate,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    an_agency,
    missing_file,
    referral_lines,
)
from tests.real_database import Stop, after_commit, all_rows, before_commit, before_statement, is_killed

FIRST = QUARTER - 3  # the first quarter of the year that QUARTER ends
EPISODES = {"return_type": "missing_episodes", "supplier": "MISS"}


@pytest.fixture(autouse=True)
def _board(real_database: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def rows() -> dict[str, list[tuple[Any, ...]]]:
    return all_rows("accounts", "dataset")


def survives(act: Callable[[], Any], *, step: int = 1) -> dict[str, list[tuple[Any, ...]]]:
    """Kill `act` before each of its statements, or one in `step`, and before its commit; then let it end.

    What it did not finish has left no trace in any table. Gives the rows of before.
    """
    before = rows()

    def assert_killed_without_trace(stop: Stop) -> bool:
        killed = is_killed(act, stop)
        if killed:
            assert rows() == before
        return killed

    assert assert_killed_without_trace(before_commit)
    stages = 0
    for number in count(1, step):
        if not assert_killed_without_trace(before_statement(number)):
            break
        stages += 1
    assert stages >= 4 and rows() != before
    return before


def children_this_year() -> int | None:
    """Different children missing in the year to QUARTER, as it was counted last."""
    figures = Figure.objects.filter(
        item="children_missing", quarter_ordinal=QUARTER.ordinal, window=Window.YEAR_TO_DATE, breakdown=""
    )
    return figures.latest("pk").value


def a_year_of_episodes() -> None:
    for quarter in QUARTER.back(4):
        an_accepted_return(missing_file(["A", "B", quarter.slug], quarter), quarter=quarter, **EPISODES)


def test_accepting_a_correction() -> None:
    a_year_of_episodes()
    candidate = a_candidate(missing_file(["A", "B", "C", "D"], FIRST), quarter=FIRST, **EPISODES)
    assert children_this_year() == 6
    survives(lambda: accept_return(candidate=candidate, by=None, reason=A_REASON))
    assert children_this_year() == 7
    assert Event.objects.filter(verb="return.accepted", subject_id=candidate.public_id).count() == 1


def test_accepting_and_killed_before_anyone_is_told() -> None:
    an_accepted_return()
    candidate = a_candidate(a_csv(referral_lines(4)))
    assert is_killed(lambda: accept_return(candidate=candidate, by=None), after_commit)
    version = QuarterlyReturn.objects.standing().order_by("-version")[0]
    assert (version.pk, version.version, version.figures.filter(item="referrals_received", value=4).exists()) == (
        candidate.pk, 2, True,
    )  # fmt: skip


def test_receiving_a_file() -> None:
    an_accepted_return()
    lines = referral_lines(4)
    lines[0]["locality"] = "Nowhere"  # a query, which is stored with it
    survives(lambda: a_candidate(a_csv(lines)))
    candidate = QuarterlyReturn.objects.get(state=ReturnState.CANDIDATE)
    assert Referral.objects.filter(quarterly_return=candidate).count() == 4
    assert StoredFinding.objects.filter(quarterly_return=candidate).exists()


def test_abandoning() -> None:
    candidate = a_candidate()
    survives(lambda: abandon_candidate(candidate=candidate, by=None))
    assert not Referral.objects.exists()


def test_withdrawing() -> None:
    a_year_of_episodes()
    wrong = an_accepted_return(missing_file(["A", "B", "C", "D"], FIRST), quarter=FIRST, **EPISODES)
    survives(lambda: withdraw_return(version=wrong, by=None, reason="sent for the wrong quarter"))
    assert children_this_year() == 6


def test_answering() -> None:
    version = an_accepted_return(a_csv([{**line, "locality": "Nowhere"} for line in referral_lines(3)]))
    officer = a_user("data_officer")
    query = version.findings.all()[0]
    survives(lambda: answer_queries(version=version, answer="yes", by=officer, code=query.code, column=query.column))
    assert not version.findings.filter(answer="").exists()


def test_restating_a_year() -> None:
    files = {one: SentFile(a_csv(referral_lines(5, one)), "year.csv") for one in QUARTER.year.quarters}
    for quarter in files:
        an_accepted_return(a_csv(referral_lines(3, quarter)), quarter=quarter)
    how = {"return_type": RETURN_TYPES["referrals"], "supplier": an_agency("CSC"), "year": QUARTER.year, "by": None}
    survives(lambda: receive_year(files=files, **how), step=6)  # type: ignore[arg-type]
    candidates = QuarterlyReturn.objects.filter(state=ReturnState.CANDIDATE)
    restatement = candidates[0].restatement
    assert restatement is not None and candidates.count() == 4
    survives(lambda: accept_year(restatement=restatement, by=None, reason=A_REASON), step=4)
    assert list(QuarterlyReturn.objects.filter(version=2).values_list("row_count", flat=True)) == [5] * 4


def test_purging() -> None:
    asks, carries_out = a_user("manager", "BOARD"), a_user("manager", "BOARD")
    version = an_accepted_return(missing_file(["A", "B"]), **EPISODES)
    ask_purge(version=version, by=asks, reason="another area’s children were in it")
    before = survives(lambda: purge_return(version=version, by=carries_out))
    assert not MissingEpisode.objects.exists()
    assert len(before["Figure"]) == Figure.objects.count()
