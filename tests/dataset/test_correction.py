"""A corrected or withdrawn quarter changes itself, every window that holds it, and no other figure."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dataset.ingest.withdrawing import withdraw_return
from dataset.models import QuarterlyReturn
from dataset.periods import Window
from tests.builders import QUARTER, a_csv, a_standing_board, an_accepted_return, on, referral_lines
from tests.dataset.corrections import (
    QUARTERS,
    a_year_and_more,
    accept_episodes,
    assert_counted_as,
    moved,
    reach,
    values,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


@pytest.mark.parametrize("seed", range(4))
def test_a_correction_reaches_what_holds_it_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    with on(date(2017, 5, 1)):
        files = a_year_and_more(chance)
        before = values()
    assert_counted_as(files, before)
    corrected = chance.choice(QUARTERS)
    with on(date(2017, 5, 10)):
        files[corrected] = [*files[corrected], "K1", "K2", "K2"]
        accept_episodes(corrected, files[corrected])
        after = values()
    assert moved(before, after) <= reach("missing_episodes", corrected)
    assert_counted_as(files, after)
    assert values(date(2017, 5, 9)) == before
    assert values(date(2017, 5, 10)) == after


@pytest.mark.parametrize("seed", range(4))
def test_a_withdrawal_puts_back_what_stood_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    with on(date(2017, 5, 1)):
        files = a_year_and_more(chance)
        before = values()
    wrong, other = chance.sample(QUARTERS, 2)
    with on(date(2017, 5, 10)):
        mistake = accept_episodes(wrong, ["K1", "K2", "K3"])
        files[other] = [*files[other], "K4"]
        accept_episodes(other, files[other])
        between = values()
    with on(date(2017, 5, 12)):
        withdraw_return(version=mistake, by=None, reason="sent for the wrong quarter")
        after = values()
    assert moved(between, after) <= reach("missing_episodes", wrong)
    assert_counted_as(files, after)
    assert moved(before, after) <= reach("missing_episodes", other)
    assert (values(date(2017, 5, 9)), values(date(2017, 5, 11))) == (before, between)


def test_the_only_version_withdrawn_leaves_every_window_that_held_it_without_a_number() -> None:
    files = a_year_and_more(random.Random(9))
    gone = QUARTER - 2
    version = QuarterlyReturn.objects.get(return_type="missing_episodes", quarter_ordinal=gone.ordinal)
    before = values()
    withdraw_return(version=version, by=None, reason="sent for the wrong quarter")
    after = values()
    del files[gone]
    assert moved(before, after) <= reach("missing_episodes", gone)
    assert all(after[key][2] is None for key in reach("missing_episodes", gone))
    assert_counted_as(files, after)


def test_a_correction_of_one_return_leaves_the_other_alone() -> None:
    a_year_and_more(random.Random(3))
    before = values()
    first = QUARTERS[3]
    an_accepted_return(a_csv(referral_lines(40, first)), quarter=first)
    changed = moved(before, values())
    assert changed and changed <= reach("referrals", first)
    assert {window for _, _, window in changed} == set(Window)
