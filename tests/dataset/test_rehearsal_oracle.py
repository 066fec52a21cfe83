"""What the rehearsal says will be is what the pages say after accepting, for every return type and reader."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dataset.definitions import Measure, Timing
from dataset.evidence import Evidence
from dataset.ingest.storing import accept_return
from dataset.measures import ITEMS, MEASURES
from dataset.models import AreaLevel, QuarterlyReturn
from dataset.owing import COUNTS, owner_of
from dataset.periods import Quarter, Window
from dataset.readings import Reading, read_measures
from dataset.rehearsing.outlook import Readers, look_ahead, what_changes
from dataset.returns import RETURN_TYPES
from dataset.selectors import load_evidence
from dataset.status import JudgementRules
from dataset.suppression import Audience
from tests.builders import (
    A_REASON,
    QUARTER,
    a_benchmark,
    a_candidate,
    a_place,
    a_standing_board,
    a_threshold,
    an_accepted_return,
    an_agency,
)
from tests.dataset.files import a_file_of

pytestmark = pytest.mark.django_db(transaction=False)
BOARD = [QUARTER - back for back in range(4, -1, -1)]


@pytest.fixture(autouse=True)
def _board(db: None, tmp_path: Path) -> Iterator[None]:
    with a_standing_board(tmp_path / "identifier.key") as area:
        for code in {owner_of(code) for code, kind in RETURN_TYPES.items() if kind.table}:
            an_agency(code)
        for measure in MEASURES.values():
            if measure.polarity != "none" and measure.tier == 1:
                a_threshold(measure.code, *((60, 40) if measure.polarity == "high" else (40, 60)))
            if measure.benchmark:
                a_benchmark(measure.benchmark, a_place("E92000001", "England", AreaLevel.NATIONAL), 50.0, "2015-16")
        assert area
        yield


def sent(code: str, rows: int, quarter: Quarter, seed: int) -> dict[str, Any]:
    supplier = "CSC" if code == COUNTS else owner_of(code)
    nil = not rows and code != COUNTS
    return {
        "content": b"" if nil else a_file_of(code, rows, quarter, seed, supplier),
        "nil": nil,
        "return_type": code,
        "supplier": supplier,
        "quarter": quarter,
    }


def evidence(measures: Iterable[Measure]) -> Evidence:
    found = load_evidence(measures, BOARD[-1], quarters=24)
    assert found is not None
    return found


def readings(measures: Any, of: Evidence, audience: Audience) -> dict[tuple[str, Quarter, Window], Reading]:
    """Every measure in every window of every quarter of the board."""
    return {
        (code, quarter, window): reading
        for quarter in BOARD
        for window in Window
        for code, reading in read_measures(
            measures,
            of,
            quarter,
            window,
            audience_for=lambda measure: audience,
            rules=JudgementRules(settings.MINIMUM_DENOMINATOR, settings.MINIMUM_EVENTS),
            region_code=settings.BOARD_REGION_CODE,
            points=1,
            maximum=settings.SUPPRESSION_MAXIMUM,
        ).items()
    }


def is_in_one_window(measure: Measure) -> bool:
    return measure.timing is Timing.AT_QUARTER_END


@pytest.mark.parametrize("code", RETURN_TYPES)
@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sizes=st.lists(st.sampled_from([None, 0, 8, 24]), min_size=5, max_size=5),
    corrected=st.integers(0, 4),
    rows=st.integers(0, 30),
    audience=st.sampled_from([Audience.RESTRICTED, Audience.EXECUTIVE]),
)
def test_what_is_rehearsed_is_what_comes(
    code: str, sizes: list[int | None], corrected: int, rows: int, audience: Audience
) -> None:
    assume(rows or sizes[corrected] != 0)  # the same nil return again is none
    with transaction.atomic():
        for quarter, size in zip(BOARD, sizes, strict=True):
            if size is not None:
                an_accepted_return(**sent(code, size, quarter, seed=1))
        rehearse_and_accept(code, BOARD[corrected], rows, audience)
        transaction.set_rollback(True)


def rehearse_and_accept(code: str, quarter: Quarter, rows: int, audience: Audience) -> None:
    candidate = a_candidate(**sent(code, rows, quarter, seed=2))
    standing = QuarterlyReturn.objects.versions_of(candidate).order_by("-version").first()
    outlook = look_ahead(candidate, standing)
    told = what_changes(outlook, Readers(lambda measure: audience, lambda item: audience))
    before = readings(outlook.measures, evidence(outlook.measures), audience)
    rehearsed = readings(outlook.measures, outlook.after, audience)

    accept_return(candidate=candidate, by=None, reason=A_REASON)

    after = readings(outlook.measures, evidence(outlook.measures), audience)
    assert after == rehearsed
    moved = {
        (move.measure.code, move.quarter, move.window): (move.now, move.after) for move in told.moves if move.is_change
    }
    assert moved == {
        key: (before[key], after[key])
        for key in after
        if seen(before[key]) != seen(after[key])
        and key[1] <= outlook.last
        and (key[2] is Window.QUARTER or not is_in_one_window(MEASURES[key[0]]))
    }
    flipped = {
        key
        for key in after
        if before[key].status.judgement is not after[key].status.judgement
        and not before[key].status.judgement.is_no_data
        and key[1] <= outlook.last
        and (key[2] is Window.QUARTER or not is_in_one_window(MEASURES[key[0]]))
    }
    assert {(m.measure.code, m.quarter, m.window) for flip in told.flips for m in flip.moves} == flipped


@pytest.mark.parametrize("code", ["referrals", "missing_episodes", COUNTS])
def test_no_measure_moves_that_the_return_is_no_part_of(code: str) -> None:
    for other in ("referrals", "missing_episodes", COUNTS):
        for quarter in BOARD:
            an_accepted_return(**sent(other, 12, quarter, seed=1))
    candidate = a_candidate(**sent(code, 30, BOARD[1], seed=2))
    outlook = look_ahead(candidate, QuarterlyReturn.objects.versions_of(candidate).first())
    others = [measure for measure in MEASURES.values() if measure not in outlook.measures]
    before = evidence(others)
    accept_return(candidate=candidate, by=None, reason=A_REASON)
    after = evidence(others)
    assert others
    assert before.figures == after.figures
    assert before.figures or code == COUNTS


def seen(reading: Reading) -> tuple[float | None, str]:
    return reading.value.value, reading.value.state


def test_an_annual_figure_is_carried_into_every_later_quarter() -> None:
    annual = {item.code for item in ITEMS.values() if item.timing is Timing.ANNUAL and item.owner == "CSC"}
    for quarter in BOARD:
        an_accepted_return(**sent(COUNTS, 0, quarter, seed=1))
    candidate = a_candidate(**sent(COUNTS, 0, BOARD[0], seed=2))
    outlook = look_ahead(candidate, QuarterlyReturn.objects.versions_of(candidate).first())
    told = what_changes(outlook, Readers(lambda measure: Audience.RESTRICTED, lambda item: Audience.RESTRICTED))
    carried = {
        move.quarter
        for move in told.moves
        if move.is_change and move.window is Window.QUARTER and annual & set(move.measure.items)
    }
    assert carried >= set(BOARD[:4])
