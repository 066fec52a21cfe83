"""A year and more of two returns, every measure made of them, and a slow recount to hold them against."""

import random
from collections import Counter
from datetime import date

from dataset import boardtime
from dataset.measures import ITEMS, MEASURES
from dataset.models import QuarterlyReturn
from dataset.periods import Quarter, Window
from dataset.readings import read_measures
from dataset.selectors import load_evidence
from dataset.status import JudgementRules
from dataset.suppression import Audience
from tests.builders import QUARTER, a_csv, an_accepted_return, missing_file, referral_lines

QUARTERS = QUARTER.back(7)  # the last quarters of one year, all of the next
MADE_OF = {
    kind: {code for code, one in MEASURES.items() if {ITEMS[item].source for item in one.items} & {kind}}
    for kind in ("referrals", "missing_episodes")
}
ALL = [MEASURES[code] for codes in MADE_OF.values() for code in codes]
Key = tuple[str, Quarter, Window]
Values = dict[Key, tuple[object, ...]]
Files = dict[Quarter, list[str]]  # the children with an episode in each quarter, once for each


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
