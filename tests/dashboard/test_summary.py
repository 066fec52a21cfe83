"""Which measures the summary names, and in which order."""

from dataclasses import replace
from itertools import permutations

import pytest

from dashboard.summary import activity, concerns, improved, leads
from dataset.measures import MEASURES
from dataset.readings import Reading
from dataset.status import Direction, Judgement, Status
from tests.dashboard.readings import LAST, conferences

BETTER = Direction("up", "better", True, "")
NO_DIRECTION = Direction(None, None, None, "")


def reading(
    code: str, judgement: Judgement, certain: bool | None = None, children: int | None = None, **more: object
) -> Reading:
    fields: dict[str, object] = {"direction": NO_DIRECTION, **more}
    status = Status(judgement, certain, "", children=children)
    return replace(conferences(), measure=MEASURES[code], status=status, **fields)  # type: ignore[arg-type]


def mapped(*readings: Reading) -> dict[str, Reading]:
    return {one.measure.code: one for one in readings}


def test_clear_red_comes_first_then_uncertain_red_then_worse_than_england() -> None:
    clear = reading("CP03", Judgement.OFF_TARGET, True, 3)
    unsure = reading("FD04", Judgement.OFF_TARGET, False, 300)
    worse = reading("LA02", Judgement.WORSE, True, 3_000)
    calm = [reading("MI01", Judgement.ON_TARGET, True), reading("DA03", Judgement.HIGHER, True)]
    for order in permutations([clear, unsure, worse, *calm]):
        found = concerns(mapped(*order))
        assert [(one.reading.measure.code, one.because) for one in found] == [
            ("CP03", "Off target, clearly"),
            ("FD04", "Off target, but not certain"),
            ("LA02", "Worse than England"),
        ]


def test_among_equals_the_one_about_most_children_comes_first_and_codes_settle_ties() -> None:
    few, many = reading("CP03", Judgement.OFF_TARGET, True, 15), reading("FD04", Judgement.OFF_TARGET, True, 40)
    untold, alike = reading("AS03", Judgement.OFF_TARGET, True), reading("CP01", Judgement.OFF_TARGET, True)
    found = concerns(mapped(alike, few, untold, many))
    assert [one.reading.measure.code for one in found] == ["FD04", "CP03", "AS03", "CP01"]


@pytest.mark.parametrize("judgement", [one for one in Judgement if one not in (Judgement.OFF_TARGET, Judgement.WORSE)])
def test_nothing_else_is_a_concern(judgement: Judgement) -> None:
    assert concerns(mapped(reading("CP03", judgement))) == []


def test_a_concern_is_judged_on_the_reading_itself() -> None:
    (one,) = concerns({"CP03": conferences({LAST: (30, 60)})})
    assert (one.because, one.reading.status.children) == ("Off target, clearly", 30)


def test_what_improved_did_so_by_more_than_chance_and_is_no_concern() -> None:
    found = improved(
        mapped(
            reading("MI01", Judgement.NO_STANDARD, direction=BETTER),
            reading("CP03", Judgement.ON_TARGET, True, direction=BETTER),
            reading("FD04", Judgement.OFF_TARGET, True, direction=BETTER),
            reading("LA02", Judgement.ON_TARGET, direction=replace(BETTER, certain=False)),
            reading("DA03", Judgement.ON_TARGET, direction=replace(BETTER, judgement="worse")),
        )
    )
    assert [one.measure.code for one in found] == ["CP03", "MI01"]


def test_the_summary_leads_with_tier_one_and_shows_volumes_apart() -> None:
    measures = MEASURES.values()
    assert {measure.tier for measure in leads(measures)} == {1}
    assert activity(measures) and all(measure.activity for measure in activity(measures))
