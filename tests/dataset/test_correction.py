"""A corrected or withdrawn quarter changes itself, every window that holds it, and no other figure."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dataset import boardtime
from dataset.ingest.withdrawing import withdraw_return
from dataset.measures import ITEMS, MEASURES
from dataset.models import QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.readings import read_measures
from dataset.selectors import load_evidence
from dataset.status import JudgementRules
from dataset.suppression import Audience
from tests.builders import QUARTER, a_csv, a_standing_board, an_accepted_return, missing_file, on, referral_lines

pytestmark = pytest.mark.django_db

QUARTERS = QUARTER.back(7)  # the last quarters of one year, all of the next
MADE_OF = {
    kind: {code for code, one in MEASURES.items() if {ITEMS[item].source for item in one.items} & {kind}}
    for kind in ("referrals", "missing_episodes")
}
ALL = [MEASURES[code] for codes in MADE_OF.values() for code in codes]
Key = tuple[str, Quarter, Window]
Values = dict[Key, tuple[object, ...]]
Files = dict[Quarter, list[str]]  # the children with an episode in each quarter, once for each


@pytest.fixture(autouse=True)
def _board(tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key"):
        yield


def values(day: date | None = None) -> Values:
    """Every measure of the two returns, in every quarter and window, as at the end of a day."""
    as_at = boardtime.end_of(day) if day else None
    evidence = load_evidence(ALL, QUARTER, quarters=12, as_at=as_at)
    assert evidence is not None
    found: Values = {}
    for quarter in QUARTERS:
        for window in Window:
            read = read_measures(
                ALL, evidence, quarter, window,
                audience_for=lambda _: Audience.RESTRICTED, rules=JudgementRules(), region_code="", points=1,
            )  # fmt: skip
            for code, reading in read.items():
                value = reading.value
                found[(code, quarter, window)] = (value.numerator, value.denominator, value.value, value.state)
    return found


def moved(before: Values, after: Values) -> set[Key]:
    return {key for key in before if before[key] != after[key]}


def reach(kind: str, quarter: Quarter) -> set[Key]:
    """What a change of the quarter's return may touch, written without the code's own windows."""
    touched = set()
    for code in MADE_OF[kind]:
        for one in QUARTERS:
            same_year = one.start_year == quarter.start_year and one.number >= quarter.number
            windows = {
                Window.QUARTER: one == quarter,
                Window.YEAR_TO_DATE: same_year,
                Window.ROLLING_YEAR: 0 <= one.ordinal - quarter.ordinal <= 3,
            }
            touched |= {(code, one, window) for window, holds in windows.items() if holds}
    return touched


def accept_episodes(quarter: Quarter, children: list[str]) -> QuarterlyReturn:
    return an_accepted_return(
        missing_file(children, quarter), return_type="missing_episodes", supplier="MISS", quarter=quarter
    )


def a_year_and_more(chance: random.Random) -> Files:
    """Episodes and referrals accepted for every quarter."""
    files: Files = {}
    for quarter in QUARTERS:
        files[quarter] = chance.choices("ABCDEFGH", k=chance.randrange(1, 9))
        accept_episodes(quarter, files[quarter])
        an_accepted_return(a_csv(referral_lines(chance.randrange(1, 30), quarter)), quarter=quarter)
    return files


def counted_slowly(files: Files) -> dict[tuple[Quarter, Window], tuple[int, int]]:
    """Episodes, and different children, over every window whose quarters are all there."""
    answer = {}
    for quarter in QUARTERS:
        for window, length in ((Window.QUARTER, 1), (Window.YEAR_TO_DATE, quarter.number), (Window.ROLLING_YEAR, 4)):
            held = [Quarter.from_ordinal(quarter.ordinal - back) for back in range(length)]
            if all(one in files for one in held):
                episodes = Counter(child for one in held for child in files[one])
                answer[(quarter, window)] = (episodes.total(), len(episodes))
    return answer


def assert_counted_as(files: Files, found: Values) -> None:
    slow = counted_slowly(files)
    episodes = next(
        code for code, one in MEASURES.items() if one.numerator == "missing_episodes" and not one.denominator
    )
    children = next(
        code for code, one in MEASURES.items() if one.numerator == "children_missing" and not one.denominator
    )
    for (quarter, window), (events, people) in slow.items():
        assert found[(episodes, quarter, window)][0] == events
        if not (MEASURES[children].not_in_quarter and window is Window.QUARTER):
            assert found[(children, quarter, window)][0] == people


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
