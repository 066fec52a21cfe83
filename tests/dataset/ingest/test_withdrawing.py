from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from accounts.models import Event
from dataset import boardtime
from dataset.due import Standing, due_returns
from dataset.ingest.locking import lock_returns
from dataset.ingest.storing import AcceptanceRefused, accept_return
from dataset.ingest.withdrawing import ReasonRefused, WithdrawalRefused, withdraw_return
from dataset.models import Figure, QuarterlyReturn, ReturnState
from dataset.periods import Window
from dataset.selectors import current_versions
from tests.builders import (
    QUARTER,
    a_candidate,
    a_csv,
    a_standing_board,
    a_user,
    an_accepted_return,
    missing_file,
    on,
    referral_lines,
)

pytestmark = pytest.mark.django_db
REASON = "sent for the wrong quarter"


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def withdraw(version: QuarterlyReturn, reason: str = REASON) -> QuarterlyReturn:
    return withdraw_return(version=version, by=None, reason=reason)


def standing(day: date | None = None) -> list[int]:
    moment = boardtime.end_of(day) if day else None
    return [source.version for source in current_versions([QUARTER.ordinal], moment).values()]


def test_the_version_before_stands_again() -> None:
    an_accepted_return()
    second = an_accepted_return(a_csv(referral_lines(4)))
    withdraw(second)
    assert standing() == [1]


def test_the_only_version_withdrawn_leaves_the_return_owed() -> None:
    withdraw(an_accepted_return())
    due = [one for one in due_returns([QUARTER]) if one.return_type == "referrals"]
    assert (standing(), due[0].standing) == ([], Standing.OVERDUE)


def test_as_at_the_day_before_the_withdrawn_version_stands() -> None:
    with on(date(2017, 5, 1)):
        version = an_accepted_return()
    with on(date(2017, 5, 10)):
        withdraw(version)
    assert (standing(date(2017, 5, 9)), standing(date(2017, 5, 10))) == ([1], [])


def test_the_next_version_never_takes_a_withdrawn_number() -> None:
    withdraw(an_accepted_return())
    assert an_accepted_return(a_csv(referral_lines(4))).version == 2


def test_the_event_says_which_and_never_why() -> None:
    officer = a_user("data_officer", "CSC")
    withdraw_return(version=an_accepted_return(), by=officer, reason=REASON)
    event = Event.objects.get(verb="return.withdrawn")
    assert (event.actor, event.detail) == (officer, {"type": "referrals", "quarter": str(QUARTER), "version": 1})


@pytest.mark.parametrize(
    "reason", ["", "   ", "x" * 301, "ask Jane Smith", "her number is 943 476 5919", "C00001 twice"]
)
def test_a_reason_is_needed_and_names_nobody(reason: str) -> None:
    version = an_accepted_return()
    with pytest.raises(ReasonRefused) as refused:
        withdraw(version, reason)
    assert "Smith" not in str(refused.value) and "943" not in str(refused.value)
    assert standing() == [1]


def test_a_version_that_does_not_stand_is_not_withdrawn() -> None:
    first = an_accepted_return()
    an_accepted_return(a_csv(referral_lines(4)))
    with pytest.raises(WithdrawalRefused, match="does not stand any more"):
        withdraw(first)


def test_a_second_withdrawal_is_told_of_the_first() -> None:
    version = an_accepted_return()
    withdraw(version)
    with pytest.raises(WithdrawalRefused, match="withdrawn already"):
        withdraw(version)


def test_a_locked_version_is_only_corrected() -> None:
    version = an_accepted_return()
    lock_returns(quarter=QUARTER, by=None)
    with pytest.raises(WithdrawalRefused, match="only be corrected"):
        withdraw(version)
    assert an_accepted_return(a_csv(referral_lines(4))).version == 2


def test_locking_reaches_what_stands_and_nothing_else() -> None:
    an_accepted_return()
    an_accepted_return(a_csv(referral_lines(4)))
    other = an_accepted_return(quarter=QUARTER - 1)
    assert lock_returns(quarter=QUARTER, by=None) == 1
    assert lock_returns(quarter=QUARTER, by=None) == 0
    locked = QuarterlyReturn.objects.filter(locked_at__isnull=False)
    assert [one.version for one in locked] == [2] and other not in locked


def test_a_candidate_checked_against_a_withdrawn_version_is_refused() -> None:
    first = an_accepted_return()
    candidate = a_candidate(a_csv(referral_lines(4)))
    withdraw(first)
    with pytest.raises(AcceptanceRefused, match="was withdrawn after"):
        accept_return(candidate=candidate, by=None)


def test_children_of_the_year_are_counted_again() -> None:
    def year_to_date() -> int | None:
        return current_distinct("children_missing")

    an_accepted_return(
        missing_file(["A", "B"], QUARTER - 1), return_type="missing_episodes", supplier="MISS", quarter=QUARTER - 1
    )
    for quarter in (QUARTER - 2, QUARTER - 3):
        an_accepted_return(b"", return_type="missing_episodes", supplier="MISS", quarter=quarter, nil=True)
    an_accepted_return(missing_file(["B", "C"]), return_type="missing_episodes", supplier="MISS")
    assert year_to_date() == 3
    wrong = an_accepted_return(missing_file(["C", "D", "E"]), return_type="missing_episodes", supplier="MISS")
    assert year_to_date() == 5
    an_accepted_return(
        missing_file(["A"], QUARTER - 1), return_type="missing_episodes", supplier="MISS", quarter=QUARTER - 1
    )
    assert year_to_date() == 4
    withdraw(wrong)
    assert year_to_date() == 3


def current_distinct(item: str) -> int | None:
    """The latest count over the year to date of which all versions stand."""
    stand = {source.public_id for source in current_versions([o.ordinal for o in QUARTER.back(4)]).values()}
    figures = Figure.objects.filter(item=item, quarter_ordinal=QUARTER.ordinal, window=Window.YEAR_TO_DATE).order_by(
        "pk"
    )
    return [figure.value for figure in figures if set(figure.versions) <= stand][-1]


def test_a_withdrawn_version_keeps_its_rows_and_figures() -> None:
    version = an_accepted_return()
    figures = version.figures.count()
    withdraw(version)
    kept = QuarterlyReturn.objects.get()
    assert (kept.state, kept.row_count, kept.figures.count()) == (ReturnState.WITHDRAWN, 3, figures)
